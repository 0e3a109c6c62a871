internal import SDEIModel

extension DiffBuilder {
  mutating func compareEvents() {
    let (runningA, runningB) = (a.runningSlots(), b.runningSlots())
    let numbers = Set(a.events.map(\.number)).union(b.events.map(\.number))
    for number in numbers.sorted() {
      let sides = EventSides(
        before: a.events[number],
        after: b.events[number],
        runningBefore: runningA[number] ?? Bitmap(),
        runningAfter: runningB[number] ?? Bitmap()
      )
      guard let before = sides.before, let after = sides.after else {
        addWhole(number, sides)
        continue
      }
      if before == after { continue }
      compareDefinitions(before, after)
      compareRouting(before, after)
      compareStates(before, after, sides)
      compareColumns(before, after)
      compareExtras(before, after)
    }
  }

  /// One event in both states.
  struct EventSides {
    var before: Event?
    var after: Event?
    var runningBefore: Bitmap
    var runningAfter: Bitmap
  }

  private mutating func addWhole(_ number: EventNumber, _ sides: EventSides) {
    guard let event = sides.after ?? sides.before else { return }
    let isAdded = sides.after != nil
    let state = isAdded ? b : a
    let running = isAdded ? sides.runningAfter : sides.runningBefore
    // What the dialect counts as pending and no occurrence that waits is in its handler.
    let waiting = (isAdded ? meaningB : meaningA).events[number]?.pending.sum ?? 0
    let counted = event.pending.restricted(to: Bitmap(below: state.vcpus.count)).sum
    let text = words(
      event,
      running,
      handled: counted - min(waiting, counted),
      state.instance.dialect
    )
    // What a handler left behind when it was unregistered (its address, its argument) is no state of one.
    let marks = [event.registered, event.enabled, event.running, event.unregisterPending, running]
    let isUsed = !event.pending.isEmpty || marks.contains { !$0.isEmpty }
    var facts: Set<ChangeFact> = isUsed ? [] : [.unused]
    if event.definition == nil, !event.hasHandlerState { facts.insert(.sameMeaning) }
    let change = Change(
      .event(number),
      before: isAdded ? .nothing : .event(event),
      after: isAdded ? .event(event) : .nothing
    )
    add(
      "event \(number)",
      isAdded ? "" : text,
      isAdded ? text : "",
      mark: isAdded ? .added : .removed,
      facts: facts,
      [change]
    )
  }

  /// The most handler states that are named of an event that came or went.
  private static let mostStates = 4

  private func words(
    _ event: Event,
    _ running: Bitmap,
    handled: UInt64,
    _ dialect: DialectID
  ) -> String {
    var parts = [event.definition.map(DiffText.definition) ?? "definition unknown"]
    if event.routing != Routing() { parts.append("routing \(DiffText.routing(event.routing))") }
    let states = HandlerSweep(event, running, event, running, all: true).folds
    for state in states.prefix(Self.mostStates) {
      let words = dialect.words(for: state.key.before, isKnown: event.definition != nil)
      let isShared = event.isShared && state.vcpus == Bitmap(below: 1)
      parts.append(words + (isShared ? "" : " on " + DiffText.vcpus(state.vcpus)))
    }
    if states.count > Self.mostStates {
      parts.append("\(states.count - Self.mostStates) more states of handlers")
    }
    if states.isEmpty { parts.append("unregistered") }
    if !event.pending.isEmpty {
      parts.append(
        Self.waiting(event.pending.sum, dialect.pendingIncludesRunning ? handled : 0)
      )
    }
    return parts.joined(separator: "; ")
  }

  /// How many occurrences wait of those that are counted, some of which may be in their handlers.
  private static func waiting(_ count: UInt64, _ handled: UInt64) -> String {
    if handled == 0 { return "\(count) waiting" }
    let running = handled == 1 ? "one" : "\(handled)"
    return "\(count - handled) waiting (count \(count), \(running) of them running)"
  }

  private mutating func compareDefinitions(_ before: Event, _ after: Event) {
    guard let mine = before.definition, let other = after.definition else {
      if before.definition == after.definition { return }
      let field = EventField.definition
      let change = Change(
        .eventField(after.number, field),
        before: field.value(in: before),
        after: field.value(in: after)
      )
      func text(_ event: Event) -> String {
        event.definition.map(DiffText.definition) ?? "unknown"
      }
      add(
        "event \(after.number)",
        "definition \(text(before))",
        text(after),
        facts: [.untold],
        [change]
      )
      return
    }
    let isSlot = mine.origin == .slot && other.origin == .slot
    for field in [
      EventField.type, .priority, .signalable, .trigger, .origin, .interrupt, .notifier,
    ] {
      let (old, new) = (field.value(in: before), field.value(in: after))
      if old == new { continue }
      add(
        "event \(after.number)",
        "\(field.rawValue) \(text(field, mine))",
        text(field, other),
        facts: isSlot ? [.bindSlot] : [],
        [Change(.eventField(after.number, field), before: old, after: new)]
      )
    }
  }

  private func text(_ field: EventField, _ definition: EventDefinition) -> String {
    switch field {
    case .type: definition.type.description
    case .priority: definition.priority.description
    case .signalable: definition.isSignalable ? "yes" : "no"
    case .trigger: definition.trigger.rawValue
    case .origin: definition.origin.rawValue
    case .interrupt: definition.interrupt.map { "\($0)" } ?? "none"
    case .notifier: definition.notifier.map { "\"\($0)\"" } ?? "none"
    case .definition, .routingMode, .routingAffinity: ""
    }
  }

  private mutating func compareRouting(_ before: Event, _ after: Event) {
    if before.routing == after.routing { return }
    let number = after.number
    let changes = [EventField.routingMode, .routingAffinity].compactMap { field -> Change? in
      let (old, new) = (field.value(in: before), field.value(in: after))
      return old == new ? nil : Change(.eventField(number, field), before: old, after: new)
    }
    let isSame = meaningA.events[number]?.routing == meaningB.events[number]?.routing
    add(
      "event \(number)",
      "routing \(DiffText.routing(before.routing))",
      DiffText.routing(after.routing),
      facts: isSame ? [.sameMeaning] : [],
      changes
    )
  }

  /// Handlers that went from one state to another, by the meaning of each state's dialect.
  private mutating func compareStates(_ before: Event, _ after: Event, _ sides: EventSides) {
    let sweep = HandlerSweep(before, sides.runningBefore, after, sides.runningAfter, all: false)
    let isShared = before.isShared || after.isShared
    let slots = RangeIndex(
      isShared ? Bitmap(below: 1) : Bitmap(below: max(a.vcpus.count, b.vcpus.count))
    )
    for fold in sweep.folds {
      let pair = fold.key
      var old = a.instance.dialect.words(for: pair.before, isKnown: before.definition != nil)
      var new = b.instance.dialect.words(for: pair.after, isKnown: after.definition != nil)
      let isSame = old == new
      if isSame {
        old += " (stored: \(pair.words(.before)))"
        new += " (stored: \(pair.words(.after)))"
      }
      for (vcpus, facts) in Self.split(fold.vcpus, by: isSame ? RangeIndex(Bitmap()) : slots) {
        let changes = pair.changedFields.map { field, was in
          Change(
            .slot(after.number, field),
            vcpus: vcpus,
            before: .flag(was),
            after: .flag(!was)
          )
        }
        add(DiffText.event(after, vcpus), old, new, facts: facts, changes)
      }
    }
  }

  private mutating func compareColumns(_ before: Event, _ after: Event) {
    let number = after.number
    let (mine, other) = (meaningA.events[number], meaningB.events[number])
    func subject(_ slots: Bitmap) -> String { DiffText.event(after, slots) }
    let (relativeA, relativeB) = (mine?.relative ?? Bitmap(), other?.relative ?? Bitmap())
    addBits(
      .slot(number, .relative),
      before.relative,
      after.relative,
      differing: relativeA.subtracting(relativeB).union(relativeB.subtracting(relativeA)),
      subject,
      words: ("entry is an address", "entry is an offset from VBAR")
    )
    for field in [SlotField.pending, .entry, .argument] {
      guard let column = field.column else { continue }
      if before[keyPath: column] == after[keyPath: column] { continue }
      var differing = ColumnChanges(
        from: mine?[keyPath: column] ?? Column(),
        to: other?[keyPath: column] ?? Column()
      ).vcpus
      // What waits for a shared event waits in no slot of its own.
      if field == .pending, after.isShared, !differing.isEmpty {
        differing = Bitmap(IndexRange(0, .max))
      }
      addColumn(
        .slot(number, field),
        before[keyPath: column],
        after[keyPath: column],
        differing: differing,
        subject,
        field.rawValue,
        field == .pending ? DiffText.count : DiffText.rule
      )
    }
  }

  private mutating func compareExtras(_ before: Event, _ after: Event) {
    let number = after.number
    for field in ExtraField.allCases where before.extras[field] != after.extras[field] {
      let (old, new) = (
        before.extras[field].map { ChangeValue.number($0) } ?? .nothing,
        after.extras[field].map { ChangeValue.number($0) } ?? .nothing
      )
      add(
        "event \(number)",
        "extra \(field.name) \(DiffText.plain(old))",
        DiffText.plain(new),
        [Change(.eventExtra(number, field), before: old, after: new)]
      )
    }
    for field in ExtraField.allCases where before.slotExtras[field] != after.slotExtras[field] {
      addColumn(
        .slotExtra(number, field),
        before.slotExtras[field] ?? Column(),
        after.slotExtras[field] ?? Column(),
        { DiffText.event(after, $0) },
        "extra \(field.name)"
      )
    }
  }
}
