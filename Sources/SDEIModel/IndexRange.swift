/// A run of consecutive 32-bit indexes (vCPUs, or slots of an event), both ends included.
public struct IndexRange: Hashable, Sendable {
  /// The first index.
  public var first: UInt32
  /// The last index, not below `first`.
  public var last: UInt32

  /// Makes a range; `last` must not be below `first`.
  public init(_ first: UInt32, _ last: UInt32) {
    precondition(first <= last, "a range ends before it starts")
    self.first = first
    self.last = last
  }

  /// The number of indexes, 1...2^32.
  public var count: UInt64 { UInt64(last) - UInt64(first) + 1 }
}

extension IndexRange: CustomStringConvertible {
  /// `17`, or `0-511`.
  public var description: String { first == last ? "\(first)" : "\(first)-\(last)" }
}
