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
  /// `reg_count` (TF-A) or `refcount` (QEMU's RFC), where it is not the number of registered slots;
  /// plus one, so that 0 can be told.
  case registrationCount = 17
  /// KVM v7's SDEI_PE_STATE, where it is neither 0 nor 1.
  case peState = 18
  /// Bytes 160 to 167 of KVM v7's SDEI_EVENT_CONTEXT: of its 256 bytes the kernel writes 160.
  case contextTail0 = 19
  /// Bytes 168 to 175 of SDEI_EVENT_CONTEXT.
  case contextTail1 = 20
  /// Bytes 176 to 183 of SDEI_EVENT_CONTEXT.
  case contextTail2 = 21
  /// Bytes 184 to 191 of SDEI_EVENT_CONTEXT.
  case contextTail3 = 22
  /// Bytes 192 to 199 of SDEI_EVENT_CONTEXT.
  case contextTail4 = 23
  /// Bytes 200 to 207 of SDEI_EVENT_CONTEXT.
  case contextTail5 = 24
  /// Bytes 208 to 215 of SDEI_EVENT_CONTEXT.
  case contextTail6 = 25
  /// Bytes 216 to 223 of SDEI_EVENT_CONTEXT.
  case contextTail7 = 26
  /// Bytes 224 to 231 of SDEI_EVENT_CONTEXT.
  case contextTail8 = 27
  /// Bytes 232 to 239 of SDEI_EVENT_CONTEXT.
  case contextTail9 = 28
  /// Bytes 240 to 247 of SDEI_EVENT_CONTEXT.
  case contextTail10 = 29
  /// Bytes 248 to 255 of SDEI_EVENT_CONTEXT.
  case contextTail11 = 30
  /// Bits 7:3 of `state` of a split structure, shifted down: the ABI gives them no meaning.
  case stateBits = 31
  /// The routing mode of an instance, where an event's instances differ in it.
  case slotRouteMode = 32
  /// The affinity of an instance, where an event's instances differ in it.
  case slotRouteAffinity = 33
  /// The notifier of an instance, where an event's instances differ in it.
  case slotNotifier = 34
  /// `padding[2]` of a split structure, where an event's instances differ in it.
  case slotPadding = 35
  /// Order and membership of a vCPU's own list of registered events (the split structures); without
  /// it: the private events registered there, ascending.
  case instanceOrder = 36

  /// The fields of SDEI_EVENT_CONTEXT's bytes from 160 on, in their order.
  public static let contextTail: [ExtraField] = allCases.filter {
    $0 >= .contextTail0 && $0 <= .contextTail11
  }

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
    case .masked, .vcpuPadding, .surplusQueued, .mpidrFlags, .peState, .contextTail0,
      .contextTail1, .contextTail2, .contextTail3, .contextTail4, .contextTail5, .contextTail6,
      .contextTail7, .contextTail8, .contextTail9, .contextTail10, .contextTail11:
      .vcpuValue
    case .queueOrder, .instanceOrder: .vcpuEvents
    case .queuePadding, .stateBits, .slotRouteMode, .slotRouteAffinity, .slotNotifier, .slotPadding:
      .slotValue
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
    case .notifier, .mpidrFlags, .peState, .slotRouteAffinity, .slotNotifier, .contextTail0,
      .contextTail1, .contextTail2, .contextTail3, .contextTail4, .contextTail5, .contextTail6,
      .contextTail7, .contextTail8, .contextTail9, .contextTail10, .contextTail11:
      64
    case .slotPadding: 16
    case .signaled, .masked, .slotRouteMode: 8
    case .stateBits: 5
    case .exposedPadding: 40
    case .registeredPadding: 24
    case .vcpuPadding: 56
    case .exposedOrder, .registeredOrder, .queueOrder, .instanceOrder: 0
    }
  }

  /// The smallest value worth storing: 2 where a boolean of the model tells 0 and 1.
  public var minimum: UInt64 {
    self == .signaled || self == .masked || self == .peState ? 2 : 1
  }

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
    case .exposedOrder, .registeredOrder, .queueOrder, .notifier, .signaled, .masked,
      .exposedPadding, .registeredPadding, .vcpuPadding, .queuePadding:
      [.kvmV4, .kvmV5]
    case .mpidrFlags: [.kvmV4, .kvmV5, .kvmV7]
    case .surplusExposed, .surplusRegistered, .surplusQueued, .registeredHole, .stateBits,
      .slotNotifier, .slotPadding, .instanceOrder:
      [.kvmV5]
    case .slotRouteMode, .slotRouteAffinity: [.kvmV5, .qemuRFC]
    case .refcount: [.kvmV4]
    case .peState, .contextTail0, .contextTail1, .contextTail2, .contextTail3, .contextTail4,
      .contextTail5, .contextTail6, .contextTail7, .contextTail8, .contextTail9, .contextTail10,
      .contextTail11:
      [.kvmV7]
    case .registrationCount: [.tfA, .qemuRFC]
    }
  }

  /// The name in views and files.
  public var name: String { String(describing: self) }

  /// Orders fields as every format lists them.
  public static func < (lhs: ExtraField, rhs: ExtraField) -> Bool { lhs.rawValue < rhs.rawValue }
}
