internal import SDEIEngine
internal import SDEIModel

extension ReachingCourse {
  /// Binds interrupts in the order of their events' numbers.
  ///
  /// BIND gives the lowest number that is free. Where a gap is left below a number, other interrupts
  /// are bound in between, and released when all are.
  mutating func bindInterrupts() throws(Unreachable) {
    var fillers = Fillers(target)
    var filled: [EventNumber] = []
    var next: UInt64 = 0x4000_0000
    for event in target.events where event.isBound {
      guard let definition = event.definition, let interrupt = definition.interrupt else {
        continue
      }
      func path(_ field: String) -> String { ModelPath.event(event.number, field) }
      while next < event.number.rawValue {
        let number = EventNumber(next)
        next += 1
        let other = target.events[number]
        if let other, other.definition?.isFreeSlot != true { continue }
        guard other == nil, let filler = fillers.next() else {
          throw Unreachable(
            path: path("number"),
            reason: "INTERRUPT_BIND gives the lowest free number, and \(number) can not be taken"
          )
        }
        try bind(filler, to: number, for: path("number"))
        filled.append(number)
      }
      next = event.number.rawValue &+ 1
      try bind(interrupt, to: event.number, for: path("interrupt"))
      try define(event.number, like: definition, interrupt)
    }
    for number in filled {
      let release = Call(.interruptRelease, number.rawValue)
      try call(release, on: 0, for: ModelPath.event(number))
    }
  }

  private mutating func bind(
    _ interrupt: UInt32,
    to number: EventNumber,
    for path: @autoclosure () -> String
  ) throws(Unreachable) {
    let call = Call(.interruptBind, UInt64(interrupt))
    try self.call(call, on: 0, gives: Int64(bitPattern: number.rawValue), for: path())
  }

  /// States what is no part of a binding: how the interrupt is triggered, and who listens.
  private mutating func define(
    _ number: EventNumber,
    like wanted: EventDefinition,
    _ interrupt: UInt32
  ) throws(Unreachable) {
    var definition = EventDefinition(
      type: InterruptTable.isPrivate(interrupt) ? .private : .shared,
      priority: .normal,
      isSignalable: false,
      origin: .slot,
      interrupt: interrupt
    )
    let bound = definition
    (definition.trigger, definition.notifier) = (wanted.trigger, wanted.notifier)
    if definition == bound { return }
    try perform(.define(number, definition), for: ModelPath.event(number, "definition"))
  }
}

/// Interrupts that can be bound for a while, to take numbers.
private struct Fillers {
  /// PPIs and SPIs (GIC architecture), extended ranges included.
  private static let ppis: [ClosedRange<UInt32>] = [16...31, 1056...1119]
  private static let spis: [ClosedRange<UInt32>] = [32...1019, 4096...5119]

  private var interrupts: [UInt32]

  init(_ state: Snapshot) {
    let used = Set(state.events.compactMap { $0.definition?.interrupt })
    let bound = state.events.filter(\.isBound)
    let sharedCount = bound.count(where: \.isShared)
    let features = state.instance.features
    func free(_ ranges: [ClosedRange<UInt32>], _ slots: UInt16, _ taken: Int) -> [UInt32] {
      let all = ranges.joined().filter { !used.contains($0) }
      return Array(all.prefix(max(Int(slots) - taken, 0)))
    }
    interrupts =
      free(Self.ppis, features.privateSlots, bound.count - sharedCount)
      + free(Self.spis, features.sharedSlots, sharedCount)
    interrupts.reverse()
  }

  mutating func next() -> UInt32? { interrupts.popLast() }
}
