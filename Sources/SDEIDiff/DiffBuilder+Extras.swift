internal import SDEIModel

extension DiffBuilder {
  mutating func compareExtras() {
    for field in ExtraField.allCases {
      switch field.scope {
      case .vmValue:
        let (old, new) = (a.extras.values[field], b.extras.values[field])
        if old != new {
          addExtra(field, old.map { .number($0) }, new.map { .number($0) }, [])
        }
      case .vmEvents:
        let (old, new) = (a.extras.lists[field], b.extras.lists[field])
        if old != new {
          let facts: Set<ChangeFact> = hasSameMembers(field) ? [.sameMeaning] : []
          addExtra(field, old.map { .events($0) }, new.map { .events($0) }, facts)
        }
      case .vcpuValue:
        addColumn(
          .vcpuExtra(field),
          a.extras.vcpuValues[field] ?? Column(),
          b.extras.vcpuValues[field] ?? Column(),
          DiffText.vcpus,
          DiffText.label(field, a.instance.dialect)
        )
      case .vcpuEvents: compareLists(field)
      case .eventValue, .slotValue: break
      }
    }
  }

  private mutating func addExtra(
    _ field: ExtraField,
    _ before: ChangeValue?,
    _ after: ChangeValue?,
    _ facts: Set<ChangeFact>
  ) {
    let (old, new) = (before ?? .nothing, after ?? .nothing)
    let teller = (before == nil ? b : a).instance.dialect
    add(
      "VM",
      "\(DiffText.label(field, teller)) \(DiffText.extra(old, field))",
      DiffText.extra(new, field),
      facts: facts,
      [Change(.extra(field), before: old, after: new)]
    )
  }

  /// Whether what a list has more or less than events and handlers imply is the same in both states.
  private func hasSameMembers(_ field: ExtraField) -> Bool {
    func unusual(_ snapshot: Snapshot) -> Set<EventNumber> {
      field == .exposedOrder
        ? Set(KVMLists.exposed(snapshot)).symmetricDifference(KVMLists.usualExposed(snapshot))
        : Set(KVMLists.registered(snapshot))
          .symmetricDifference(KVMLists.usualRegistered(snapshot))
    }
    return unusual(a) == unusual(b)
  }

  private mutating func compareLists(_ field: ExtraField) {
    struct Pair: Hashable {
      var before: [EventNumber]?
      var after: [EventNumber]?
    }
    let (mine, other) = (a.extras.vcpuLists[field], b.extras.vcpuLists[field])
    if mine == other { return }
    let items = [mine?.items ?? [], other?.items ?? []]
    let edges = Set(items.joined().flatMap { [UInt64($0.vcpus.first), UInt64($0.vcpus.last) + 1] })
      .sorted()
    var folded = Folded<Pair>()
    for (start, end) in zip(edges, edges.dropFirst()) {
      let pair = Pair(before: mine?[UInt32(start)], after: other?[UInt32(start)])
      if pair.before == pair.after { continue }
      folded.append(IndexRange(UInt32(start), UInt32(end - 1)), pair)
    }
    for (pair, vcpus) in folded.folds {
      let old = pair.before.map { ChangeValue.events($0) } ?? .nothing
      let new = pair.after.map { ChangeValue.events($0) } ?? .nothing
      let teller = (pair.before == nil ? b : a).instance.dialect
      let isKept = field == .instanceOrder || isOrderKept(pair.before, pair.after)
      add(
        DiffText.vcpus(vcpus),
        "\(DiffText.label(field, teller)) \(DiffText.extra(old, field))",
        DiffText.extra(new, field),
        facts: isKept ? [.sameMeaning] : [],
        [Change(.vcpuExtra(field), vcpus: vcpus, before: old, after: new)]
      )
    }
  }

  /// Whether the events that are in both lists have the same order in both; a list that is not stored is
  /// ascending.
  ///
  /// What is in one list only is told by what waits.
  private func isOrderKept(_ before: [EventNumber]?, _ after: [EventNumber]?) -> Bool {
    switch (before, after) {
    case (let before?, let after?):
      let (mine, other) = (Set(before), Set(after))
      return before.filter(other.contains) == after.filter(mine.contains)
    case (let list?, nil), (nil, let list?):
      return zip(list, list.dropFirst()).allSatisfy { $0 < $1 }
    case (nil, nil): return true
    }
  }
}
