internal import SDEIModel
internal import SDEIWire

/// A transcript of what the GET ioctls of KVM v2 to v4 returned (schemas/kvm-v4-transcript.md).
public enum KVMv4Format: StateFormat {
  /// Its name.
  public static let id = FormatID.kvmV4
  /// What it is.
  public static let summary =
    "transcript of KVM v2 to v4's GET ioctls: raw structs, at most 512 vCPUs"
  /// The version that is read and written.
  public static let version = String(TranscriptHeader.version)
  /// What users should know of it before they choose it.
  public static let traits = FormatTraits(
    maxVCPUs: KVMLayout.maxVCPUs,
    dialect: .kvmV4,
    lacks: "power, delivery requests, running marks, pending unregistrations, relative mode, bind "
      + "slots and interrupts, triggers, another SDEI version than 1.0, affinities of some vCPUs "
      + "only, a notifier of event 0x40400000"
  )

  static let transcript = TranscriptKind(name: "kvm-v4", maxVCPUs: KVMLayout.maxVCPUs)

  private static let limits = TranscriptLimits(
    structure: "kvm_sdei_kvm_event_state",
    arrays: [
      ("entry", "entries[512]", { $0.entry.support }),
      ("argument", "params[512]", { $0.argument.support }),
      ("registered", "registered[8]", { $0.registered }),
      ("enabled", "enabled[8]", { $0.enabled }),
    ]
  )

  /// Whether bytes begin with the magic and the dialect.
  public static func recognises(_ bytes: RawSpan) -> Bool {
    transcript.begins(bytes)
  }

  /// Reads a transcript; everything in it is kept.
  ///
  /// Events that no SET_EVENT frame defines have no definition, and a finding says so.
  ///
  /// - Throws: `DecodeError` at the first byte that is not as it must be.
  public static func decode(_ bytes: RawSpan) throws(DecodeError) -> Document {
    try KVMv4Decoder.decode(bytes)
  }

  /// Writes a transcript.
  ///
  /// - Throws: `EncodeError` for more than 512 vCPUs, and for extras that contradict the state.
  public static func encode(
    _ document: Document,
    _ options: EncodeOptions
  ) throws(EncodeError) -> Encoded {
    try document.checkWhole(.kvmV4)
    return try encode(document, options, usual: KVMv4Layout.stored) {
      (snapshot, options) throws(EncodeError) in
      try limits.check(snapshot)
      return try KVMv4Encoder.encode(snapshot, options)
    }
  }

  /// Why the last field of a path is lost or changed, where it is always for one reason.
  public static func reason(_ path: String) -> String? {
    if path == ModelPath.event(KVMv4Layout.builtIn) {
      return "the kernel exposes it to every v4 guest"
    }
    if path.hasPrefix(ModelPath.event(KVMv4Layout.builtIn, "")), path.contains("].") {
      let last = path.split(separator: ".").last ?? ""
      if ["definition", "type", "priority", "signalable", "exposedPadding"].contains(last) {
        return "the kernel defines the event itself: private, critical, signalable"
      }
    }
    switch path.split(separator: ".").last ?? "" {
    case "dialect": return "a transcript is read as kvm-v4, whose bits and counts mean other things"
    case "version", "clientEL", "features":
      return "every v4 guest sees SDEI 1.0 of no vendor at EL1, without slots"
    case "producer": return "there is room for \(TranscriptHeader.producerSize) bytes"
    case "power", "deliveryRequest": return "the ioctls do not tell it"
    case "affinity":
      return "a transcript has the MPIDRs of all vCPUs or of none, and keeps reserved bits apart"
    case "running": return "contexts tell what runs"
    case "relative", "trigger", "origin", "interrupt", "registrationCount", "unregisterPending":
      return "v4 does not have it"
    case "definition", "notifier": return "the event is in no SET_EVENT"
    case "exposedOrder": return "0x40400000 comes first, before all SET_EVENTs"
    case "refcount":
      return
        "a registered event has it, and it is told where it is not the sum of the queues' counts"
    case "entry", "argument", "registered", "enabled", "routing":
      return "the event is not in the registered list"
    default: return nil
    }
  }
}
