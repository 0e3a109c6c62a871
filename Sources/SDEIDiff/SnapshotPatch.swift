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

/// Why a patch can not be applied to a snapshot.
public enum PatchError: Error, Hashable, Sendable {
  /// The snapshot holds something else than what the change says was there.
  case stale(path: String)
  /// A place, or a vCPU of it, is named twice.
  case overlapping(path: String)
  /// The change has a value of another kind than the place, or one for which it has no room.
  case unfit(path: String)
}

extension PatchError: CustomStringConvertible {
  /// What does not fit, and what to do.
  public var description: String {
    switch self {
    case .stale(let path):
      "\(path) holds something else than what the patch was made for: make the patch anew from this "
        + "state, or apply it to the state that it was made from"
    case .overlapping(let path):
      "\(path) is changed twice: a patch names each place and vCPU once; correct it"
    case .unfit(let path):
      "the patch has a value for \(path) that can not stand there: correct it"
    }
  }
}
