/// A field of a dialect's state that the specification has no term for.
///
/// The raw value is the field's number in the native format (schemas/sdei-snapshot.md, section 4).
public enum ExtraField: UInt16, CaseIterable, Hashable, Comparable, Sendable {
  /// All-zero structs behind the exposed events, from a GET with too large a count.
  case surplusExposed = 1
  /// All-zero structs behind the registered events.
  case surplusRegistered = 2
  /// Order and membership of the exposed list; without it: the defined events, ascending.
  case exposedOrder = 3
  /// Order and membership of the registered list; without it: the events with a registered bit,
  /// ascending.
  case registeredOrder = 4
  /// The host kernel's notifier function pointer.
  case notifier = 5
  /// The `signaled` byte, where it is neither 0 nor 1.
  case signaled = 6
  /// `padding[5]` of the exposed event.
  case exposedPadding = 7
  /// `padding[3]` of the registered event.
  case registeredPadding = 8
  /// The 4 bytes that the compiler puts behind it.
  case registeredHole = 9
  /// The `masked` byte, where it is neither 0 nor 1.
  case masked = 10
  /// `padding[7]` of the vCPU state.
  case vcpuPadding = 11
  /// All-zero structs behind a vCPU's queued events.
  case surplusQueued = 12
  /// Bits of MPIDR_EL1 outside its affinity fields.
  case mpidrFlags = 13
  /// Order and membership of a vCPU's queue; without it: the events pending there, ascending.
  case queueOrder = 14
  /// `padding` of a queued event.
  case queuePadding = 15
  /// `refcount` of the event (KVM v2 to v4), where it is not the sum of its queues' counts; plus
  /// one, so that 0 can be told.
  case refcount = 16
  /// TF-A's `reg_count`, where it is not the number of registered slots; plus one, so that 0 can be
  /// told.
  case registrationCount = 17

  /// What a field belongs to, and so where a snapshot keeps it.
  public enum Scope: CaseIterable, Sendable {
    /// One value of the VM: `Extras.values`.
    case vmValue
    /// A list of events of the VM: `Extras.lists`.
    case vmEvents
    /// A value for each event: `Event.extras`.
    case eventValue
    /// A value for each vCPU: `Extras.vcpuValues`.
    case vcpuValue
    /// A list of events for each vCPU: `Extras.vcpuLists`.
    case vcpuEvents
    /// A value for each event and vCPU: `Event.slotExtras`.
    case slotValue
  }

  /// What the field belongs to.
  public var scope: Scope {
    switch self {
    case .surplusExposed, .surplusRegistered: .vmValue
    case .exposedOrder, .registeredOrder: .vmEvents
    case .notifier, .signaled, .exposedPadding, .registeredPadding, .registeredHole, .refcount,
      .registrationCount:
      .eventValue
    case .masked, .vcpuPadding, .surplusQueued, .mpidrFlags: .vcpuValue
    case .queueOrder: .vcpuEvents
    case .queuePadding: .slotValue
    }
  }

  /// The width in bits of what the implementation stores, 0 for lists.
  ///
  /// Bytes are read as a little-endian number. A value may be larger by `addend`.
  public var bits: Int {
    switch self {
    case .surplusExposed, .surplusRegistered, .surplusQueued, .registeredHole, .queuePadding,
      .refcount, .registrationCount:
      32
    case .notifier, .mpidrFlags: 64
    case .signaled, .masked: 8
    case .exposedPadding: 40
    case .registeredPadding: 24
    case .vcpuPadding: 56
    case .exposedOrder, .registeredOrder, .queueOrder: 0
    }
  }

  /// The smallest value worth storing: 2 where a boolean of the model tells 0 and 1.
  public var minimum: UInt64 { self == .signaled || self == .masked ? 2 : 1 }

  /// What a value is more than what the implementation stores: 1 where 0 has to be told.
  ///
  /// A column has the value 0 where it says nothing.
  public var addend: UInt64 { self == .refcount || self == .registrationCount ? 1 : 0 }

  /// The largest value.
  public var maximum: UInt64 { bits == 64 ? .max : 1 << UInt64(bits) - 1 + addend }

  /// Whether a value may stand in the field.
  public func holds(_ value: UInt64) -> Bool {
    if self == .mpidrFlags { return value != 0 && value & Affinity.fieldMask == 0 }
    return value >= minimum && value <= maximum
  }

  /// Whether all values of a column may stand in the field; O(runs + literals).
  public func holds(_ column: Column) -> Bool {
    guard column.literals.allSatisfy(holds) else { return false }
    return column.runs.allSatisfy { run in
      guard case .affine = run.values else { return true }
      if self == .mpidrFlags {
        // A stride that moves the bits below 40 leaves the 8 that are free there within 256 steps.
        let last = run.range.first + UInt32(min(run.range.count - 1, 256))
        return (run.range.first...last).allSatisfy { holds(column.value(of: run, at: $0)) }
      }
      let bounds = column.bounds(of: run)
      return holds(bounds.lowerBound) && holds(bounds.upperBound)
    }
  }

  /// The dialects whose state has the field.
  public var dialects: Set<DialectID> {
    switch self {
    case .exposedOrder, .registeredOrder, .queueOrder, .notifier, .signaled, .masked:
      [.kvmV4, .kvmV5]
    case .surplusExposed, .surplusRegistered, .surplusQueued, .exposedPadding, .registeredPadding,
      .registeredHole, .vcpuPadding, .queuePadding, .mpidrFlags:
      [.kvmV5]
    case .refcount: [.kvmV4]
    case .registrationCount: [.tfA]
    }
  }

  /// The name in views and files.
  public var name: String { String(describing: self) }

  /// Orders fields as every format lists them.
  public static func < (lhs: ExtraField, rhs: ExtraField) -> Bool { lhs.rawValue < rhs.rawValue }
}
