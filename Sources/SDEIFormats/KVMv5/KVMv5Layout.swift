/// The sizes and offsets of KVM v5's structures (schemas/kvm_sdei_v5.h; KVM/arm64 SDEI series v5,
/// arch/arm64/include/uapi/asm/kvm_sdei_state.h), LP64, little-endian.
enum KVMv5Layout {
  /// `KVM_SDEI_MAX_VCPUS`: the slots of each array.
  static let maxVCPUs: UInt32 = 512
  /// `KVM_SDEI_INVALID_EVENT`: no event.
  static let invalidEvent: UInt64 = 0xFFFF_FFFF
  /// The API version that `KVM_SDEI_CMD_GET_VERSION` returns.
  static let apiVersion: UInt32 = 0x10000

  /// `struct kvm_sdei_exposed_event_state`.
  enum Exposed {
    static let size = 24
    static let num = 0
    static let type = 8
    static let signaled = 9
    static let priority = 10
    static let padding = 11
    static let notifier = 16
  }

  /// `struct kvm_sdei_registered_event_state`; the compiler leaves a hole of 4 bytes at 12.
  enum Registered {
    static let size = 8408
    static let num = 0
    static let routeMode = 8
    static let padding = 9
    static let hole = 12
    static let routeAffinity = 16
    static let entries = 24
    static let arguments = 4120
    static let registered = 8216
    static let enabled = 8280
    static let unregisterPending = 8344
    static let words = 8
  }

  /// `struct kvm_sdei_vcpu_event_state`.
  enum Queued {
    static let size = 16
    static let num = 0
    static let count = 8
    static let padding = 12
  }

  /// `struct kvm_sdei_vcpu_state`; each frame is X0 to X17, PC, PSTATE.
  enum VCPUState {
    static let size = 344
    static let masked = 0
    static let padding = 1
    static let criticalNum = 8
    static let normalNum = 16
    static let criticalRegs = 24
    static let normalRegs = 184
  }
}

/// The commands of `KVM_ARM_SDEI_COMMAND` that a transcript has frames of.
enum KVMv5Command: UInt32, TranscriptCommand {
  case getVersion = 0
  case getExposedEvent = 2
  case getRegisteredEvent = 5
  case getVCPUEvent = 8
  case getVCPUState = 10

  /// The name in the ABI.
  var name: String {
    switch self {
    case .getVersion: "GET_VERSION"
    case .getExposedEvent: "GET_EXPOSED_EVENT"
    case .getRegisteredEvent: "GET_REGISTERED_EVENT"
    case .getVCPUEvent: "GET_VCPU_EVENT"
    case .getVCPUState: "GET_VCPU_STATE"
    }
  }

  /// Whether a frame holds exactly one structure.
  var isSingle: Bool { self == .getVCPUState }

  /// Whether a list without entries has no frame.
  var isOmittedWhenEmpty: Bool { self == .getVCPUEvent }

  /// The size of one structure in its payload.
  var structSize: Int {
    switch self {
    case .getVersion: 0
    case .getExposedEvent: KVMv5Layout.Exposed.size
    case .getRegisteredEvent: KVMv5Layout.Registered.size
    case .getVCPUEvent: KVMv5Layout.Queued.size
    case .getVCPUState: KVMv5Layout.VCPUState.size
    }
  }
}
