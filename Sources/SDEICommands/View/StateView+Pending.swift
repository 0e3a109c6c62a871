internal import SDEIFormats
internal import SDEIModel

extension StateView {
  /// The occurrences that wait, by event and count.
  func pendingSection() -> [String] {
    let counted = dialect.pendingIncludesRunning ? " (those being handled included)" : ""
    var lines: [String] = []
    var hidden: UInt64 = 0
    for event in snapshot.events where !event.pending.isEmpty {
      for fold in ColumnFold.folds(event.pending) {
        guard lines.count < limit(Budget.pending) else {
          hidden += fold.vcpus.count
          continue
        }
        let value = count(fold)
        lines.append("  \(event.number)  \(value) " + place(of: fold, event))
      }
    }
    if lines.isEmpty { return [] }
    if hidden > 0 { lines.append(more(ViewText.grouped(hidden) + " more queue entries")) }
    return [style.bold("PENDING") + counted] + lines
  }

  /// Where occurrences wait: on vCPUs, or, of a shared event, for whoever takes them.
  private func place(of fold: ColumnFold, _ event: Event) -> String {
    if event.isShared && !dialect.pendingIncludesRunning { return "shared" }
    let vcpus = ViewText.vcpus(fold.vcpus, limit: showsAll ? nil : 60)
    return "on vCPU\(fold.vcpus.count == 1 ? "" : "s") \(vcpus)"
  }

  private func count(_ fold: ColumnFold) -> String {
    if fold.stride == 0 { return String(fold.base) }
    return "\(fold.base), then \(Int64(bitPattern: fold.stride)) more each,"
  }

  /// What was noticed while the state was read, and the extras that it carries.
  func noteSection() -> [String] {
    var shown: [String: Int] = [:]
    var lines: [String] = []
    for finding in findings {
      shown[finding.id, default: 0] += 1
      guard shown[finding.id, default: 0] <= limit(Budget.notesOfAKind) else { continue }
      let place = [
        finding.path.isEmpty ? nil : finding.path, finding.offset.map { "byte \($0)" },
      ].compactMap(\.self).joined(separator: ", ")
      let isLong = place.count > Budget.placeWidth && !showsAll
      let subject =
        isLong ? place.prefix(Budget.placeWidth) + "…: " : place.isEmpty ? "" : place + ": "
      lines.append("  \(mark(finding.severity)): \(subject)\(finding.problem) [\(finding.id)]")
    }
    for (id, count) in shown.sorted(by: { $0.key < $1.key })
    where count > limit(Budget.notesOfAKind) {
      lines.append(more("\(ViewText.grouped(UInt64(count - Budget.notesOfAKind))) more of \(id)"))
    }
    let beyond = snapshot.indexesBeyondCount
    if !beyond.isEmpty {
      let place = ViewText.vcpus(beyond, limit: showsAll ? nil : 60)
      lines.append("  there is state of vCPUs that do not exist: \(place)")
    }
    let extras = extrasCarried()
    if !extras.isEmpty {
      lines.append("  carries extras of \(dialect.name): " + extras.joined(separator: ", "))
    }
    return lines.isEmpty ? [] : [style.bold("NOTES")] + lines
  }

  private func mark(_ severity: Severity) -> String {
    switch severity {
    case .note: "note"
    case .warning: style.yellow("warning")
    case .error: style.red("error")
    }
  }

  private func extrasCarried() -> [String] {
    let extras = snapshot.extras
    var fields = Set(
      extras.values.items.map(\.field) + extras.lists.items.map(\.field)
        + extras.vcpuValues.items.map(\.field) + extras.vcpuLists.items.map(\.field)
    )
    for event in snapshot.events {
      fields.formUnion(event.extras.items.map(\.field))
      fields.formUnion(event.slotExtras.items.map(\.field))
    }
    return fields.sorted().map(\.name)
  }
}

extension Snapshot {
  /// The indexes at or above the number of vCPUs under which something is stored.
  fileprivate var indexesBeyondCount: Bitmap {
    var sets = [vcpus.masked, vcpus.deliveryRequest, vcpus.affinityKnown, vcpus.power.support]
    sets.append(Bitmap(indexes: contexts.lazy.map(\.vcpu)))
    sets += extras.vcpuValues.items.map(\.value.support)
    sets += extras.vcpuLists.items.map { Bitmap($0.value.items.map(\.vcpus)) }
    for event in events {
      sets += Event.bitmaps.map { event[keyPath: $0.path] }
      sets += Event.columns.map { event[keyPath: $0.path].support }
      sets += event.slotExtras.items.map(\.value.support)
    }
    let existing = Bitmap(below: vcpus.count)
    return Bitmap(sets.flatMap { $0.subtracting(existing).ranges })
  }
}
