internal import SDEIModel

/// A set that many small ones are compared with: each costs what it and the common part hold, and not
/// what the whole set does.
struct RangeIndex {
  private let ranges: [IndexRange]

  /// Makes an index of a set; O(ranges).
  init(_ set: Bitmap) { ranges = set.ranges }

  /// What a set has in common with this one; O(its ranges * log ranges + the result).
  func common(with set: Bitmap) -> Bitmap {
    var builder = BitmapBuilder()
    set.forEachRange { range in
      var (low, high) = (0, ranges.count)
      while low < high {
        let middle = (low + high) / 2
        if ranges[middle].last < range.first { low = middle + 1 } else { high = middle }
      }
      while low < ranges.count && ranges[low].first <= range.last {
        let (first, last) = (
          max(range.first, ranges[low].first), min(range.last, ranges[low].last)
        )
        builder.append(IndexRange(first, last))
        low += 1
      }
    }
    return builder.finish()
  }
}
