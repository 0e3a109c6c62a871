/// The sizes and offsets of section `qemu_sdei`, version 1 (schemas/qemu-rfc.md; Heyi Guo's RFC
/// series of 2019 for QEMU, target/arm/sdei.c), big-endian, without padding.
enum QEMURFCLayout {
  /// The slots of events: the private ones, then the shared ones.
  static let privateSlots = 16
  static let slots = 48
  /// A bound event's number is its slot with this bit.
  static let boundBit: UInt64 = 0x4000_0000
  /// `SDEI_INVALID_EVENT_ID` and `SDEI_INVALID_INTERRUPT`, -1.
  static let none: UInt64 = 0xFFFF_FFFF
  /// The largest number that an `int32_t` has.
  static let largest: UInt64 = 0x7FFF_FFFF

  /// `qemu_sdei/sde_props`: what is in a slot.
  enum Property {
    static let size = 18
    static let event = 0
    static let interrupt = 4
    static let isShared = 8
    static let isCritical = 9
    static let index = 10
    static let refcount = 14
  }

  /// `qemu_sdei/sdes`: one instance of an event.
  enum Instance {
    static let size = 40
    static let enabled = 0
    static let running = 1
    static let pending = 2
    static let unregisterPending = 3
    static let entry = 4
    static let argument = 12
    static let routingMode = 20
    static let event = 28
    static let affinity = 32
  }

  /// `qemu_sdei/sde_cpu`: the private instances, then what is the vCPU's own.
  enum VCPU {
    static let size = 961
    static let normalRegisters = 640
    static let criticalRegisters = 784
    static let normalPC = 928
    static let criticalPC = 936
    static let normalPState = 944
    static let criticalPState = 948
    static let criticalEvent = 952
    static let normalEvent = 956
    static let masked = 960
  }

  /// Where the shared instances begin.
  static let shared = 864
  /// Where the vCPUs begin: the size of the body without any.
  static let vcpus = 2144

  /// The offset of an instance in the body: of a vCPU's private slot, or of a shared one.
  static func instance(slot: Int, vcpu: UInt32) -> Int {
    slot < privateSlots
      ? vcpus + Int(vcpu) * VCPU.size + slot * Instance.size
      : shared + (slot - privateSlots) * Instance.size
  }
}

/// One section as it stands in a migration stream: the head, the body, and the footer.
enum QEMURFCSection {
  static let name = Array("qemu_sdei".utf8)
  /// `QEMU_VM_SECTION_FULL`.
  static let full: UInt8 = 0x04
  /// `QEMU_VM_SECTION_FOOTER`.
  static let footer: UInt8 = 0x7E
  static let version: UInt64 = 1
  static let idOffset = 1
  static let nameOffset = 6
  static let instanceOffset = 15
  static let versionOffset = 19
  static let headSize = 23
  static let footerSize = 5
}
