extension Column {
  /// The smallest and the largest value of one run.
  ///
  /// O(1) for affine runs; one that wraps around 2^64 is said to reach from 1 to the largest number,
  /// which is exact enough to tell whether all its values are below 2^63.
  public func bounds(of run: Run) -> ClosedRange<UInt64> {
    switch run.values {
    case .literal(let position):
      let values = literals[position..<position + Int(run.range.count)]
      return (values.min() ?? 0)...(values.max() ?? 0)
    case .affine(let base, let stride):
      let last = value(of: run, at: run.range.last)
      let falls = stride >> 63 == 1
      let step = falls ? 0 &- stride : stride
      let (distance, overflows) = (run.range.count - 1).multipliedReportingOverflow(by: step)
      let wraps = overflows || (falls ? distance > base : distance > .max - base)
      return wraps ? 1...UInt64.max : Swift.min(base, last)...Swift.max(base, last)
    }
  }

  /// The smallest and the largest value that is stored, 0 and 0 where none is.
  public var bounds: ClosedRange<UInt64> {
    guard let first = runs.first.map({ bounds(of: $0) }) else { return 0...0 }
    return runs.dropFirst().reduce(first) { all, run in
      let one = bounds(of: run)
      return Swift.min(all.lowerBound, one.lowerBound)...Swift.max(all.upperBound, one.upperBound)
    }
  }

  /// The sum of all values, the largest number where it is larger or a progression wraps.
  ///
  /// O(runs + literals).
  public var sum: UInt64 {
    var sum: UInt64 = 0
    for run in runs {
      let bounds = bounds(of: run)
      let part: UInt64
      switch run.values {
      case .literal(let position):
        part = literals[position..<position + Int(run.range.count)].reduce(0) {
          $0.saturatingSum($1)
        }
      case .affine:
        // n members from first to last have the sum n * (first + last) / 2.
        let ends = bounds.lowerBound.saturatingSum(bounds.upperBound)
        let (product, overflow) = run.range.count.multipliedReportingOverflow(by: ends)
        part = overflow || bounds.upperBound == .max ? .max : product / 2
      }
      sum = sum.saturatingSum(part)
    }
    return sum
  }
}

extension UInt64 {
  fileprivate func saturatingSum(_ other: UInt64) -> UInt64 {
    let (sum, overflow) = addingReportingOverflow(other)
    return overflow ? .max : sum
  }
}
