internal import SDEIModel

/// Tells two states apart without holding them.
public struct SnapshotDigest: RawRepresentable, Hashable, Sendable {
  /// The digest's value.
  public let rawValue: UInt64

  /// Makes a digest from its value.
  public init(rawValue: UInt64) { self.rawValue = rawValue }
}
