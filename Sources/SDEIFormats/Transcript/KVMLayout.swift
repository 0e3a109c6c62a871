internal import SDEIModel

/// What KVM v2 to v5's structures have alike (schemas/kvm_sdei_v4.h, schemas/kvm_sdei_v5.h), LP64,
/// little-endian; the names are v5's.
enum KVMLayout {
  /// `KVM_SDEI_MAX_VCPUS`: the slots of each array.
  static let maxVCPUs: UInt32 = 512
  /// The API version that `KVM_SDEI_CMD_GET_VERSION` returns.
  static let apiVersion: UInt32 = 0x10000

  /// The running number by which a dialect says that nothing runs: `KVM_SDEI_INVALID_NUM`, and v5's
  /// `KVM_SDEI_INVALID_EVENT`.
  static func noEvent(_ dialect: DialectID) -> UInt64 { dialect == .kvmV4 ? 0 : 0xFFFF_FFFF }

  /// What a dialect is called in messages.
  static func title(_ dialect: DialectID) -> String { dialect == .kvmV4 ? "KVM v4" : "KVM v5" }

  /// An exposed event; bytes 11 to 15 have no name in v2 to v4.
  enum Exposed {
    static let size = 24
    static let num = 0
    static let type = 8
    static let signaled = 9
    static let priority = 10
    static let padding = 11
    static let notifier = 16
  }

  /// A registered event from byte 16 on.
  enum Registered {
    static let num = 0
    static let routeAffinity = 16
    static let entries = 24
    static let arguments = 4120
    static let registered = 8216
    static let enabled = 8280
    static let words = 8
  }

  /// An event in a vCPU's queue; bytes 12 to 15 have no name in v2 to v4.
  enum Queued {
    static let size = 16
    static let num = 0
    static let count = 8
    static let padding = 12
  }

  /// A vCPU; each frame is X0 to X17, PC, PSTATE.
  ///
  /// Bytes 1 to 7 have no name in v2 to v4.
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
