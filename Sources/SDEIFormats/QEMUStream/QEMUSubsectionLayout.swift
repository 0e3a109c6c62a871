/// The fields of `cpu/sdei`, version 1, as they travel: big-endian, packed without padding
/// (QEMU's `vmstate_sdei` of the KVM v2 to v4 work).
enum QEMUSubsectionLayout {
  /// The three counters in front: `kske_num`, `ksve_num`, `ksv_num`.
  static let counters = 12
  /// The slots of each array, and the words of each bitmap.
  static let slots = 512
  static let words = 8

  /// `cpu/sdei/kske`: a registered event.
  enum Registered {
    static let size = 8341
    static let num = 0
    static let refcount = 8
    static let routeMode = 12
    static let routeAffinity = 13
    static let entries = 21
    static let params = 4117
    static let registered = 8213
    static let enabled = 8277
  }

  /// `cpu/sdei/ksve`: an event in a vCPU's queue.
  enum Queued {
    static let size = 12
    static let num = 0
    static let refcount = 8
  }

  /// `cpu/sdei/ksv`: a vCPU; each frame is X0 to X17, PC, PSTATE.
  enum VCPU {
    static let size = 337
    static let masked = 0
    static let criticalNum = 1
    static let normalNum = 9
    static let criticalRegs = 17
    static let normalRegs = 177
  }
}
