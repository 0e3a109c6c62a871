internal import SDEIModel

/// Compares two snapshots place by place and puts what differs into words.
struct DiffBuilder {
  let a: Snapshot
  let b: Snapshot
  /// Both states in the specification's terms but for contexts: what differs there differs in meaning.
  let meaningA: Snapshot
  let meaningB: Snapshot
  private(set) var items: [DiffItem] = []

  init(_ a: Snapshot, _ b: Snapshot) {
    (self.a, self.b) = (a, b)
    (meaningA, meaningB) = (Self.meaning(of: a), Self.meaning(of: b))
  }

  /// KVM v7's marks are read as the specification's: its contexts, made one by one, are not needed.
  private static func meaning(of snapshot: Snapshot) -> Snapshot {
    guard snapshot.instance.dialect == .kvmV7 else { return snapshot.canonical() }
    var marked = snapshot
    marked.instance.dialect = .specification
    marked.contexts = ContextTable()
    return marked.canonical()
  }

  mutating func build() {
    compareInstances()
    compareVCPUs()
    compareEvents()
    compareContexts()
    compareExtras()
  }

  /// Adds an item; its class is the gravest of its changes'.
  mutating func add(
    _ subject: String,
    _ before: String,
    _ after: String,
    mark: DiffItem.Mark = .changed,
    rows: [DiffItem.Row] = [],
    facts: Set<ChangeFact> = [],
    _ changes: [Change]
  ) {
    var verdict = (changeClass: ChangeClass.representation, reason: "")
    for change in changes {
      let one = ClassRule.verdict(change.place.classField, facts)
      if verdict.reason.isEmpty || one.changeClass > verdict.changeClass { verdict = one }
    }
    items.append(
      DiffItem(
        mark: mark,
        subject: subject,
        before: before,
        after: after,
        rows: rows,
        changeClass: verdict.changeClass,
        reason: verdict.reason,
        changes: changes
      )
    )
  }

  /// Bits that differ: set in one state only.
  static func folds(_ a: Bitmap, _ b: Bitmap) -> [(vcpus: Bitmap, isSet: Bool)] {
    [(a.subtracting(b), false), (b.subtracting(a), true)].filter { !$0.0.isEmpty }
  }

  /// A set, parted by whether its members are in another: what is outside means the same in both states.
  static func split(
    _ vcpus: Bitmap,
    by differing: RangeIndex
  ) -> [(vcpus: Bitmap, facts: Set<ChangeFact>)] {
    let inside = differing.common(with: vcpus)
    let parts: [(Bitmap, Set<ChangeFact>)] = [
      (inside, []), (vcpus.subtracting(inside), [.sameMeaning]),
    ]
    return parts.filter { !$0.0.isEmpty }
  }

  /// Adds what differs in bits.
  mutating func addBits(
    _ place: Place,
    _ a: Bitmap,
    _ b: Bitmap,
    differing: Bitmap,
    _ subject: (Bitmap) -> String,
    words: (clear: String, set: String)
  ) {
    let differing = RangeIndex(differing)
    for (fold, isSet) in Self.folds(a, b) {
      for (vcpus, facts) in Self.split(fold, by: differing) {
        add(
          subject(vcpus),
          isSet ? words.clear : words.set,
          isSet ? words.set : words.clear,
          facts: facts,
          [Change(place, vcpus: vcpus, before: .flag(!isSet), after: .flag(isSet))]
        )
      }
    }
  }

  /// Adds what differs in a column.
  mutating func addColumn(
    _ place: Place,
    _ a: Column,
    _ b: Column,
    differing: Bitmap? = nil,
    _ subject: (Bitmap) -> String,
    _ label: String,
    _ text: (ChangeValue) -> String = DiffText.rule,
    facts extra: (Change) -> Set<ChangeFact> = { _ in [] }
  ) {
    let differing = RangeIndex(differing ?? Change.everywhere)
    for fold in ColumnChanges(from: a, to: b).folds {
      for (vcpus, facts) in Self.split(fold.vcpus, by: differing) {
        let change = Change(
          place,
          vcpus: vcpus,
          before: fold.before.changeValue(vcpus),
          after: fold.after.changeValue(vcpus)
        )
        let before = "\(label) \(text(change.before))"
        let allFacts = facts.union(extra(change))
        add(subject(vcpus), before, text(change.after), facts: allFacts, [change])
      }
    }
  }
}
