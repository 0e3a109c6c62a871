public import SDEIModel

/// Changes that lead from one snapshot to another.
///
/// `SnapshotPatch(SnapshotDiff(from: a, to: b).changes).applied(to: a)` is `b`. Every value that a
/// change says was there must be there: a patch made for another state is refused, and nothing is
/// applied in part.
public struct SnapshotPatch: Hashable, Sendable {
  /// The changes, in any order.
  public var changes: [Change]

  /// Makes a patch.
  public init(_ changes: [Change]) { self.changes = changes }

  /// The patch that leads back.
  public var inverse: SnapshotPatch { SnapshotPatch(changes.map(\.inverse)) }

  /// The snapshot to which the changes lead.
  ///
  /// O(n log n) in the snapshot and the changes; `maxBytes` bounds what ranges of contexts unfold to.
  ///
  /// - Throws: `PatchError` at the first place that does not hold what the change says, that is named
  ///   twice, or that has no room for the value.
  public func applied(
    to snapshot: Snapshot,
    maxBytes: UInt64 = 1 << 30
  ) throws(PatchError) -> Snapshot {
    // Changes of one place are made in one step: each alone would cost the whole column.
    var places: [Place: Int] = [:]
    var groups: [(place: Place, changes: [NumberedChange])] = []
    for (number, change) in changes.enumerated() {
      let numbered = NumberedChange(number: number, change: change)
      if let position = places[change.place] {
        groups[position].changes.append(numbered)
      } else {
        places[change.place] = groups.count
        groups.append((change.place, [numbered]))
      }
    }
    var patcher = SnapshotPatcher(result: snapshot, maxBytes: maxBytes)
    // An event is there before something of it changes.
    for isEvent in [true, false] {
      for (place, changes) in groups {
        if case .event = place { if !isEvent { continue } } else if isEvent { continue }
        try patcher.apply(changes, at: place)
      }
    }
    return patcher.finish()
  }
}
