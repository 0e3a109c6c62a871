internal import SDEIModel

/// What runs at each level of each vCPU, by the meaning of a snapshot's dialect.
private struct RunningHandlers {
  private let snapshot: Snapshot
  /// KVM v7's marks.
  private let marked: [(vcpus: IndexRange, event: EventNumber)]

  init(_ snapshot: Snapshot) {
    self.snapshot = snapshot
    marked = snapshot.instance.dialect == .kvmV7 ? snapshot.lowestRunning() : []
  }

  /// The event whose handler runs, nil for none; O(log marks).
  func event(_ vcpu: UInt32, _ level: Level, _ context: Context?) -> EventNumber? {
    guard vcpu < snapshot.vcpus.count else { return nil }
    guard snapshot.instance.dialect == .kvmV7 else {
      return context.flatMap { snapshot.runningEvent(of: $0) }
    }
    guard level == .normal else { return nil }
    let position = marked.partitioningIndex { $0.vcpus.last >= vcpu }
    guard position < marked.count, marked[position].vcpus.first <= vcpu else { return nil }
    return marked[position].event
  }
}

/// What differs in a context, and what runs there.
private struct ContextDifference: Hashable {
  var before: ContextValues
  var after: ContextValues
  var wasIdle: Bool
  var isIdle: Bool
  var runningBefore: EventNumber?
  var runningAfter: EventNumber?

  /// Whether the guest goes on from the same registers in the same handler, or in none.
  var isSame: Bool {
    runningBefore == runningAfter
      && (runningBefore == nil || after.items.allSatisfy { $0.field == .event })
  }

  /// What is there in words.
  func words(_ values: ContextValues, _ running: EventNumber?, isIdle: Bool) -> String {
    if let running { return "runs \(running)" }
    if isIdle { return "idle" }
    if let item = values.items.first, item.field == .event, let stored = item.value {
      return "idle (stored number \(hex(stored)))"
    }
    return "idle, registers left over"
  }
}

extension DiffBuilder {
  mutating func compareContexts() {
    let (mine, other) = (a.contexts, b.contexts)
    if mine == other { return }
    let (runningA, runningB) = (RunningHandlers(a), RunningHandlers(b))
    for level in Level.allCases {
      var folded = Folded<ContextDifference>()
      let (before, after) = (mine.level(level), other.level(level))
      var (i, j) = (before.startIndex, after.startIndex)
      while i < before.endIndex || j < after.endIndex {
        let one = i < before.endIndex ? before[i] : nil
        let two = j < after.endIndex ? after[j] : nil
        let vcpu = min(one?.vcpu ?? .max, two?.vcpu ?? .max)
        let old = one?.vcpu == vcpu ? one : nil
        let new = two?.vcpu == vcpu ? two : nil
        if old != nil { i += 1 }
        if new != nil { j += 1 }
        let fields = ContextField.all.filter {
          ContextValues.value(of: $0, in: old) != ContextValues.value(of: $0, in: new)
        }
        if fields.isEmpty { continue }
        let difference = ContextDifference(
          before: ContextValues(old, fields: fields),
          after: ContextValues(new, fields: fields),
          wasIdle: old == nil,
          isIdle: new == nil,
          runningBefore: runningA.event(vcpu, level, old),
          runningAfter: runningB.event(vcpu, level, new)
        )
        folded.append(IndexRange(vcpu, vcpu), difference)
      }
      for (difference, vcpus) in folded.folds { add(difference, vcpus, level) }
    }
  }

  private mutating func add(_ difference: ContextDifference, _ vcpus: Bitmap, _ level: Level) {
    let change = Change(
      .context(level),
      vcpus: vcpus,
      before: .context(difference.before),
      after: .context(difference.after)
    )
    let before = difference.words(
      difference.before,
      difference.runningBefore,
      isIdle: difference.wasIdle
    )
    var after = difference.words(
      difference.after,
      difference.runningAfter,
      isIdle: difference.isIdle
    )
    if before == after { after += " with other " + names(difference.after) }
    add(
      DiffText.vcpus(vcpus) + ", \(level.name) level",
      before,
      after,
      rows: rows(difference),
      facts: difference.isSame ? [.sameMeaning] : [],
      [change]
    )
  }

  /// The most registers that a line names.
  private static let mostNames = 4

  private func names(_ values: ContextValues) -> String {
    let names = values.items.map(\.field.name)
    let shown = names.prefix(Self.mostNames).joined(separator: ", ")
    return shown + (names.count > Self.mostNames ? " …" : "")
  }

  private func rows(_ difference: ContextDifference) -> [DiffItem.Row] {
    zip(difference.before.items, difference.after.items).map { old, new in
      DiffItem.Row(
        name: old.field.name,
        before: text(old),
        after: text(new)
      )
    }
  }

  private func text(_ item: ContextValues.Item) -> String {
    guard let value = item.value else { return "none" }
    return item.field.word == 19 ? "\(hex(value)) \(PState(rawValue: value))" : hex(value)
  }
}
