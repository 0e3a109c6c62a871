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
  /// O(n log n) in the snapshot and the changes.
  ///
  /// - Throws: `PatchError` at the first place that does not hold what the change says, that is named
  ///   twice, or that has no room for the value.
  public func applied(to snapshot: Snapshot) throws(PatchError) -> Snapshot {
    // Changes of one place are made in one step: each alone would cost the whole column.
    var places: [Place: Int] = [:]
    var groups: [(place: Place, changes: [Change])] = []
    for change in changes {
      if let position = places[change.place] {
        groups[position].changes.append(change)
      } else {
        places[change.place] = groups.count
        groups.append((change.place, [change]))
      }
    }
    var patcher = SnapshotPatcher(result: snapshot)
    // An event is there before something of it changes.
    for isEvent in [true, false] {
      for (place, changes) in groups {
        if case .event = place { if !isEvent { continue } } else if isEvent { continue }
        try patcher.apply(changes, at: place)
      }
    }
    return try patcher.finish()
  }
}

extension PatchError {
  /// The snapshot holds something else than what the change says was there.
  static func stale(path: String) -> PatchError {
    PatchError(
      .stale,
      subject: path,
      found: "something else than what the patch was made for",
      expected: "the value before the change"
    )
  }

  /// A place, or a vCPU of it, is named twice.
  static func overlapping(path: String) -> PatchError {
    PatchError(.unfit, subject: path, found: "a place or vCPU again", expected: "each once")
  }

  /// The change has a value of another kind than the place, or one for which it has no room.
  static func unfit(path: String) -> PatchError {
    PatchError(
      .unfit,
      subject: path,
      found: "a value that can not stand there",
      expected: "one of the place's own kind and range"
    )
  }
}
