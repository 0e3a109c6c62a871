internal import SDEIModel

/// The pseudo-firmware registers of a vCPU that hold its SDEI state, in the order of
/// KVM_GET_REG_LIST (schemas/kvm_sdei_v7.h; KVM/arm64 SDEI series v7, patch 19).
enum FirmwareRegister: Int, CaseIterable {
  case handler0, handler1, handler2, handler3
  case registered, enabled, running, pending
  case context
  case peState

  /// The index of the first one among the firmware registers.
  private static let firstIndex = 4
  private static let ids = Dictionary(uniqueKeysWithValues: allCases.map { ($0.id, $0) })

  /// The register with an id, nil where it is another one's.
  init?(id: UInt64) {
    guard let found = Self.ids[id] else { return nil }
    self = found
  }

  /// The id that KVM_GET_ONE_REG takes.
  var id: UInt64 {
    let sizeBits: UInt64 =
      switch self {
      case .handler0, .handler1, .handler2, .handler3: 4
      case .registered, .enabled, .running, .pending, .peState: 3
      case .context: 8
      }
    return 0x6000_0000_0014_0000 | sizeBits << 52 | UInt64(Self.firstIndex + rawValue)
  }

  /// The size of the payload in bytes.
  var size: Int { RegisterID.size(id) }

  /// The size of the payload in 64-bit words.
  var wordCount: Int { size / 8 }

  /// The name in the ABI, without its prefix.
  var name: String {
    switch self {
    case .handler0, .handler1, .handler2, .handler3: "SDEI_EVENT_HANDLER_\(rawValue)"
    case .registered: "SDEI_EVENT_REGISTERED"
    case .enabled: "SDEI_EVENT_ENABLED"
    case .running: "SDEI_EVENT_RUNNING"
    case .pending: "SDEI_EVENT_PENDING"
    case .context: "SDEI_EVENT_CONTEXT"
    case .peState: "SDEI_PE_STATE"
    }
  }

  /// What the payload's words are on a vCPU that was just made.
  var resetWords: [UInt64] {
    var words = [UInt64](repeating: 0, count: wordCount)
    if self == .peState { words[0] = 1 }
    return words
  }
}

/// Register ids of KVM's ONE_REG interface.
enum RegisterID {
  /// MPIDR_EL1.
  static let mpidr: UInt64 = 0x6030_0000_0013_C005
  /// Registers beside SDEI's that say something about the VM.
  static let facts: [(id: UInt64, label: String)] = [
    (0x6030_0000_0014_0000, "PSCI version"), (standardServices, "STD_BMAP"),
    (0x6030_0000_0016_0001, "STD_HYP_BMAP"), (0x6030_0000_0016_0002, "VENDOR_HYP_BMAP"),
    (0x6030_0000_0016_0003, "VENDOR_HYP_BMAP_2"),
  ]
  /// KVM_REG_ARM_STD_BMAP: which standard secure services the guest may call.
  static let standardServices: UInt64 = 0x6030_0000_0016_0000

  /// The size in bytes that an id tells in its bits 55:52; at most 32768.
  static func size(_ id: UInt64) -> Int { 1 << Int(id >> 52 & 0xF) }
}

/// What every v7 guest sees (SDEI_VERSION, SDEI_FEATURES), and the events that v7 has.
enum KVMv7 {
  /// Bits of a bitmap that are an event number.
  static let eventBits: UInt64 = 64

  /// The state of a VM of which nothing is known yet.
  static func snapshot(vcpus: UInt32, producer: String) -> Snapshot {
    let instance = Instance(
      version: SDEIVersion(major: 1, minor: 1, vendor: 0x564B_CAA9),
      dialect: .kvmV7,
      producer: producer
    )
    return Snapshot(instance: instance, vcpus: VCPUs(count: vcpus))
  }

  /// The definition of an event: 0 is software-signalled, 1 is for asynchronous page faults, and
  /// there are no others.
  static func definition(_ number: UInt64) -> EventDefinition? {
    number > 1 ? nil : EventDefinition(type: .private, priority: .normal, isSignalable: true)
  }
}
