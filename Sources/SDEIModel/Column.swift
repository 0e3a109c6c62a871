/// A map from 32-bit indexes (vCPUs, or slots of an event) to 64-bit values, 0 where nothing is
/// stored, kept folded.
///
/// It is cut into runs: a constant, an arithmetic progression (modulo 2^64), or literal values. The
/// cut follows from the values alone (`ColumnBuilder`), so equal maps are equal values, and memory
/// follows what differs: a column with one entry point for a million vCPUs is one run. A run never
/// contains the value 0.
public struct Column: Hashable, Sendable {
  /// One run of consecutive indexes with non-zero values.
  public struct Run: Hashable, Sendable {
    /// The indexes.
    public var range: IndexRange
    /// The values at those indexes.
    public var values: Values
  }

  /// The values of one run.
  public enum Values: Hashable, Sendable {
    /// base + i * stride modulo 2^64 at the i-th index; a stride of 0 is a constant.
    case affine(base: UInt64, stride: UInt64)
    /// The column's literals from this position on, one for each index.
    case literal(position: Int)
  }

  /// The runs, ascending.
  public internal(set) var runs: [Run] = []
  /// The values of all literal runs, one after another.
  public internal(set) var literals: [UInt64] = []

  /// Makes a column of zeros.
  public init() {}

  /// Makes a column that has one value at all indexes of a set.
  public init(_ value: UInt64, at indexes: Bitmap) {
    var builder = ColumnBuilder()
    indexes.forEachRange { builder.append($0, base: value, stride: 0) }
    self = builder.finish()
  }

  /// Makes a column from values at index 0 and up; O(values).
  public init(_ values: some Sequence<UInt64>) {
    var builder = ColumnBuilder()
    var index: UInt32 = 0
    for value in values {
      builder.append(index, value)
      index += 1
    }
    self = builder.finish()
  }

  /// Whether every value is 0.
  public var isEmpty: Bool { runs.isEmpty }

  /// The largest index with a value other than 0, nil when there is none.
  public var max: UInt32? { runs.last?.range.last }

  /// The value at an index; reading is O(log runs), writing O(runs + literals).
  public subscript(index: UInt32) -> UInt64 {
    get {
      let next = runs.partitioningIndex { $0.range.first > index }
      guard next > 0, runs[next - 1].range.last >= index else { return 0 }
      return value(of: runs[next - 1], at: index)
    }
    set { self = removing(Bitmap(IndexRange(index, index))).setting(index, newValue) }
  }

  /// The value of one run at one of its indexes.
  public func value(of run: Run, at index: UInt32) -> UInt64 {
    let offset = index - run.range.first
    return switch run.values {
    case .affine(let base, let stride): base &+ UInt64(offset) &* stride
    case .literal(let position): literals[position + Int(offset)]
    }
  }

  /// The indexes with a value other than 0.
  public var support: Bitmap {
    var builder = BitmapBuilder()
    for run in runs { builder.append(run.range) }
    return builder.finish()
  }
}
