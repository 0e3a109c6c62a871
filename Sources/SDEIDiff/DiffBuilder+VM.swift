internal import SDEIModel

extension DiffBuilder {
  mutating func compareInstances() {
    for field in InstanceField.allCases {
      let (before, after) = (field.value(in: a.instance), field.value(in: b.instance))
      if before == after { continue }
      let facts: Set<ChangeFact> = isLowered(field, before, after) ? [.lowered] : []
      add(
        "instance",
        "\(label(field)) \(text(field, a.instance))",
        text(field, b.instance),
        facts: facts,
        [Change(.instance(field), before: before, after: after)]
      )
    }
  }

  private func isLowered(
    _ field: InstanceField,
    _ before: ChangeValue,
    _ after: ChangeValue
  ) -> Bool {
    switch (before, after) {
    case (.number(let old), .number(let new)):
      field == .version ? new >> 32 < old >> 32 : new < old
    case (.flag(let old), .flag(let new)): old && !new
    default: false
    }
  }

  private func label(_ field: InstanceField) -> String {
    switch field {
    case .version: "version"
    case .clientEL: "client"
    case .privateSlots: "private bind slots"
    case .sharedSlots: "shared bind slots"
    case .relativeMode: "relative mode"
    case .dialect: "dialect"
    case .producer: "producer"
    }
  }

  private func text(_ field: InstanceField, _ instance: Instance) -> String {
    switch field {
    case .version:
      a.instance.version.vendor == b.instance.version.vendor
        ? instance.version.description
        : "\(instance.version) (vendor \(hex(UInt64(instance.version.vendor))))"
    case .clientEL: "at EL\(instance.clientEL)"
    case .privateSlots: "\(instance.features.privateSlots)"
    case .sharedSlots: "\(instance.features.sharedSlots)"
    case .relativeMode: instance.features.relativeMode ? "yes" : "no"
    case .dialect: instance.dialect.name
    case .producer: instance.producer.isEmpty ? "unknown" : "\"\(instance.producer)\""
    }
  }

  mutating func compareVCPUs() {
    let (mine, other) = (a.vcpus, b.vcpus)
    if mine.count != other.count {
      let change = Change(
        .vcpuCount,
        before: .number(UInt64(mine.count)),
        after: .number(UInt64(other.count))
      )
      add("vCPUs", "\(mine.count)", "\(other.count)", [change])
    }
    let existing = Bitmap(below: max(mine.count, other.count))
    addBits(
      .vcpu(.masked),
      mine.masked,
      other.masked,
      differing: existing,
      DiffText.vcpus,
      words: ("unmasked", "masked")
    )
    addBits(
      .vcpu(.deliveryRequest),
      mine.deliveryRequest,
      other.deliveryRequest,
      differing: existing,
      DiffText.vcpus,
      words: ("no delivery requested", "delivery requested")
    )
    addColumn(
      .vcpu(.power),
      mine.power,
      other.power,
      differing: existing,
      DiffText.vcpus,
      "power",
      DiffText.power
    ) { $0.before == .number(0) || $0.after == .number(0) ? [.untold] : [] }
    compareAffinities()
  }

  /// An affinity that becomes known is one item, with the value that was nothing before.
  private mutating func compareAffinities() {
    let (mine, other) = (a.vcpus.affinityKnown, b.vcpus.affinityKnown)
    var sets: [(vcpus: Bitmap, wasKnown: Bool, isKnown: Bool)] = [
      (other.subtracting(mine), false, true), (mine.subtracting(other), true, false),
      (mine.intersection(other), true, true),
    ]
    let folds = ColumnChanges(from: a.vcpus.affinity, to: b.vcpus.affinity).folds
    let all = Bitmap(folds.flatMap(\.vcpus.ranges))
    sets.append((all.subtracting(mine.union(other)), false, false))
    for set in sets {
      let index = RangeIndex(set.vcpus)
      for fold in folds {
        let vcpus = index.common(with: fold.vcpus)
        if vcpus.isEmpty { continue }
        let change = Change(
          .vcpu(.affinity),
          vcpus: vcpus,
          before: fold.before.changeValue(vcpus),
          after: fold.after.changeValue(vcpus)
        )
        addAffinity(vcpus, (set.wasKnown, set.isKnown), change)
      }
      let rest = set.vcpus.subtracting(all)
      if set.wasKnown != set.isKnown, !rest.isEmpty {
        addAffinity(rest, (set.wasKnown, set.isKnown), nil)
      }
    }
  }

  private mutating func addAffinity(
    _ vcpus: Bitmap,
    _ known: (before: Bool, after: Bool),
    _ change: Change?
  ) {
    var changes = change.map { [$0] } ?? []
    if known.before != known.after {
      let flag = Change(
        .vcpu(.affinityKnown),
        vcpus: vcpus,
        before: .flag(known.before),
        after: .flag(known.after)
      )
      changes.insert(flag, at: 0)
    }
    func text(_ value: ChangeValue?, _ isKnown: Bool) -> String {
      isKnown ? DiffText.affinity(value ?? .number(0)) : "unknown"
    }
    let facts: Set<ChangeFact> =
      known.before != known.after ? [.untold] : known.before ? [] : [.sameMeaning]
    add(
      DiffText.vcpus(vcpus),
      "affinity " + text(change?.before, known.before),
      text(change?.after, known.after),
      facts: facts,
      changes
    )
  }
}
