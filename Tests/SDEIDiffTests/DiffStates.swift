import SDEIDiff
import SDEIFormats
import SDEIModel
import SDEITestSupport

/// A small state of KVM v5 with something at every place.
enum DiffStates {
  static let handled = EventNumber(0x4040_0001)
  static let shared = EventNumber(0x4040_0002)
  static let unused = EventNumber(0x4040_0003)

  static func base() -> Snapshot {
    var state = Snapshot(
      instance: Instance(
        features: Features(privateSlots: 2, sharedSlots: 2, relativeMode: true),
        dialect: .kvmV5,
        producer: "one"
      ),
      vcpus: VCPUs(count: 8)
    )
    let all = Bitmap(below: 8)
    state.vcpus.power = Column(1, at: all)
    state.vcpus.affinityKnown = all
    state.vcpus.affinity = Column((0..<8).map { UInt64($0) })
    var one = Event(handled, definition: definition(.private))
    (one.registered, one.enabled) = (all, all)
    one.entry = Column(0x8000, at: all)
    one.argument = Column((1...8).map { UInt64($0) * 0x100 })
    one.pending = Column(1, at: Bitmap(IndexRange(1, 1)))
    var two = Event(shared, definition: definition(.shared))
    two.definition?.origin = .slot
    two.registered = Bitmap(below: 1)
    two.routing = Routing(mode: .pe, affinity: Affinity(rawValue: 3))
    let three = Event(unused, definition: definition(.private))
    state.events = EventTable([one, two, three])
    var frame = RegisterFrame(pc: 0x1000, pstate: 0x3c5)
    state.contexts.insert(Context(vcpu: 1, level: .normal, event: handled, frame: frame))
    frame.pc = 0x2000
    state.contexts.insert(Context(vcpu: 2, level: .normal, frame: frame))
    return state
  }

  static func definition(_ type: EventType) -> EventDefinition {
    EventDefinition(type: type, priority: .normal, isSignalable: false)
  }

  /// What a change of each extra is, where it says something of its own.
  static func changeClass(_ field: ExtraField) -> ChangeClass {
    switch field {
    case .surplusExposed, .surplusRegistered, .surplusQueued, .signaled, .masked, .peState,
      .stateBits, .slotRouteMode, .slotRouteAffinity, .mpidrFlags, .instanceOrder:
      .representation
    case .exposedOrder, .registeredOrder, .queueOrder: .guestVisible
    case .notifier, .slotNotifier, .refcount, .registrationCount, .exposedPadding,
      .registeredPadding, .registeredHole, .vcpuPadding, .queuePadding, .slotPadding,
      .contextTail0, .contextTail1, .contextTail2, .contextTail3, .contextTail4, .contextTail5,
      .contextTail6, .contextTail7, .contextTail8, .contextTail9, .contextTail10, .contextTail11:
      .hostOnly
    }
  }

  /// The base with one extra set, in one of its dialects; nil where the field is not there.
  static func withExtra(_ field: ExtraField, _ value: UInt64?) -> Snapshot {
    var state = base()
    state.instance.dialect = field.dialects.sorted { $0.name < $1.name }[0]
    guard let value else {
      // A queue that is stored the other way round before.
      if field == .queueOrder { set([unused, handled], field, in: &state) }
      return state
    }
    switch field.scope {
    case .vmValue: state.extras.values[field] = value
    case .vmEvents: state.extras.lists[field] = [unused]
    case .eventValue: state.events.update(handled) { $0.extras[field] = value }
    case .vcpuValue:
      state.extras.vcpuValues[field] = Column(value, at: Bitmap(IndexRange(3, 3)))
    case .vcpuEvents: set([handled, unused], field, in: &state)
    case .slotValue:
      state.events.update(handled) {
        $0.slotExtras[field] = Column(value, at: Bitmap(IndexRange(3, 3)))
      }
    }
    return state
  }

  private static func set(
    _ list: [EventNumber],
    _ field: ExtraField,
    in state: inout Snapshot
  ) {
    var lists = VCPULists()
    lists.append(IndexRange(3, 3), list)
    state.extras.vcpuLists[field] = lists
  }

  static func path(_ field: ExtraField) -> String {
    switch field.scope {
    case .vmValue, .vmEvents: "extras.\(field.name)"
    case .eventValue: "events[0x40400001].extras.\(field.name)"
    case .vcpuValue, .vcpuEvents: "vcpus[3].extras.\(field.name)"
    case .slotValue: "events[0x40400001].vcpus[3].extras.\(field.name)"
    }
  }
}
