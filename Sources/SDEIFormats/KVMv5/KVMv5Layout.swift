/// The sizes and offsets of KVM v5's structures that v2 to v4 have otherwise (schemas/kvm_sdei_v5.h;
/// KVM/arm64 SDEI series v5, arch/arm64/include/uapi/asm/kvm_sdei_state.h), LP64, little-endian.
enum KVMv5Layout {
  /// `struct kvm_sdei_registered_event_state`; the compiler leaves a hole of 4 bytes at 12.
  enum Registered {
    static let size = 8408
    static let routeMode = 8
    static let padding = 9
    static let hole = 12
    static let unregisterPending = 8344
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
    case .getExposedEvent: KVMLayout.Exposed.size
    case .getRegisteredEvent: KVMv5Layout.Registered.size
    case .getVCPUEvent: KVMLayout.Queued.size
    case .getVCPUState: KVMLayout.VCPUState.size
    }
  }
}
