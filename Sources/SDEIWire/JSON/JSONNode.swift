/// A value of a JSON text (RFC 8259), with the place where it stands.
public struct JSONNode: Sendable {
  /// What the value is.
  public enum Value: Sendable {
    /// `null`.
    case null
    /// `true` or `false`.
    case bool(Bool)
    /// A whole number from 0 to 2^64 - 1, written without sign, fraction or exponent.
    case number(UInt64)
    /// Any other number.
    case otherNumber
    /// A text.
    case string(String)
    /// An array.
    case array([JSONNode])
    /// An object; its keys are distinct unless the parser was told to keep such as are not.
    case object([JSONMember])
  }

  /// The offset of its first byte in the text.
  public let offset: Int
  /// What it is.
  public let value: Value

  /// Makes a value that stands at an offset.
  public init(offset: Int, value: Value) { (self.offset, self.value) = (offset, value) }

  /// What kind of value it is, in words.
  public var kind: String {
    switch value {
    case .null: "null"
    case .bool(let bool): bool ? "true" : "false"
    case .number(let number): "the number \(number)"
    case .otherNumber: "a number that is negative, fractional or too large"
    case .string(let string): "the text \"\(string.prefix(40))\""
    case .array(let items): "an array of \(items.count)"
    case .object(let members): "an object with \(members.count) members"
    }
  }
}

/// A member of a JSON object.
public struct JSONMember: Sendable {
  /// The key.
  public let key: String
  /// The value.
  public let node: JSONNode

  /// Makes a member.
  public init(key: String, node: JSONNode) { (self.key, self.node) = (key, node) }
}

/// Why a text is not JSON, and where.
public struct JSONError: Error, Hashable, Sendable {
  /// The offset of the byte that does not fit.
  public let offset: Int
  /// What was found.
  public let found: String
  /// What was expected.
  public let expected: String
}
