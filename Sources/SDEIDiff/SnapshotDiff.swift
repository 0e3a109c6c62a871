public import SDEIModel

/// What differs between two snapshots: exact changes, put together to items that are told in words.
public struct SnapshotDiff: Sendable {
  /// The items: the instance, vCPUs, events ascending, contexts, extras.
  public let items: [DiffItem]

  /// Compares two snapshots.
  ///
  /// O(n log n) in the runs, literals and contexts of both, however many vCPUs they have.
  public init(from a: Snapshot, to b: Snapshot) {
    guard a != b else {
      items = []
      return
    }
    var builder = DiffBuilder(a, b)
    builder.build()
    items = builder.items
  }

  /// Whether the snapshots are equal.
  public var isEmpty: Bool { items.isEmpty }

  /// The changes of all items: as a patch, they lead from the first snapshot to the second.
  public var changes: [Change] { items.flatMap(\.changes) }

  /// How many items there are of each class, the gravest first; classes without any are left out.
  public var summary: [(changeClass: ChangeClass, count: Int)] {
    ChangeClass.allCases.reversed().compactMap { one in
      let count = items.count { $0.changeClass == one }
      return count == 0 ? nil : (one, count)
    }
  }
}
