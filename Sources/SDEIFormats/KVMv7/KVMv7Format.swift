internal import SDEIModel
internal import SDEIWire

/// KVM v7's pseudo-firmware registers in a file (schemas/kvm-v7-registers.md).
public enum KVMv7Format: StateFormat {
  /// Its name.
  public static let id = FormatID.kvmV7
  /// What it is.
  public static let summary = "KVM v7's pseudo-firmware registers, as KVM_GET_ONE_REG gave them"
  /// The version that is read and written.
  public static let version = String(TranscriptHeader.version)
  /// What users should know of it before they choose it.
  public static let traits = FormatTraits(dialect: .kvmV7, lacks: KVMv7.lacks)

  static let transcript = TranscriptKind(name: "kvm-v7", maxVCPUs: .max)

  /// Whether bytes begin with the magic and the dialect.
  public static func recognises(_ bytes: RawSpan) -> Bool { transcript.begins(bytes) }

  /// Reads the registers; those that are not SDEI's are skipped, and missing ones have their reset
  /// value, which findings tell.
  ///
  /// - Throws: `DecodeError` at the first byte that is not as it must be.
  public static func decode(_ bytes: RawSpan) throws(DecodeError) -> Document {
    try KVMv7Decoder.decode(bytes)
  }

  /// Writes the registers.
  ///
  /// - Throws: `EncodeError` where they would take more bytes than allowed.
  public static func encode(
    _ document: Document,
    _ options: EncodeOptions
  ) throws(EncodeError) -> Encoded {
    try document.checkWhole(id)
    return try encode(document, options) { (snapshot, options) throws(EncodeError) in
      try KVMv7Encoder.encode(snapshot, options)
    }
  }

  /// Why the last field of a path is lost or changed, where it is always for one reason.
  public static func reason(_ path: String) -> String? {
    path == "instance.producer"
      ? "there is room for \(TranscriptHeader.producerSize) bytes" : KVMv7.reason(path)
  }
}

/// KVM v7's pseudo-firmware registers as text (schemas/kvm-v7-registers.md).
public enum KVMv7TextFormat: StateFormat {
  /// Its name.
  public static let id = FormatID.kvmV7Text
  /// What it is.
  public static let summary = "KVM v7's pseudo-firmware registers as text, one a line"
  /// The version that is read and written.
  public static let version = "1"
  /// What users should know of it before they choose it.
  public static let traits = FormatTraits(
    isText: true,
    dialect: .kvmV7,
    lacks: KVMv7.lacks + ", the producer"
  )

  /// Whether the first line that is no comment is a vCPU's or a register's.
  public static func recognises(_ bytes: RawSpan) -> Bool { KVMv7TextDecoder.recognises(bytes) }

  /// Reads the registers; those that are not SDEI's are skipped, and missing ones have their reset
  /// value, which findings tell.
  ///
  /// - Throws: `DecodeError` at the first line that is not as it must be.
  public static func decode(_ bytes: RawSpan) throws(DecodeError) -> Document {
    try KVMv7TextDecoder.decode(bytes)
  }

  /// Writes the registers.
  ///
  /// - Throws: `EncodeError` where they would take more bytes than allowed.
  public static func encode(
    _ document: Document,
    _ options: EncodeOptions
  ) throws(EncodeError) -> Encoded {
    try document.checkWhole(id)
    return try encode(document, options) { (snapshot, options) throws(EncodeError) in
      try KVMv7TextEncoder.encode(snapshot, options)
    }
  }

  /// Why the last field of a path is lost or changed, where it is always for one reason.
  public static func reason(_ path: String) -> String? {
    path == "instance.producer" ? "text has no place for it" : KVMv7.reason(path)
  }
}

extension KVMv7 {
  static let lacks =
    "critical handlers, counts above 1, the numbers of running events, shared events and routing, "
    + "other events than 0 to 63 and their definitions, power, delivery requests, relative mode, "
    + "bind slots and interrupts, another SDEI version than 1.1 of v7"

  /// Why a field is lost or changed in both forms.
  static func reason(_ path: String) -> String? {
    let hasEvent = path.hasPrefix("events[")
    if hasEvent, path.hasSuffix("]") { return "v7 has the events 0 and 1, and bits for 0 to 63" }
    switch path.split(separator: ".").last ?? "" {
    case "dialect": return "the registers are read as kvm-v7, whose bits mean other things"
    case "version", "clientEL", "features":
      return "every v7 guest sees SDEI 1.1 of vendor 0x564bcaa9 at EL1, without slots"
    case "power", "deliveryRequest": return "no register tells it"
    case "affinity": return "reserved bits are kept apart"
    case "routing", "relative", "trigger", "origin", "interrupt", "notifier", "unregisterPending":
      return "v7 does not have it"
    case "definition", "type", "priority", "signalable":
      return "v7's events are private, normal and signalable, and others have no definition"
    case "pending": return "an event waits once or not, and slots are vCPUs"
    case "entry", "argument": return "the events 0 to 3 have handlers, and slots are vCPUs"
    case "critical": return "v7 has no critical handlers"
    case "normal": return "the running bits tell what runs, and the kernel has one frame of a vCPU"
    case "peState": return "it refines a mask that is set"
    default: return nil
    }
  }
}
