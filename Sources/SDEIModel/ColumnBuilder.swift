/// Builds a `Column` from values in ascending order of index.
///
/// The cut into runs (schemas/sdei-snapshot.md, section 2): in each stretch of consecutive non-zero
/// values, the longest arithmetic progression from the first index on is a run when it has at least
/// `minimumRun` members; otherwise that index is literal. Equal maps give equal runs however they
/// were appended.
public struct ColumnBuilder {
  /// The smallest number of members of a constant or affine run.
  public static let minimumRun: UInt64 = 4

  private var column = Column()
  /// The progression that may become a run: all of it lies behind what was emitted.
  private var candidate = Progression(first: 0, count: 0, base: 0, stride: 0)

  private struct Progression {
    var first: UInt32
    var count: UInt64
    var base: UInt64
    var stride: UInt64

    /// The index behind the last member.
    var end: UInt64 { UInt64(first) + count }
    /// The value that would continue the progression.
    var next: UInt64 { base &+ count &* stride }
  }

  /// Makes a builder of a column of zeros.
  public init() {}

  /// Sets the value at an index, which must lie behind all indexes before; amortised O(1).
  public mutating func append(_ index: UInt32, _ value: UInt64) {
    precondition(UInt64(index) >= candidate.end, "indexes must ascend")
    if value == 0 { return }
    if candidate.count == 0 || UInt64(index) > candidate.end {
      closeStretch()
      candidate = Progression(first: index, count: 1, base: value, stride: 0)
    } else if candidate.count == 1 {
      candidate.stride = value &- candidate.base
      candidate.count = 2
    } else if value == candidate.next {
      candidate.count += 1
    } else {
      closeProgression()
      append(index, value)
    }
  }

  /// Sets base + i * stride at the i-th index of a range behind all indexes before.
  ///
  /// O(1) but for members of value 0, which cut the range; see `zeros(base:stride:count:)`.
  public mutating func append(_ range: IndexRange, base: UInt64, stride: UInt64) {
    var (first, base, left) = (UInt64(range.first), base, range.count)
    while left > 0 {
      let zero = Self.firstZero(base: base, stride: stride, count: left)
      appendNonZero(first, count: zero ?? left, base: base, stride: stride)
      guard let zero else { return }
      if stride == 0 { return }
      first += zero + 1
      base = base &+ (zero + 1) &* stride
      left -= zero + 1
    }
  }

  /// Sets the values of one run of another column, restricted to `range`.
  public mutating func append(_ run: Column.Run, of other: Column, in range: IndexRange) {
    switch run.values {
    case .affine(_, let stride):
      append(range, base: other.value(of: run, at: range.first), stride: stride)
    case .literal:
      for index in range.first...range.last { append(index, other.value(of: run, at: index)) }
    }
  }

  /// The column of all values set, cut into its runs.
  public consuming func finish() -> Column {
    closeStretch()
    return column
  }

  private mutating func appendNonZero(
    _ first: UInt64,
    count: UInt64,
    base: UInt64,
    stride: UInt64
  ) {
    // Three members decide what becomes of a progression that went before; from then on the
    // candidate has this stride, and the rest is a sum.
    let singly = min(count, 3)
    for i in 0..<singly { append(UInt32(first + i), base &+ i &* stride) }
    candidate.count += count - singly
  }

  /// Ends the candidate because another value follows it directly.
  private mutating func closeProgression() {
    if candidate.count >= Self.minimumRun { return closeStretch() }
    // Too short: all but its last member are literal, and that one may start another.
    let last = candidate.count - 1
    emitLiterals(count: last)
    candidate = Progression(
      first: candidate.first + UInt32(last),
      count: 1,
      base: candidate.base &+ last &* candidate.stride,
      stride: 0
    )
  }

  /// Ends the candidate because nothing follows it directly.
  private mutating func closeStretch() {
    guard candidate.count > 0 else { return }
    if candidate.count >= Self.minimumRun {
      let range = IndexRange(candidate.first, UInt32(candidate.end - 1))
      let values = Column.Values.affine(base: candidate.base, stride: candidate.stride)
      column.runs.append(Column.Run(range: range, values: values))
    } else {
      emitLiterals(count: candidate.count)
    }
    candidate = Progression(
      first: UInt32(truncatingIfNeeded: candidate.end),
      count: 0,
      base: 0,
      stride: 0
    )
  }

  private mutating func emitLiterals(count: UInt64) {
    for i in 0..<count {
      let index = candidate.first + UInt32(i)
      let position = column.literals.count
      column.literals.append(candidate.base &+ i &* candidate.stride)
      if case .literal? = column.runs.last?.values,
        let last = column.runs.last?.range.last, UInt64(last) + 1 == UInt64(index)
      {
        column.runs[column.runs.count - 1].range.last = index
      } else {
        let range = IndexRange(index, index)
        column.runs.append(Column.Run(range: range, values: .literal(position: position)))
      }
    }
  }

  /// The first i below `count` at which base + i * stride is 0 modulo 2^64.
  package static func firstZero(base: UInt64, stride: UInt64, count: UInt64) -> UInt64? {
    guard base != 0 else { return count > 0 ? 0 : nil }
    guard stride != 0 else { return nil }
    let shift = UInt64(stride.trailingZeroBitCount)
    guard base & ((1 << shift) - 1) == 0 else { return nil }
    // i = -base / stride in the integers modulo 2^(64 - shift): divide by the odd part.
    let odd = stride >> shift
    var inverse = odd
    for _ in 0..<5 { inverse = inverse &* (2 &- odd &* inverse) }
    let i = ((0 &- base) >> shift) &* inverse & (~0 >> shift)
    return i < count ? i : nil
  }

  /// How many members of base + i * stride, i < count, are 0 modulo 2^64.
  public static func zeros(base: UInt64, stride: UInt64, count: UInt64) -> UInt64 {
    guard let first = firstZero(base: base, stride: stride, count: count) else { return 0 }
    guard stride != 0 else { return count }
    let shift = UInt64(stride.trailingZeroBitCount)
    guard shift > 0 else { return 1 }  // the period is 2^64
    return 1 + (count - 1 - first) >> (64 - shift)
  }
}
