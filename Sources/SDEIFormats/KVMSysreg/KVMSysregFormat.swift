internal import SDEIModel
internal import SDEIWire

/// Writes to two system registers that rebuild a state (schemas/kvm-sysreg.md).
public enum KVMSysregFormat: StateFormat {
  /// Its name.
  public static let id = FormatID.kvmSysreg
  /// What it is.
  public static let summary = "writes to SYS_REG_SDEI_COMMAND and _DATA that rebuild a state"
  /// The version that is read and written.
  public static let version = String(TranscriptHeader.version)
  /// What users should know of it before they choose it.
  public static let traits = FormatTraits(
    lacks: "extras of any dialect, notifier texts, producers above 32 bytes",
    isExperimental: true
  )

  static let transcript = TranscriptKind(name: "kvmsysrg", maxVCPUs: UInt32.max)

  /// Whether bytes begin with the magic and the kind.
  public static func recognises(_ bytes: RawSpan) -> Bool { transcript.begins(bytes) }

  /// Replays the writes, in whatever order they come.
  ///
  /// - Throws: `DecodeError` at the first write that is not as it must be.
  public static func decode(_ bytes: RawSpan) throws(DecodeError) -> Document {
    try SysregDecoder.decode(bytes)
  }

  /// Writes a state in one order; columns stay folded.
  ///
  /// - Throws: `EncodeError` where it would be larger than allowed, and for values that the model
  ///   does not have.
  public static func encode(
    _ document: Document,
    _ options: EncodeOptions
  ) throws(EncodeError) -> Encoded {
    try document.checkWhole(.kvmSysreg)
    return try encode(
      document,
      options,
      usual: KVMSysregFormat.implied,
      write: SysregEncoder.encode
    )
  }

  /// Why the last field of a path is lost or changed, where it is always for one reason.
  public static func reason(_ path: String) -> String? {
    let field = String(path.split(separator: ".").last ?? "")
    if path.hasPrefix("extras.") || ExtraField.allCases.contains(where: { $0.name == field }) {
      return "registers have no place for what only one implementation has"
    }
    switch field {
    case "producer": return "there is room for \(TranscriptHeader.producerSize) bytes"
    case "notifier": return "a register has no room for a text"
    default: return nil
    }
  }

  /// The snapshot without the lists that say only what is usual: they are not written.
  ///
  /// Lists by vCPU are spelled out before they are compared, so only those of 2^20 entries are.
  private static func implied(_ snapshot: Snapshot) -> Snapshot {
    var result = snapshot
    let lists = snapshot.extras.lists
    if lists[.exposedOrder] == KVMLists.usualExposed(snapshot) {
      result.extras.lists[.exposedOrder] = nil
    }
    let hasInstances = snapshot.extras.vcpuLists[.instanceOrder] != nil
    let registered = snapshot.events.filter {
      !$0.registered.isEmpty && ($0.isShared || !hasInstances)
    }
    if lists[.registeredOrder] == registered.map(\.number) {
      result.extras.lists[.registeredOrder] = nil
    }
    let limit: UInt64 = 1 << 16
    let all = Bitmap(below: snapshot.vcpus.count)
    if let queues = snapshot.extras.vcpuLists[.queueOrder],
      snapshot.events.allSatisfy({ $0.pending.support.subtracting(all).isEmpty }),
      snapshot.events.reduce(0, { $0 + $1.pending.support.count }) <= limit,
      queues == VCPULists(KVMLists.usualQueues(snapshot))
    {
      result.extras.vcpuLists[.queueOrder] = nil
    }
    if let instances = snapshot.extras.vcpuLists[.instanceOrder],
      snapshot.events.reduce(0, { $0 + $1.registered.intersection(all).count }) <= limit,
      instances == VCPULists(KVMLists.usualInstances(snapshot))
    {
      result.extras.vcpuLists[.instanceOrder] = nil
    }
    return result
  }
}
