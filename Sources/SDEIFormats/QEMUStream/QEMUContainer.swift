internal import SDEIWire

/// A file that holds a migration stream inside, and is none itself.
enum QEMUContainer {
  /// A disk image in which `savevm` keeps streams.
  case qcow2
  /// What `virsh save` and a managed save write.
  case virsh
  /// The same, of a save that did not come to its end.
  case virshUnfinished

  static let qcow2Magic: [UInt8] = [0x51, 0x46, 0x49, 0xFB]
  /// The first half of `LibvirtQemudSave` and `LibvirtQemudPart`.
  static let virshMagic = Array("LibvirtQ".utf8)

  /// Whether an input begins like a container.
  static func begins(_ bytes: RawSpan) -> Bool {
    bytes.starts(with: qcow2Magic) || bytes.starts(with: virshMagic)
  }

  /// virsh's header, told by the second half of its magic.
  static func virshSave(_ rest: RawSpan) -> QEMUContainer {
    rest.starts(with: Array("emudPart".utf8)) ? .virshUnfinished : .virsh
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
