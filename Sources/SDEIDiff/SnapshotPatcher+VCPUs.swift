internal import SDEIModel

// Changes of places that have vCPUs. All changes of one place are made in one step, so that its cost is
// that of the place and of what is said of it.

extension SnapshotPatcher {
  func patch(_ bitmap: inout Bitmap, _ changes: [NumberedChange]) throws(PatchError) {
    let pieces = try ChangePieces(changes)
    var (before, after): ([IndexRange], [IndexRange]) = ([], [])
    for numbered in changes {
      let change = numbered.change
      guard case .flag(let was) = change.before, case .flag(let isSet) = change.after else {
        throw numbered.unfit()
      }
      if was { before += change.vcpus.ranges }
      if isSet { after += change.vcpus.ranges }
    }
    let (vcpus, was) = (pieces.vcpus, Bitmap(before))
    let found = bitmap.intersection(vcpus)
    let wrong = found.subtracting(was).union(was.subtracting(found))
    if let vcpu = wrong.ranges.first?.first {
      throw pieces.change(of: vcpu).stale(.flag(found.contains(vcpu)), at: vcpu)
    }
    bitmap = bitmap.subtracting(vcpus).union(Bitmap(after))
  }

  /// Replaces the values at the vCPUs of all changes.
  func patch(_ column: inout Column, _ changes: [NumberedChange]) throws(PatchError) {
    let pieces = try ChangePieces(changes)
    var rules: [(before: ColumnRule, after: ColumnRule)] = []
    for numbered in changes {
      guard let before = ColumnRule(numbered.change.before),
        let after = ColumnRule(numbered.change.after)
      else { throw numbered.unfit() }
      rules.append((before, after))
    }
    var (before, after) = (ColumnBuilder(), ColumnBuilder())
    for piece in pieces.pieces {
      let rule = rules[piece.position]
      guard rule.before.append(piece.range, to: &before), rule.after.append(piece.range, to: &after)
      else { throw changes[piece.position].unfit() }
    }
    let vcpus = pieces.vcpus
    let (found, was) = (column.restricted(to: vcpus), before.finish())
    if let wrong = ColumnChanges(from: found, to: was).vcpus.ranges.first {
      // Where two progressions meet, the vCPU behind is one at which they differ.
      let next = min(wrong.first &+ 1, wrong.last)
      let vcpu = found[wrong.first] == was[wrong.first] ? next : wrong.first
      throw pieces.change(of: vcpu).stale(.number(found[vcpu]), .number(was[vcpu]), at: vcpu)
    }
    column = column.removing(vcpus).overlaid(with: after.finish())
  }

  func patch(
    _ map: inout FieldMap<Column>,
    _ field: ExtraField,
    _ changes: [NumberedChange]
  ) throws(PatchError) {
    var column = map[field] ?? Column()
    try patch(&column, changes)
    guard field.holds(column) else { throw changes[0].unfit() }
    map[field] = column.isEmpty ? nil : column
  }

  mutating func patchLists(
    _ field: ExtraField,
    _ changes: [NumberedChange]
  ) throws(PatchError) {
    let pieces = try ChangePieces(changes)
    for numbered in changes
    where numbered.change.before.list == nil
      || !(numbered.change.after.list.map(Self.areDistinct) ?? false)
    {
      throw numbered.unfit()
    }
    let lists = result.extras.vcpuLists[field] ?? VCPULists()
    var now: [(vcpus: IndexRange, events: [EventNumber])] = []
    for piece in pieces.pieces {
      let numbered = changes[piece.position]
      let range = Bitmap(piece.range)
      var expected = VCPULists()
      if case .events(let list) = numbered.change.before { expected.append(piece.range, list) }
      let found = lists.restricted(to: range)
      if found != expected {
        let item = found.items.first
        let vcpu = item?.vcpus.first == piece.range.first ? piece.range.first : nil
        throw numbered.stale(
          vcpu.flatMap { _ in item }.map { .events($0.events) } ?? .nothing,
          at: piece.range.first
        )
      }
      if case .events(let list) = numbered.change.after { now.append((piece.range, list)) }
    }
    let others = Bitmap(lists.items.map(\.vcpus)).subtracting(pieces.vcpus)
    let kept = lists.restricted(to: others).items.map { (vcpus: $0.vcpus, events: $0.events) }
    var patched = VCPULists()
    for item in (now + kept).sorted(by: { $0.vcpus.first < $1.vcpus.first }) {
      patched.append(item.vcpus, item.events)
    }
    result.extras.vcpuLists[field] = patched.isEmpty ? nil : patched
  }

  private static func areDistinct(_ list: [EventNumber]?) -> Bool {
    list.map { Set($0).count == $0.count } ?? true
  }
}

extension ColumnRule {
  /// Appends the values of a range; false for a progression that is 0 there more often than once at
  /// either end: each value 0 cuts it, so a short text could ask for much memory.
  fileprivate func append(_ range: IndexRange, to builder: inout ColumnBuilder) -> Bool {
    let base = value(at: range.first)
    guard
      stride == 0 || ColumnBuilder.zeros(base: base, stride: stride, count: range.count) <= 2
    else { return false }
    builder.append(range, base: base, stride: stride)
    return true
  }
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
