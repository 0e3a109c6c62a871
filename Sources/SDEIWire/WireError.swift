/// A failure to read bytes: what went wrong, and where.
public struct WireError: Error, Hashable, Sendable {
  /// What went wrong.
  public enum Code: UInt8, Sendable {
    /// The bytes end before the value does.
    case truncated
    /// A variable-length number is longer than it needs to be.
    case notMinimal
    /// A variable-length number does not fit.
    case overflow
    /// A text is not UTF-8.
    case notUTF8
  }

  /// What went wrong.
  public let code: Code
  /// The offset of the value that could not be read, from the start of the input.
  public let offset: Int
  /// How many bytes the value needs, where that is known.
  public let needed: UInt64
  /// How many bytes there are from the offset on.
  public let available: Int

  @inline(never)
  init(_ code: Code, at offset: Int, needed: UInt64 = 0, available: Int = 0) {
    self.code = code
    self.offset = offset
    self.needed = needed
    self.available = available
  }
}

extension WireError: CustomStringConvertible {
  /// What was found, without the offset.
  public var description: String {
    switch code {
    case .truncated: "\(needed) bytes are needed and \(available) are left"
    case .notMinimal: "a number is written longer than it needs to be"
    case .overflow: "a number does not fit in 64 bits"
    case .notUTF8: "a text is not valid UTF-8"
    }
  }
}
