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
      var before: Int?
      var after: Int?
    }
    if a.extras.vcpuLists[field] == b.extras.vcpuLists[field] { return }
    var lists = NumberedLists()
    let mine = lists.number(a.extras.vcpuLists[field])
    let other = lists.number(b.extras.vcpuLists[field])
    let edges = Set(
      (mine + other).flatMap { [UInt64($0.vcpus.first), UInt64($0.vcpus.last) + 1] }
    ).sorted()
    var folded = Folded<Pair>()
    for (start, end) in zip(edges, edges.dropFirst()) {
      let vcpu = UInt32(start)
      let pair = Pair(before: mine.list(of: vcpu), after: other.list(of: vcpu))
      if pair.before == pair.after { continue }
      folded.append(IndexRange(vcpu, UInt32(end - 1)), pair)
    }
    for (pair, vcpus) in folded.folds {
      let isKept = field == .instanceOrder || lists.isOrderKept(pair.before, pair.after)
      let old = pair.before.map { ChangeValue.events(lists[$0]) } ?? .nothing
      let new = pair.after.map { ChangeValue.events(lists[$0]) } ?? .nothing
      let teller = (pair.before == nil ? b : a).instance.dialect
      add(
        DiffText.vcpus(vcpus),
        "\(DiffText.label(field, teller)) \(DiffText.extra(old, field))",
        DiffText.extra(new, field),
        facts: isKept ? [.sameMeaning] : [],
        [Change(.vcpuExtra(field), vcpus: vcpus, before: old, after: new)]
      )
    }
  }
}
