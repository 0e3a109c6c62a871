internal import SDEIModel
internal import SDEIWire

/// A transcript of what KVM v5's GET ioctls returned (schemas/kvm-v5-transcript.md).
public enum KVMv5Format: StateFormat {
  /// Its name.
  public static let id = FormatID.kvmV5
  /// What it is.
  public static let summary = "transcript of KVM v5's GET ioctls: raw structs, at most 512 vCPUs"
  /// The version that is read and written.
  public static let version = String(TranscriptHeader.version)
  /// What users should know of it before they choose it.
  public static let traits = FormatTraits(
    maxVCPUs: KVMLayout.maxVCPUs,
    dialect: .kvmV5,
    lacks: "power, delivery requests, running marks, relative mode, bind slots and interrupts, "
      + "triggers, another SDEI version than 1.1 of KVM, affinities of some vCPUs only"
  )

  static let transcript = TranscriptKind(name: "kvm-v5", maxVCPUs: KVMLayout.maxVCPUs)

  private static let limits = TranscriptLimits(
    structure: "kvm_sdei_registered_event_state",
    arrays: [
      ("entry", "ep_address[512]", { $0.entry.support }),
      ("argument", "ep_arg[512]", { $0.argument.support }),
      ("registered", "registered[8]", { $0.registered }),
      ("enabled", "enabled[8]", { $0.enabled }),
      ("unregisterPending", "unregister_pending[8]", { $0.unregisterPending }),
    ]
  )

  /// Whether bytes begin with the magic and the dialect.
  public static func recognises(_ bytes: RawSpan) -> Bool {
    transcript.begins(bytes)
  }

  /// Reads a transcript; everything in it is kept.
  ///
  /// - Throws: `DecodeError` at the first byte that is not as it must be.
  public static func decode(_ bytes: RawSpan) throws(DecodeError) -> Document {
    try KVMv5Decoder.decode(bytes)
  }

  /// Writes a transcript.
  ///
  /// - Throws: `EncodeError` for more than 512 vCPUs, and for extras that contradict the state.
  public static func encode(
    _ document: Document,
    _ options: EncodeOptions
  ) throws(EncodeError) -> Encoded {
    try document.checkWhole(.kvmV5)
    return try encode(document, options, usual: KVMLists.stored) {
      (snapshot, options) throws(EncodeError) in
      try limits.check(snapshot)
      return try KVMv5Encoder.encode(snapshot, options)
    }
  }

  /// Why the last field of a path is lost or changed, where it is always for one reason.
  public static func reason(_ path: String) -> String? {
    switch path.split(separator: ".").last ?? "" {
    case "dialect": "a transcript is read as kvm-v5, whose bits and counts mean other things"
    case "version", "clientEL", "features":
      "every v5 guest sees SDEI 1.1 of vendor 0x4b564d at EL1, without slots"
    case "producer": "there is room for \(TranscriptHeader.producerSize) bytes"
    case "power", "deliveryRequest": "the ioctls do not tell it"
    case "affinity":
      "a transcript has the MPIDRs of all vCPUs or of none, and keeps reserved bits apart"
    case "running": "contexts tell what runs"
    case "relative", "trigger", "origin", "interrupt", "refcount", "registrationCount":
      "v5 does not have it"
    case "notifier": "only exposed events have one, and it is a pointer and no name"
    case "definition": "the event is not in the exposed list"
    case "surplusExposed", "surplusRegistered", "surplusQueued":
      "a structure of zeros at the end of a list counts as surplus"
    case "entry", "argument", "registered", "enabled", "unregisterPending", "routing":
      "the event is not in the registered list"
    default: nil
    }
  }
}
