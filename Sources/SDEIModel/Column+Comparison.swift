extension Column {
  /// The indexes of a set at which another column has another value.
  ///
  /// Two progressions with different strides that share more than 64 indexes count as different at
  /// all of them, also at the one where they may meet. O(runs + literals + ranges).
  public func differing(from other: Column, in indexes: Bitmap) -> Bitmap {
    if self == other { return Bitmap() }
    let (left, right) = (parts(in: indexes), other.parts(in: indexes))
    var result = BitmapBuilder()
    var (i, j) = (0, 0)
    // The first index that was not looked at yet.
    var next: UInt64 = 0
    while i < left.count || j < right.count {
      let a = i < left.count ? left[i].range : nil
      let b = j < right.count ? right[j].range : nil
      let (aFirst, bFirst) = (
        a.map { Swift.max(UInt64($0.first), next) }, b.map { Swift.max(UInt64($0.first), next) }
      )
      let first = min(aFirst ?? .max, bFirst ?? .max)
      // What both have, or what one has before the other begins.
      var last = min(a.map { UInt64($0.last) } ?? .max, b.map { UInt64($0.last) } ?? .max)
      if aFirst == bFirst {
        compare(left[i].run, other, right[j].run, IndexRange(UInt32(first), UInt32(last)), &result)
      } else {
        last = min(last, Swift.max(aFirst ?? .max, bFirst ?? .max) &- 1)
        result.append(IndexRange(UInt32(first), UInt32(last)))
      }
      next = last + 1
      if let a, UInt64(a.last) < next { i += 1 }
      if let b, UInt64(b.last) < next { j += 1 }
    }
    return result.finish()
  }

  private func parts(in indexes: Bitmap) -> [(run: Run, range: IndexRange)] {
    var result: [(Run, IndexRange)] = []
    forEachRun(in: indexes) { result.append(($0, $1)) }
    return result
  }

  private func compare(
    _ run: Run,
    _ other: Column,
    _ otherRun: Run,
    _ range: IndexRange,
    _ result: inout BitmapBuilder
  ) {
    if case .affine(_, let stride) = run.values, case .affine(_, let otherStride) = otherRun.values
    {
      let isEqual = value(of: run, at: range.first) == other.value(of: otherRun, at: range.first)
      if stride == otherStride {
        if !isEqual { result.append(range) }
        return
      }
      if range.count > 64 { return result.append(range) }
    }
    for index in range.first...range.last
    where value(of: run, at: index) != other.value(of: otherRun, at: index) {
      result.append(IndexRange(index, index))
    }
  }
}
