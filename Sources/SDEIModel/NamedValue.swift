/// A byte-sized value with names for the values that the specification defines.
///
/// Its text is the name, or the value in hexadecimal where there is none.
public protocol NamedValue: RawRepresentable, CustomStringConvertible, Sendable
where RawValue == UInt8 {
  /// Makes the value from the byte as stored; every value is accepted.
  init(rawValue: UInt8)
  /// The defined values and their names.
  static var names: [(value: Self, name: String)] { get }
}

extension NamedValue {
  /// The name, or `0x..` for a value without one.
  public var description: String {
    Self.names.first { $0.value.rawValue == rawValue }?.name ?? hex(UInt64(rawValue))
  }

  /// Whether the specification names this value.
  public var isDefined: Bool { Self.names.contains { $0.value.rawValue == rawValue } }
}
