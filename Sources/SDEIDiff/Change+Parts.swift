internal import SDEIModel

extension Change {
  /// Every index: the part of a place without vCPUs that stands for all of it.
  static let everywhere = Bitmap(IndexRange(0, .max))

  /// The paths of what the change speaks of: of a context, each field's.
  var fieldPaths: [(field: ContextField?, path: String)] {
    guard case .context(let level) = place, case .context(let values) = after else {
      return [(nil, path)]
    }
    return values.items.map {
      ($0.field, ModelPath.contexts(vcpus, level, $0.field.name))
    }
  }

  /// The change cut down to some vCPUs of each field; nothing where none is left.
  ///
  /// A place without vCPUs stays as it is where any index is kept. Fields of a context that keep the
  /// same vCPUs stay together.
  func cut(_ kept: (ContextField?) -> Bitmap) -> [Change] {
    guard place.hasVCPUs else { return kept(nil).isEmpty ? [] : [self] }
    guard case .context(let values) = after, case .context(let old) = before else {
      return cut(to: kept(nil).intersection(vcpus)).map { [$0] } ?? []
    }
    var parts: [Bitmap: Int] = [:]
    var changes: [(vcpus: Bitmap, before: ContextValues, after: ContextValues)] = []
    for (was, now) in zip(old.items, values.items) {
      let vcpus = kept(now.field).intersection(vcpus)
      if vcpus.isEmpty { continue }
      let part = parts[vcpus] ?? changes.count
      if part == changes.count {
        parts[vcpus] = part
        changes.append((vcpus, ContextValues(), ContextValues()))
      }
      changes[part].before.set(was.field, was.value)
      changes[part].after.set(now.field, now.value)
    }
    return changes.map {
      Change(place, vcpus: $0.vcpus, before: .context($0.before), after: .context($0.after))
    }
  }

  private func cut(to vcpus: Bitmap) -> Change? {
    if vcpus.isEmpty { return nil }
    func value(_ value: ChangeValue) -> ChangeValue {
      ColumnRule(value)?.changeValue(vcpus) ?? value
    }
    return Change(place, vcpus: vcpus, before: value(before), after: value(after))
  }
}
