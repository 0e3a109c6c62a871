internal import SDEIModel

/// Applies changes to a snapshot, place by place.
struct SnapshotPatcher {
  private(set) var result: Snapshot
  /// The contexts by level and vCPU, once a change speaks of them.
  private var contexts: [Level: [UInt32: Context]]?
  private var events: [EventNumber: Event]
  /// How many contexts changes named so far.
  private var named: UInt64 = 0

  init(result: Snapshot) {
    self.result = result
    events = Dictionary(uniqueKeysWithValues: result.events.map { ($0.number, $0) })
  }

  /// The snapshot with all changes made.
  consuming func finish() throws(PatchError) -> Snapshot {
    result.events = EventTable(events.values.sorted { $0.number < $1.number })
    if let contexts {
      result.contexts = ContextTable(contexts.values.flatMap { Array($0.values) })
    }
    return result
  }

  /// Makes all changes of one place.
  mutating func apply(_ changes: [Change], at place: Place) throws(PatchError) {
    switch place {
    case .vcpu(let field):
      if let bits = field.bits { return try patch(&result.vcpus[keyPath: bits], changes) }
      guard let column = field.column else { return }
      try patch(&result.vcpus[keyPath: column], changes)
      if field == .power, result.vcpus.power.bounds.upperBound > UInt64(PowerState.largest) {
        throw .unfit(path: changes[0].path)
      }
    case .vcpuExtra(let field):
      if field.scope == .vcpuEvents { return try patchLists(field, changes) }
      guard field.scope == .vcpuValue else { throw .unfit(path: changes[0].path) }
      try patch(&result.extras.vcpuValues, field, changes)
    case .context(let level): try patchContexts(level, changes)
    case .slot(let number, let field):
      var event = try event(number, changes[0])
      if let bits = field.bits { try patch(&event[keyPath: bits], changes) }
      if let column = field.column { try patch(&event[keyPath: column], changes) }
      guard event.pending.bounds.upperBound <= UInt64(UInt32.max) else {
        throw .unfit(path: changes[0].path)
      }
      events[number] = event
    case .slotExtra(let number, let field):
      guard field.scope == .slotValue else { throw .unfit(path: changes[0].path) }
      var event = try event(number, changes[0])
      try patch(&event.slotExtras, field, changes)
      events[number] = event
    case .instance, .vcpuCount, .event, .eventField, .eventExtra, .extra:
      guard changes.count == 1 else { throw .overlapping(path: changes[0].path) }
      try apply(changes[0])
    }
  }

  /// Makes the change of a place without vCPUs.
  private mutating func apply(_ change: Change) throws(PatchError) {
    guard change.before == value(at: change.place) else { throw .stale(path: change.path) }
    guard set(change.after, at: change.place) else { throw .unfit(path: change.path) }
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

  private func event(_ number: EventNumber, _ change: Change) throws(PatchError) -> Event {
    guard let event = events[number] else { throw .stale(path: change.path) }
    return event
  }
}

extension SnapshotPatcher {
  private func patch(_ bitmap: inout Bitmap, _ changes: [Change]) throws(PatchError) {
    var seen = Bitmap()
    for change in changes {
      guard case (.flag(let before), .flag(let after)) = (change.before, change.after) else {
        throw .unfit(path: change.path)
      }
      guard seen.intersection(change.vcpus).isEmpty else { throw .overlapping(path: change.path) }
      seen.formUnion(change.vcpus)
      let there = bitmap.intersection(change.vcpus)
      guard there == (before ? change.vcpus : Bitmap()) else { throw .stale(path: change.path) }
      if after { bitmap.formUnion(change.vcpus) } else { bitmap.subtract(change.vcpus) }
    }
  }

  /// Replaces the values at the vCPUs of all changes in one step.
  private func patch(_ column: inout Column, _ changes: [Change]) throws(PatchError) {
    var pieces: [(range: IndexRange, before: ColumnRule, after: ColumnRule, change: Int)] = []
    for (position, change) in changes.enumerated() {
      guard let before = ColumnRule(change.before), let after = ColumnRule(change.after) else {
        throw .unfit(path: change.path)
      }
      for range in change.vcpus.ranges { pieces.append((range, before, after, position)) }
    }
    pieces.sort { $0.range.first < $1.range.first }
    var (before, after) = (ColumnBuilder(), ColumnBuilder())
    var end: UInt64 = 0
    for piece in pieces {
      let path = changes[piece.change].path
      guard UInt64(piece.range.first) >= end else { throw .overlapping(path: path) }
      end = UInt64(piece.range.last) + 1
      for (rule, isBefore) in [(piece.before, true), (piece.after, false)] {
        let base = rule.value(at: piece.range.first)
        // Each value 0 cuts a progression: many of them would let a short text ask for much memory.
        guard
          rule.stride == 0
            || ColumnBuilder.zeros(base: base, stride: rule.stride, count: piece.range.count) <= 2
        else { throw .unfit(path: path) }
        if isBefore {
          before.append(piece.range, base: base, stride: rule.stride)
        } else {
          after.append(piece.range, base: base, stride: rule.stride)
        }
      }
    }
    let vcpus = Bitmap(pieces.map(\.range))
    let was = before.finish()
    guard column.restricted(to: vcpus) == was else {
      let wrong = ColumnChanges(from: column.restricted(to: vcpus), to: was).vcpus
      let change = changes.first { !$0.vcpus.intersection(wrong).isEmpty } ?? changes[0]
      throw .stale(path: change.path)
    }
    column = column.removing(vcpus).overlaid(with: after.finish())
  }

  private func patch(
    _ map: inout FieldMap<Column>,
    _ field: ExtraField,
    _ changes: [Change]
  ) throws(PatchError) {
    var column = map[field] ?? Column()
    try patch(&column, changes)
    guard field.holds(column) else { throw .unfit(path: changes[0].path) }
    map[field] = column.isEmpty ? nil : column
  }

  private mutating func patchLists(
    _ field: ExtraField,
    _ changes: [Change]
  ) throws(PatchError) {
    var pieces: [(range: IndexRange, before: [EventNumber]?, after: [EventNumber]?, change: Int)] =
      []
    for (position, change) in changes.enumerated() {
      guard let before = change.before.list, let after = change.after.list,
        after.map({ Set($0).count == $0.count }) ?? true
      else { throw .unfit(path: change.path) }
      for range in change.vcpus.ranges { pieces.append((range, before, after, position)) }
    }
    pieces.sort { $0.range.first < $1.range.first }
    let lists = result.extras.vcpuLists[field] ?? VCPULists()
    let vcpus = Bitmap(pieces.map(\.range))
    var was = VCPULists()
    var now: [(vcpus: IndexRange, events: [EventNumber])] = []
    var end: UInt64 = 0
    for piece in pieces {
      guard UInt64(piece.range.first) >= end else {
        throw .overlapping(path: changes[piece.change].path)
      }
      end = UInt64(piece.range.last) + 1
      if let before = piece.before { was.append(piece.range, before) }
      if let after = piece.after { now.append((piece.range, after)) }
    }
    guard lists.restricted(to: vcpus) == was else { throw .stale(path: changes[0].path) }
    let others = Bitmap(lists.items.map(\.vcpus)).subtracting(vcpus)
    var patched = VCPULists()
    let kept = lists.restricted(to: others).items.map { (vcpus: $0.vcpus, events: $0.events) }
    for item in (now + kept).sorted(by: { $0.vcpus.first < $1.vcpus.first }) {
      patched.append(item.vcpus, item.events)
    }
    result.extras.vcpuLists[field] = patched.isEmpty ? nil : patched
  }

  private mutating func patchContexts(
    _ level: Level,
    _ changes: [Change]
  ) throws(PatchError) {
    if contexts == nil {
      contexts = Dictionary(
        grouping: result.contexts,
        by: \.level
      ).mapValues { Dictionary(uniqueKeysWithValues: $0.map { ($0.vcpu, $0) }) }
    }
    var table = contexts?[level] ?? [:]
    contexts?[level] = nil
    var seen: [ContextField: [IndexRange]] = [:]
    for change in changes {
      guard case (.context(let before), .context(let after)) = (change.before, change.after),
        before.items.map(\.field) == after.items.map(\.field), !before.items.isEmpty,
        after.items.allSatisfy({ $0.value != nil || $0.field == .event }),
        before.items.allSatisfy({ $0.value != nil || $0.field == .event })
      else { throw .unfit(path: change.path) }
      named += change.vcpus.count
      guard named <= Self.mostContexts else { throw .unfit(path: change.path) }
      for field in before.items.map(\.field) { seen[field, default: []] += change.vcpus.ranges }
      for vcpu in change.vcpus.ranges.flatMap({ $0.first...$0.last }) {
        var context = table[vcpu] ?? Context(vcpu: vcpu, level: level)
        let there = before.items.allSatisfy {
          ContextValues.value(of: $0.field, in: context) == $0.value
        }
        guard there else { throw .stale(path: change.path) }
        after.write(to: &context)
        table[vcpu] = context.isIdle ? nil : context
      }
    }
    for ranges in seen.values {
      let count = ranges.reduce(0) { $0 + $1.count }
      guard Bitmap(ranges).count == count else { throw .overlapping(path: changes[0].path) }
    }
    contexts?[level] = table
  }

  /// The most contexts that a patch speaks of: a short text with ranges of vCPUs can ask for 2^32.
  private static let mostContexts: UInt64 = 1 << 22
}

extension ChangeValue {
  /// A list or its absence; nil where the value is neither.
  fileprivate var list: [EventNumber]?? {
    switch self {
    case .nothing: .some(nil)
    case .events(let list): .some(list)
    default: nil
    }
  }
}

extension PowerState {
  /// The largest raw value.
  static let largest: UInt8 = allCases.map(\.rawValue).max() ?? 0
}
