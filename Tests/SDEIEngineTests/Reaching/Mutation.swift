import SDEIModel
import SDEITestSupport

/// One kind of single mutation of a model field.
struct Mutation: Sendable {
  let name: String
  /// Changes one field of a state; where the state has none to change it stays as it is.
  let apply: @Sendable (inout MutationSite) -> Void

  init(_ name: String, _ apply: @escaping @Sendable (inout MutationSite) -> Void) {
    (self.name, self.apply) = (name, apply)
  }

  static let all: [Mutation] =
    instance + vcpus + definitions + routing + handlers + contexts + beyond
}

/// A state while it is mutated, and the chance by which places and values are chosen.
struct MutationSite {
  var state: Snapshot
  var random: SplitMix64

  var count: UInt32 { state.vcpus.count }

  mutating func vcpu() -> UInt32 { UInt32(random.below(UInt64(max(count, 1)))) }

  /// An event of the state that fulfils a condition, nil where none does.
  mutating func event(where holds: (Event) -> Bool = { _ in true }) -> Event? {
    let events = state.events.filter(holds)
    return events.isEmpty ? nil : random.pick(events)
  }

  /// A slot that an event can have, in half of the cases one with a handler, where there is any.
  mutating func slot(of event: Event) -> UInt32 {
    let used = event.registered.union(event.running).ranges.flatMap { Array($0.first...$0.last) }
    if !used.isEmpty && random.oneIn(2) { return random.pick(used) }
    return event.isShared ? 0 : vcpu()
  }

  /// Changes an event that fulfils a condition, in one of its slots.
  mutating func changeSlot(
    where holds: (Event) -> Bool = { _ in true },
    _ body: (inout Event, UInt32, inout SplitMix64) -> Void
  ) {
    // Mostly an event with a handler: of the others there is little to say.
    let hasHandler = { (event: Event) in event.hasHandlerState && holds(event) }
    guard let event = random.oneIn(4) ? event(where: holds) : self.event(where: hasHandler) else {
      return
    }
    let slot = slot(of: event)
    change(event) { body(&$0, slot, &$1) }
  }

  /// Changes an event in place.
  mutating func change(_ event: Event, _ body: (inout Event, inout SplitMix64) -> Void) {
    var (changed, random) = (event, self.random)
    body(&changed, &random)
    self.random = random
    state.events[event.number] = changed
  }

  /// Changes the definition of an event.
  mutating func changeDefinition(
    _ body: (inout EventDefinition, inout SplitMix64) -> Void
  ) {
    guard let event = event(where: { $0.definition != nil }) else { return }
    change(event) { event, random in
      guard var definition = event.definition else { return }
      body(&definition, &random)
      event.definition = definition
    }
  }

  /// Takes a context away and puts a changed one into its place.
  mutating func changeContext(_ body: (inout Context, inout MutationSite) -> Void) {
    guard !state.contexts.isEmpty else { return }
    var context = random.pick(Array(state.contexts))
    state.contexts[context.vcpu, context.level] = nil
    body(&context, &self)
    state.contexts.insert(context)
  }

  /// A word as it may come from anywhere.
  mutating func word() -> UInt64 {
    switch random.below(5) {
    case 0: 0
    case 1: random.below(8)
    case 2: 0xFFFF_8000_0800_0000 | random.below(1 << 24)
    default: random.next()
    }
  }

  /// The number of an event, or one that no event has.
  mutating func number() -> EventNumber {
    random.oneIn(4)
      ? EventNumber(0x4000_0000 + random.below(8)) : random.pick(Array(state.events)).number
  }
}
