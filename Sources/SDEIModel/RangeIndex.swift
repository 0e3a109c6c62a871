/// A set that many small ones are compared with: each costs what it and the common part hold, and not
/// what the whole set does.
package struct RangeIndex: Sendable {
  /// The set.
  package let members: Bitmap
  private let ranges: [IndexRange]

  /// Makes an index of a set; O(ranges).
  package init(_ members: Bitmap) { (self.members, ranges) = (members, members.ranges) }

  /// Whether the set has no members.
  package var isEmpty: Bool { ranges.isEmpty }

  /// What a set has in common with this one; O(its ranges * log ranges + the result).
  package func common(with set: Bitmap) -> Bitmap {
    var builder = BitmapBuilder()
    set.forEachRange { range in
      for mine in ranges[first(behind: range)...].prefix(while: { $0.first <= range.last }) {
        builder.append(IndexRange(max(range.first, mine.first), min(range.last, mine.last)))
      }
    }
    return builder.finish()
  }

  /// Whether a set has something in common with this one; O(its ranges * log ranges).
  package func meets(_ set: Bitmap) -> Bool {
    set.ranges.contains { range in
      let position = first(behind: range)
      return position < ranges.count && ranges[position].first <= range.last
    }
  }

  /// The first range that does not end before another begins.
  private func first(behind range: IndexRange) -> Int {
    ranges.partitioningIndex { $0.last >= range.first }
  }
}
