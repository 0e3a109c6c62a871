public import SDEIModel

/// Which changes are of interest, by the paths of their places.
public struct ChangeFilter: Sendable {
  /// Patterns of places that are left out.
  public var ignore: [PathPattern]
  /// Patterns of the only places that are looked at; empty for all.
  public var only: [PathPattern]

  /// Makes a filter; by default everything is of interest.
  public init(ignore: [PathPattern] = [], only: [PathPattern] = []) {
    (self.ignore, self.only) = (ignore, only)
  }

  /// Whether the filter leaves nothing out.
  public var isEmpty: Bool { ignore.isEmpty && only.isEmpty }

  /// The changes that are of interest, cut down to the vCPUs and fields that are.
  public func kept(_ changes: [Change]) -> [Change] {
    if isEmpty { return changes }
    return changes.flatMap { change in
      let paths = change.fieldPaths
      return change.cut { field in
        guard let path = paths.first(where: { $0.field == field })?.path else { return Bitmap() }
        let all = only.isEmpty ? Change.everywhere : named(only, path, change.place)
        return all.subtracting(named(ignore, path, change.place))
      }
    }
  }

  /// The patterns that name no place of some changes, in their order: `only`'s first.
  public func unmet(_ changes: [Change]) -> [PathPattern] {
    let paths = changes.flatMap { $0.fieldPaths.map(\.path) }
    return (only + ignore).filter { pattern in
      !paths.contains { pattern.vcpus(of: $0) != nil }
    }
  }

  private func named(_ patterns: [PathPattern], _ path: String, _ place: Place) -> Bitmap {
    patterns.reduce(into: Bitmap()) { named, pattern in
      guard let vcpus = pattern.vcpus(of: path) else { return }
      named.formUnion(place.hasVCPUs ? vcpus : Change.everywhere)
    }
  }
}

extension SnapshotDiff {
  /// Compares two snapshots in what a filter keeps.
  ///
  /// What is told is the difference to the first snapshot with the kept changes made, so words and
  /// classes are those of what is left.
  ///
  /// - Throws: `PatchError` where the kept changes alone make no state.
  public init(from a: Snapshot, to b: Snapshot, _ filter: ChangeFilter) throws(PatchError) {
    self.init(from: a, to: b)
    if filter.isEmpty { return }
    try self.init(from: a, making: filter.kept(changes))
  }

  /// What some changes do to a snapshot.
  init(from a: Snapshot, making changes: [Change]) throws(PatchError) {
    self.init(from: a, to: try SnapshotPatch(changes).applied(to: a))
  }
}
