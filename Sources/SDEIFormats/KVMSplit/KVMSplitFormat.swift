internal import SDEIModel
internal import SDEIWire

/// A transcript of the structures that were proposed for KVM with the vCPUs' data split off
/// (schemas/kvm-split-transcript.md).
public enum KVMSplitFormat: StateFormat {
  /// Its name.
  public static let id = FormatID.kvmSplit
  /// What it is.
  public static let summary = "transcript of the split structures proposed for KVM: no vCPU limit"
  /// The version that is read and written.
  public static let version = String(TranscriptHeader.version)
  /// What users should know of it before they choose it.
  public static let traits = FormatTraits(
    dialect: .kvmV5,
    lacks: "power, delivery requests, running marks, relative mode, bind slots and interrupts, "
      + "triggers, another SDEI version than 1.1 of KVM, affinities of some vCPUs only, event "
      + "numbers above 32 bits, whatever belongs to a handler that is not registered"
  )

  static let transcript = TranscriptKind(name: "kvmsplit", maxVCPUs: UInt32.max)

  /// Whether bytes begin with the magic and the kind.
  public static func recognises(_ bytes: RawSpan) -> Bool { transcript.begins(bytes) }

  /// Reads a transcript; everything in it is kept.
  ///
  /// - Throws: `DecodeError` at the first byte that is not as it must be.
  public static func decode(_ bytes: RawSpan) throws(DecodeError) -> Document {
    try KVMSplitDecoder.decode(bytes)
  }

  /// Writes a transcript.
  ///
  /// - Throws: `EncodeError` where it would be larger than allowed, and for an event that is to stand
  ///   in the VM's list and in the one of vCPU 0.
  public static func encode(
    _ document: Document,
    _ options: EncodeOptions
  ) throws(EncodeError) -> Encoded {
    try document.checkWhole(.kvmSplit)
    return try encode(document, options, usual: KVMSplitLists.stored, write: KVMSplitEncoder.encode)
  }

  /// Why the last field of a path is lost or changed, where it is always for one reason.
  public static func reason(_ path: String) -> String? {
    switch path.split(separator: ".").last ?? "" {
    case "dialect": "a transcript is read as kvm-v5, whose bits and counts mean other things"
    case "version", "clientEL", "features":
      "a guest of these structures sees SDEI 1.1 of vendor 0x4b564d at EL1, without slots"
    case "producer": "there is room for \(TranscriptHeader.producerSize) bytes"
    case "power", "deliveryRequest": "no structure tells it"
    case "affinity":
      "a transcript has the MPIDRs of all vCPUs or of none, and keeps reserved bits apart"
    case "running": "contexts tell what runs"
    case "relative", "trigger", "origin", "interrupt", "refcount", "registrationCount",
      "registeredHole", "surplusExposed", "surplusRegistered", "surplusQueued":
      "the split structures do not have it"
    case "notifier": "it is a pointer of the kernel, and told with a handler in a list only"
    case "exposedPadding", "registeredPadding": "there is less padding in the split structures"
    case "definition": "the event is not in the exposed list"
    case "exposedOrder": "a number has 32 bits, and an exposed event has a definition"
    case "registeredOrder":
      "the VM has a list of shared events and each vCPU one of its own: no order across them is told"
    case "entry", "argument", "registered", "enabled", "unregisterPending", "routing":
      "there is a structure for each vCPU, or one of the VM, in whose list the event is"
    default: nil
    }
  }
}
