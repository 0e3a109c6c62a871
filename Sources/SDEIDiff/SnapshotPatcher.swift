internal import SDEIModel

/// Applies changes to a snapshot, place by place.
struct SnapshotPatcher {
  var result: Snapshot
  /// The contexts by level and vCPU, once a change speaks of them.
  var contexts: [Level: [UInt32: Context]]?
  private var events: [EventNumber: Event]
  /// How many more contexts changes may name.
  var contextsLeft: UInt64

  init(result: Snapshot, maxBytes: UInt64) {
    self.result = result
    events = Dictionary(uniqueKeysWithValues: result.events.map { ($0.number, $0) })
    contextsLeft = maxBytes / Self.contextSize
  }

  /// The snapshot with all changes made.
  consuming func finish() -> Snapshot {
    result.events = EventTable(events.values.sorted { $0.number < $1.number })
    if let contexts {
      result.contexts = ContextTable(contexts.values.flatMap { Array($0.values) })
    }
    return result
  }

  /// Makes all changes of one place.
  mutating func apply(_ changes: [NumberedChange], at place: Place) throws(PatchError) {
    switch place {
    case .vcpu(let field):
      if let bits = field.bits { return try patch(&result.vcpus[keyPath: bits], changes) }
      guard let column = field.column else { return }
      try patch(&result.vcpus[keyPath: column], changes)
      if field == .power, result.vcpus.power.bounds.upperBound > UInt64(PowerState.largest) {
        throw changes[0].unfit()
      }
    case .vcpuExtra(let field):
      if field.scope == .vcpuEvents { return try patchLists(field, changes) }
      guard field.scope == .vcpuValue else { throw changes[0].unfit() }
      try patch(&result.extras.vcpuValues, field, changes)
    case .context(let level): try patchContexts(level, changes)
    case .slot(let number, let field):
      var event = try event(number, changes[0])
      if let bits = field.bits { try patch(&event[keyPath: bits], changes) }
      if let column = field.column { try patch(&event[keyPath: column], changes) }
      guard event.pending.bounds.upperBound <= UInt64(UInt32.max) else { throw changes[0].unfit() }
      events[number] = event
    case .slotExtra(let number, let field):
      guard field.scope == .slotValue else { throw changes[0].unfit() }
      var event = try event(number, changes[0])
      try patch(&event.slotExtras, field, changes)
      events[number] = event
    case .instance, .vcpuCount, .event, .eventField, .eventExtra, .extra:
      if changes.count > 1 {
        throw changes[1].error(.unfit, found: "the place again", expected: "each place once")
      }
      try apply(changes[0])
    }
  }

  private func event(_ number: EventNumber, _ change: NumberedChange) throws(PatchError) -> Event {
    guard let event = events[number] else { throw change.stale(nil) }
    return event
  }

  /// Makes the change of a place without vCPUs.
  private mutating func apply(_ numbered: NumberedChange) throws(PatchError) {
    let change = numbered.change
    let found = value(at: change.place)
    guard change.before == found else { throw numbered.stale(found) }
    guard set(change.after, at: change.place) else { throw numbered.unfit() }
  }

  private func value(at place: Place) -> ChangeValue? {
    switch place {
    case .instance(let field): field.value(in: result.instance)
    case .vcpuCount: .number(UInt64(result.vcpus.count))
    case .event(let number): events[number].map { .event($0) } ?? .nothing
    case .eventField(let number, let field): events[number].map { field.value(in: $0) }
    case .eventExtra(let number, let field):
      events[number].map { event in event.extras[field].map { .number($0) } ?? .nothing }
    case .extra(let field):
      field.scope == .vmEvents
        ? result.extras.lists[field].map { .events($0) } ?? .nothing
        : result.extras.values[field].map { .number($0) } ?? .nothing
    case .vcpu, .vcpuExtra, .slot, .slotExtra, .context: nil
    }
  }

  /// Sets a value; false where it can not stand there.
  private mutating func set(_ value: ChangeValue, at place: Place) -> Bool {
    switch (place, value) {
    case (.instance(let field), _): return field.set(value, in: &result.instance)
    case (.vcpuCount, .number(let number)):
      guard let count = UInt32(exactly: number) else { return false }
      result.vcpus.count = count
    case (.event(let number), .nothing): events[number] = nil
    case (.event(let number), .event(let event)):
      guard event.number == number else { return false }
      events[number] = event
    case (.eventField(let number, let field), _):
      guard var event = events[number], field.set(value, in: &event) else { return false }
      events[number] = event
    case (.eventExtra(let number, let field), _):
      guard field.scope == .eventValue, let extra = extra(value, field) else { return false }
      events[number]?.extras[field] = extra
    case (.extra(let field), .nothing):
      result.extras.lists[field] = nil
      result.extras.values[field] = nil
    case (.extra(let field), .events(let list)):
      guard field.scope == .vmEvents, Set(list).count == list.count else { return false }
      result.extras.lists[field] = list
    case (.extra(let field), .number):
      guard field.scope == .vmValue, let extra = extra(value, field) else { return false }
      result.extras.values[field] = extra
    default: return false
    }
    return true
  }

  /// What an extra becomes; nil where the field can not hold the value.
  private func extra(_ value: ChangeValue, _ field: ExtraField) -> UInt64?? {
    switch value {
    case .nothing: .some(nil)
    case .number(let number) where field.holds(number): .some(number)
    default: nil
    }
  }
}

extension PowerState {
  /// The largest raw value.
  static let largest: UInt8 = allCases.map(\.rawValue).max() ?? 0
}
