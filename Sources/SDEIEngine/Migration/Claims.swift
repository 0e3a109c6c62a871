internal import SDEIModel

/// Gives each index of some sets to the first set that claims it; O(ranges x log ranges) for all.
struct Claims {
  /// Where a range of some set begins, or one ended before; the segments between are claimed whole.
  private let edges: [UInt64]
  /// By segment, one at or behind it that may be free.
  private var free: [Int]

  /// All sets that will claim.
  init(_ sets: [Bitmap]) {
    var edges: [UInt64] = []
    for set in sets {
      set.forEachRange { edges += [UInt64($0.first), UInt64($0.last) + 1] }
    }
    edges.sort()
    var unique: [UInt64] = []
    for edge in edges where unique.last != edge { unique.append(edge) }
    self.edges = unique
    free = Array(0...unique.count)
  }

  /// The indexes of a set that no set claimed before.
  mutating func claim(_ set: Bitmap) -> Bitmap {
    var builder = BitmapBuilder()
    for range in set.ranges {
      var segment = firstFree(at: firstSegment(at: UInt64(range.first)))
      while segment + 1 < edges.count, edges[segment] <= UInt64(range.last) {
        builder.append(IndexRange(UInt32(edges[segment]), UInt32(edges[segment + 1] - 1)))
        free[segment] = segment + 1
        segment = firstFree(at: segment + 1)
      }
    }
    return builder.finish()
  }

  private func firstSegment(at index: UInt64) -> Int {
    var (low, high) = (0, edges.count)
    while low < high {
      let middle = (low + high) / 2
      if edges[middle] < index { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// The first free segment at or behind one; the way there is made short for the next.
  private mutating func firstFree(at segment: Int) -> Int {
    var root = segment
    while free[root] != root { root = free[root] }
    var walked = segment
    while walked != root {
      let next = free[walked]
      free[walked] = root
      walked = next
    }
    return root
  }
}
