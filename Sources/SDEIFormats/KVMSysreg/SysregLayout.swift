internal import SDEIModel

/// The sizes and words of the transcript of register writes (schemas/kvm-sysreg.md).
enum SysregLayout {
  /// One write: vCPU (4), register (4), value (8).
  static let writeSize = 16
  /// The index that stands for the VM.
  static let vm: UInt32 = 0xFFFF_FFFF
  /// SYS_REG_SDEI_COMMAND, S3_0_C11_C0_0 (KVM: 0x603000000013c580).
  static let commandRegister: UInt32 = 0
  /// SYS_REG_SDEI_DATA, S3_0_C11_C0_1 (KVM: 0x603000000013c581).
  static let dataRegister: UInt32 = 1
  /// Level and flag, number, X0 to X17, PC, PSTATE.
  static let contextOperands = 2 + RegisterFrame.wordCount
  /// The most operands that a command takes.
  static let largestOperands = contextOperands + 1

  /// The numbers of the dialects.
  static let dialects: [(code: UInt64, dialect: DialectID)] = [
    (0, .specification), (4, .kvmV4), (5, .kvmV5), (7, .kvmV7), (16, .tfA), (32, .qemuRFC),
  ]

  static func code(_ dialect: DialectID) -> UInt64 {
    dialects.first { $0.dialect == dialect }?.code ?? 0
  }

  static func features(_ instance: Instance) -> UInt64 {
    UInt64(instance.clientEL) | (instance.features.relativeMode ? 1 << 8 : 0)
      | UInt64(instance.features.privateSlots) << 16 | UInt64(instance.features.sharedSlots) << 32
  }

  /// Type 7:0, priority 15:8, signalable 16, level-triggered 17, interrupt there 18, origin 25:24.
  static func properties(_ definition: EventDefinition) -> UInt64 {
    UInt64(definition.type.rawValue) | UInt64(definition.priority.rawValue) << 8
      | (definition.isSignalable ? 1 << 16 : 0) | (definition.trigger == .level ? 1 << 17 : 0)
      | (definition.interrupt != nil ? 1 << 18 : 0) | UInt64(definition.origin.code) << 24
  }

  /// The definition that properties and an interrupt tell, nil where a bit means nothing.
  static func definition(_ properties: UInt64, interrupt: UInt64) -> EventDefinition? {
    let hasInterrupt = properties >> 18 & 1 == 1
    guard properties & ~0x3_07_FFFF == 0, let origin = EventOrigin(code: UInt8(properties >> 24)),
      interrupt <= (hasInterrupt ? UInt64(UInt32.max) : 0)
    else { return nil }
    return EventDefinition(
      type: EventType(rawValue: UInt8(truncatingIfNeeded: properties)),
      priority: EventPriority(rawValue: UInt8(truncatingIfNeeded: properties >> 8)),
      isSignalable: properties >> 16 & 1 == 1,
      trigger: properties >> 17 & 1 == 1 ? .level : .edge,
      origin: origin,
      interrupt: hasInterrupt ? UInt32(interrupt) : nil
    )
  }

  /// A range of vCPUs in one operand: the first in bits 31:0, the last in bits 63:32.
  static func word(_ range: IndexRange) -> UInt64 {
    UInt64(range.first) | UInt64(range.last) << 32
  }

  static func range(_ word: UInt64) -> IndexRange? {
    let (first, last) = (UInt32(truncatingIfNeeded: word), UInt32(word >> 32))
    return first <= last ? IndexRange(first, last) : nil
  }

  /// The marks of events with the commands that set them, in the order of writing.
  static let marks: [(SysregCommand, any WritableKeyPath<Event, Bitmap> & Sendable)] = [
    (.setRegistered, \.registered), (.setEnabled, \.enabled), (.setRunning, \.running),
    (.setUnregisterPending, \.unregisterPending), (.setRelative, \.relative),
  ]

  /// The values of events with the commands that set them, in the order of writing.
  static let values: [(SysregCommand, any WritableKeyPath<Event, Column> & Sendable)] = [
    (.setPending, \.pending), (.setEntry, \.entry), (.setArgument, \.argument),
  ]
}
