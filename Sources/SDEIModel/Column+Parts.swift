extension Column {
  /// Calls `body` with each run of this column, cut to the ranges of a set, ascending.
  public func forEachRun(in indexes: Bitmap, _ body: (Run, IndexRange) -> Void) {
    let ranges = indexes.ranges
    guard let first = ranges.first?.first else { return }
    var (i, j) = (runs.partitioningIndex { $0.range.last >= first }, 0)
    while i < runs.count && j < ranges.count {
      let first = Swift.max(runs[i].range.first, ranges[j].first)
      let last = Swift.min(runs[i].range.last, ranges[j].last)
      if first <= last { body(runs[i], IndexRange(first, last)) }
      if runs[i].range.last < ranges[j].last { i += 1 } else { j += 1 }
    }
  }

  /// The values at the indexes of a set, 0 elsewhere; O(runs + ranges + literals kept).
  public func restricted(to indexes: Bitmap) -> Column {
    var builder = ColumnBuilder()
    forEachRun(in: indexes) { builder.append($0, of: self, in: $1) }
    return builder.finish()
  }

  /// The values outside a set, 0 at its indexes.
  public func removing(_ indexes: Bitmap) -> Column {
    restricted(to: support.subtracting(indexes))
  }

  /// This column with the values of another at the other's indexes; O(runs + literals of both).
  public func overlaid(with other: Column) -> Column {
    if other.isEmpty { return self }
    let kept = removing(other.support)
    var builder = ColumnBuilder()
    var (i, j) = (0, 0)
    while i < kept.runs.count || j < other.runs.count {
      let takesKept =
        j == other.runs.count
        || (i < kept.runs.count && kept.runs[i].range.first < other.runs[j].range.first)
      let (source, run) = takesKept ? (kept, kept.runs[i]) : (other, other.runs[j])
      builder.append(run, of: source, in: run.range)
      if takesKept { i += 1 } else { j += 1 }
    }
    return builder.finish()
  }

  func setting(_ index: UInt32, _ value: UInt64) -> Column {
    overlaid(with: Column(value, at: Bitmap(IndexRange(index, index))))
  }

  /// Calls `body` with each index and its value, ascending; O(indexes): callers bound them first.
  public func forEachValue(_ body: (UInt32, UInt64) -> Void) {
    for run in runs {
      for index in run.range.first...run.range.last { body(index, value(of: run, at: index)) }
    }
  }
}
