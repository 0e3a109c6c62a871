internal import SDEIWire

/// A file that holds a migration stream inside, and is none itself.
enum QEMUContainer: CaseIterable {
  /// A disk image in which `savevm` keeps streams.
  case qcow2
  /// What `virsh save` and a managed save write.
  case virsh
  /// The same, of a save that did not come to its end.
  case virshUnfinished

  /// The container that bytes begin like, nil for none; at most eight bytes are looked at.
  init?(_ bytes: RawSpan) {
    guard bytes.byteCount >= 4 else { return nil }
    let start = bytes.extracting(0..<min(bytes.byteCount, 16)).array
    let match = Self.allCases.first { container in
      let magic = container.magic.prefix(start.count)
      return start.starts(with: magic)
    }
    guard let match else { return nil }
    // virsh's two magics differ only behind the bytes that a walker sees first.
    self = match
  }

  var magic: [UInt8] {
    switch self {
    case .qcow2: [0x51, 0x46, 0x49, 0xFB]
    case .virsh: Array("LibvirtQemudSave".utf8)
    case .virshUnfinished: Array("LibvirtQemudPart".utf8)
    }
  }

  var error: DecodeError {
    switch self {
    case .qcow2:
      DecodeError(
        .unsupported,
        at: 0,
        "stream",
        found: "a qcow2 image, inside which savevm keeps its streams",
        expected: "the stream itself",
        action: "start that machine with -S -loadvm TAG, then in its monitor: "
          + "migrate \"exec:cat>FILE\""
      )
    case .virsh, .virshUnfinished:
      DecodeError(
        .unsupported,
        at: 0,
        "stream",
        found: "the header of a virsh save"
          + (self == .virshUnfinished ? " that did not come to its end" : ""),
        expected: "the stream itself, which follows behind the domain's XML",
        action: "cut it out: N=$(grep -abo -m1 QEVM FILE | cut -d: -f1); "
          + "tail -c +$((N+1)) FILE; without a match it is compressed: save again with "
          + "save_image_format = \"raw\" in qemu.conf"
      )
    }
  }
}
