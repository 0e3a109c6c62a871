import SDEIModel
import SDEITestSupport

/// The legal state with a few things of it changed at random: most are near to some rule.
enum MutatedState {
  static func make(seed: UInt64) -> Snapshot {
    var random = SplitMix64(seed: seed)
    var state = random.oneIn(2) ? LegalState.snapshot : LegalState.quiet
    for _ in 0...random.below(3) {
      switch random.below(4) {
      case 0: changeInstance(&state, &random)
      case 1: changeDefinition(&state, &random)
      default: changeHandlers(&state, &random)
      }
    }
    return state
  }

  private static func changeInstance(_ state: inout Snapshot, _ random: inout SplitMix64) {
    switch random.below(7) {
    case 0: state.instance.version = SDEIVersion(rawValue: random.next())
    case 1:
      state.instance.version = SDEIVersion(
        major: UInt16(random.below(3)),
        minor: UInt16(random.below(3))
      )
    case 2: state.instance.clientEL = UInt8(random.below(4))
    case 3: state.instance.features.relativeMode = random.oneIn(2)
    case 4: state.instance.features.sharedSlots = UInt16(random.below(3))
    case 5: state.vcpus.affinity[UInt32(random.below(5))] = affinity(&random)
    default: state.vcpus.affinityKnown.remove(UInt32(random.below(4)))
    }
  }

  private static func changeDefinition(_ state: inout Snapshot, _ random: inout SplitMix64) {
    let number = event(state, &random)
    guard var definition = state.events[number]?.definition else { return }
    switch random.below(7) {
    case 0: definition.type = EventType(rawValue: UInt8(random.below(3)))
    case 1: definition.priority = EventPriority(rawValue: UInt8(random.below(3)))
    case 2: definition.isSignalable.toggle()
    case 3: definition.origin = random.pick(EventOrigin.allCases)
    case 4: definition.interrupt = random.oneIn(4) ? nil : UInt32(random.below(64))
    case 5:
      definition.interrupt = UInt32(
        random.pick([1019, 1020, 1056, 1120, 4095, 4096, 5120] as [UInt64])
      )
    default:
      let numbers: [UInt64] = [1, 0x8040_0000, 0x4140_0000, 0x4100_0000, 0x40FF_FFFF, 1 << 32]
      state.events.insert(Event(EventNumber(random.pick(numbers)), definition: definition))
      return
    }
    state.events.update(number) { $0.definition = definition }
  }

  private static func changeHandlers(_ state: inout Snapshot, _ random: inout SplitMix64) {
    let slot = UInt32(random.below(random.oneIn(4) ? 6 : 4))
    // What is pending on a vCPU that does not exist is another rule's matter.
    let path = random.pick(Event.bitmaps.map(\.path))
    let bit = random.oneIn(2)
    let routing = Routing(
      mode: RoutingMode(rawValue: UInt8(random.below(3))),
      affinity: Affinity(rawValue: affinity(&random))
    )
    let kind = random.below(5)
    state.events.update(event(state, &random)) { event in
      switch kind {
      case 0, 1:
        if bit { event[keyPath: path].insert(slot) } else { event[keyPath: path].remove(slot) }
      case 2: event.entry[slot] = bit ? LegalState.entry : 0
      case 3: event.argument[slot] = bit ? 1 : 0
      default: event.routing = routing
      }
    }
  }

  private static func event(_ state: Snapshot, _ random: inout SplitMix64) -> EventNumber {
    state.events.isEmpty
      ? EventNumber(7) : state.events[Int(random.below(UInt64(state.events.count)))].number
  }

  private static func affinity(_ random: inout SplitMix64) -> UInt64 {
    random.pick([0, 1, 2, 3, 4, 0x8000_0001, 0x100_0000, 1 << 32, 1 << 40] as [UInt64])
  }
}
