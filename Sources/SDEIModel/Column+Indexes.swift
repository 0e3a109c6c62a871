extension Column {
  /// The indexes whose value lies in a range that has no 0; O(runs x log members + literals).
  ///
  /// A progression that wraps around 2^64 has none: no field that is asked holds such a value.
  package func indexes(in wanted: ClosedRange<UInt64>) -> Bitmap {
    var builder = BitmapBuilder()
    for run in runs {
      switch run.values {
      case .literal:
        for index in run.range.first...run.range.last
        where wanted.contains(value(of: run, at: index)) {
          builder.append(IndexRange(index, index))
        }
      case .affine(let base, let stride):
        let bounds = bounds(of: run)
        let last = value(of: run, at: run.range.last)
        // One that wraps is said to end at the largest number, which its ends need not be.
        guard bounds == Swift.min(base, last)...Swift.max(base, last) else { continue }
        guard let part = part(of: run, wanted, rises: stride >> 63 == 0) else { continue }
        builder.append(part)
      }
    }
    return builder.finish()
  }

  /// The members of a progression with values in a range; they are neighbours.
  private func part(of run: Run, _ wanted: ClosedRange<UInt64>, rises: Bool) -> IndexRange? {
    let first = firstMember(of: run) {
      rises ? $0 >= wanted.lowerBound : $0 <= wanted.upperBound
    }
    let end = firstMember(of: run) { rises ? $0 > wanted.upperBound : $0 < wanted.lowerBound }
    return first < end ? IndexRange(UInt32(first), UInt32(end - 1)) : nil
  }

  /// The first index of a run from which on something holds, the index behind it where it never does.
  private func firstMember(of run: Run, where holds: (UInt64) -> Bool) -> UInt64 {
    var (low, high) = (UInt64(run.range.first), UInt64(run.range.last) + 1)
    while low < high {
      let middle = low + (high - low) / 2
      if holds(value(of: run, at: UInt32(middle))) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
