extension Bitmap {
  /// Adds an index; O(ranges or words).
  public mutating func insert(_ index: UInt32) { formUnion(Bitmap(IndexRange(index, index))) }

  /// Removes an index; O(ranges or words).
  public mutating func remove(_ index: UInt32) { subtract(Bitmap(IndexRange(index, index))) }

  /// Adds all indexes of another set.
  public mutating func formUnion(_ other: Bitmap) { self = union(other) }

  /// Removes all indexes of another set.
  public mutating func subtract(_ other: Bitmap) { self = subtracting(other) }

  /// Keeps only the indexes of another set.
  public mutating func formIntersection(_ other: Bitmap) { self = intersection(other) }

  /// The indexes in either set; O(ranges of both).
  public func union(_ other: Bitmap) -> Bitmap {
    if other.isEmpty { return self }
    if isEmpty { return other }
    let (left, right) = (ranges, other.ranges)
    var builder = BitmapBuilder()
    var (i, j) = (0, 0)
    while i < left.count || j < right.count {
      if j == right.count || (i < left.count && left[i].first <= right[j].first) {
        builder.append(left[i])
        i += 1
      } else {
        builder.append(right[j])
        j += 1
      }
    }
    return builder.finish()
  }

  /// The indexes in both sets; O(ranges of both), O(log ranges) with a set of one index.
  public func intersection(_ other: Bitmap) -> Bitmap {
    if case .ranges(let one) = other.storage, one.count == 1, one[0].first == one[0].last {
      return contains(one[0].first) ? other : Bitmap()
    }
    let (left, right) = (ranges, other.ranges)
    var builder = BitmapBuilder()
    var (i, j) = (0, 0)
    while i < left.count && j < right.count {
      let first = Swift.max(left[i].first, right[j].first)
      let last = Swift.min(left[i].last, right[j].last)
      if first <= last { builder.append(IndexRange(first, last)) }
      if left[i].last < right[j].last { i += 1 } else { j += 1 }
    }
    return builder.finish()
  }

  /// The indexes of this set that are not in the other; O(ranges of both).
  public func subtracting(_ other: Bitmap) -> Bitmap {
    guard !isEmpty, !other.isEmpty else { return self }
    let cuts = other.ranges
    var builder = BitmapBuilder()
    var j = 0
    for range in ranges {
      var first = UInt64(range.first)
      while j < cuts.count && cuts[j].last < range.first { j += 1 }
      var cut = j
      while cut < cuts.count && cuts[cut].first <= range.last {
        if UInt64(cuts[cut].first) > first {
          builder.append(IndexRange(UInt32(first), cuts[cut].first - 1))
        }
        first = UInt64(cuts[cut].last) + 1
        cut += 1
      }
      if first <= UInt64(range.last) { builder.append(IndexRange(UInt32(first), range.last)) }
    }
    return builder.finish()
  }

  /// The indexes below `count`.
  public func below(_ count: UInt32) -> Bitmap { intersection(Bitmap(below: count)) }
}
