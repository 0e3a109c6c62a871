/// The sizes and offsets of the split structures (schemas/kvm_sdei_split.h; the answer of
/// 24 March 2022 in the thread of KVM/arm64 SDEI series v5, patch 02), LP64, little-endian.
///
/// Queue and state of a vCPU are those of series v5 (`KVMLayout`), which the answer leaves as they are.
enum KVMSplitLayout {
  /// The largest number that the structures of events have room for.
  static let largestNumber: UInt64 = 0xFFFF_FFFF

  /// `struct kvm_sdei_exposed_event`.
  enum Exposed {
    static let size = 8
    static let num = 0
    static let type = 4
    static let signaled = 5
    static let priority = 6
    static let padding = 7
  }

  /// `struct kvm_sdei_registered_event`: one instance of an event.
  enum Registered {
    static let size = 40
    static let num = 0
    static let state = 4
    static let routeMode = 5
    static let padding = 6
    static let routeAffinity = 8
    static let entry = 16
    static let argument = 24
    static let notifier = 32
  }

  /// The bits of `state`; the ABI gives the ones above no meaning.
  enum State {
    static let registered: UInt8 = 1 << 0
    static let enabled: UInt8 = 1 << 1
    static let unregisterPending: UInt8 = 1 << 2
    static let shift: UInt8 = 3
  }
}

/// The commands that a transcript has frames of.
///
/// The answer gives none. Those that series v5 has, too, keep its numbers; the list of a vCPU's own
/// is behind all of v5's, where its pattern of COUNT, GET and SET puts it.
enum KVMSplitCommand: UInt32, TranscriptCommand {
  case getExposedEvent = 2
  case getRegisteredEvent = 5
  case getVCPUEvent = 8
  case getVCPUState = 10
  case getVCPURegisteredEvent = 14

  /// The name in the document.
  var name: String {
    switch self {
    case .getExposedEvent: "GET_EXPOSED_EVENT"
    case .getRegisteredEvent: "GET_REGISTERED_EVENT"
    case .getVCPUEvent: "GET_VCPU_EVENT"
    case .getVCPUState: "GET_VCPU_STATE"
    case .getVCPURegisteredEvent: "GET_VCPU_REGISTERED_EVENT"
    }
  }

  /// Whether a frame holds exactly one structure.
  var isSingle: Bool { self == .getVCPUState }

  /// Whether a list without entries has no frame.
  var isOmittedWhenEmpty: Bool { self == .getVCPUEvent || self == .getVCPURegisteredEvent }

  /// The size of one structure in its payload.
  var structSize: Int {
    switch self {
    case .getExposedEvent: KVMSplitLayout.Exposed.size
    case .getRegisteredEvent, .getVCPURegisteredEvent: KVMSplitLayout.Registered.size
    case .getVCPUEvent: KVMLayout.Queued.size
    case .getVCPUState: KVMLayout.VCPUState.size
    }
  }
}
