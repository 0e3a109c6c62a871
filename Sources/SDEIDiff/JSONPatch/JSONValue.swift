/// A JSON value that can be changed, as RFC 6902 changes values.
///
/// A number is a whole one from 0 to 2^64 - 1: a state's `json` document has no other. A copy is O(1),
/// and a change of one place O(depth * log n).
public enum JSONValue: Sendable {
  /// `null`.
  case null
  /// `true` or `false`.
  case bool(Bool)
  /// A whole number.
  case number(UInt64)
  /// A text.
  case string(String)
  /// An array.
  case array(JSONItems)
  /// An object.
  case object(JSONMembers)
}

/// The items of an array.
public struct JSONItems: Hashable, Sendable {
  var list: MeasuredList<JSONValue>

  init(_ items: [JSONValue] = []) { list = MeasuredList(items) }

  /// Compares the items in their order.
  public static func == (lhs: Self, rhs: Self) -> Bool {
    lhs.list.count == rhs.list.count && lhs.list.elements == rhs.list.elements
  }

  /// Feeds the items.
  public func hash(into hasher: inout Hasher) { hasher.combine(list.elements) }
}

/// What is known of a value without a walk through it.
struct JSONMeasure: Hashable, Sendable {
  /// The bytes that a value is counted with beside those of its texts.
  static let valueSize: UInt64 = 64

  /// No value.
  static let nothing = JSONMeasure(size: 0, depth: 0)

  /// The memory of the value and all in it, each copy counted; it saturates.
  var size: UInt64
  /// How deep arrays and objects are nested in it, itself included.
  var depth: Int

  init(size: UInt64, depth: Int) { (self.size, self.depth) = (size, depth) }

  /// A value with a text of so many bytes.
  init(text: Int) { self.init(size: Self.valueSize + UInt64(text), depth: 0) }

  func beside(_ other: JSONMeasure) -> JSONMeasure {
    let (sum, overflow) = size.addingReportingOverflow(other.size)
    return JSONMeasure(size: overflow ? .max : sum, depth: max(depth, other.depth))
  }

  var inContainer: JSONMeasure {
    var result = beside(JSONMeasure(text: 0))
    result.depth += 1
    return result
  }
}

extension JSONValue: Measured {
  var measure: JSONMeasure {
    switch self {
    case .null, .bool, .number: JSONMeasure(text: 0)
    case .string(let string): JSONMeasure(text: string.utf8.count)
    case .array(let items): items.list.measure.inContainer
    case .object(let members): members.list.measure.inContainer
    }
  }

  /// What the value is, in a few words.
  var summary: String {
    switch self {
    case .null: "null"
    case .bool(let bool): bool ? "true" : "false"
    case .number(let number): "\(number)"
    case .string(let string): "\"\(string.prefix(80))\"" + (string.utf8.count > 80 ? "..." : "")
    case .array(let items):
      items.list.count == 1 ? "an array of 1 item" : "an array of \(items.list.count) items"
    case .object(let members):
      members.list.count == 1
        ? "an object with 1 member" : "an object with \(members.list.count) members"
    }
  }
}

extension JSONValue: Hashable {
  /// Compares as RFC 6902 does: texts by their code points, objects without regard to order.
  public static func == (lhs: JSONValue, rhs: JSONValue) -> Bool {
    switch (lhs, rhs) {
    case (.null, .null): true
    case (.bool(let one), .bool(let other)): one == other
    case (.number(let one), .number(let other)): one == other
    case (.string(let one), .string(let other)): one.utf8.elementsEqual(other.utf8)
    case (.array(let one), .array(let other)): one == other
    case (.object(let one), .object(let other)): one == other
    default: false
    }
  }

  /// Feeds the value.
  public func hash(into hasher: inout Hasher) {
    switch self {
    case .null: hasher.combine(0)
    case .bool(let bool): hasher.combine(bool)
    case .number(let number): hasher.combine(number)
    case .string(let string): hasher.combine(string)
    case .array(let items): hasher.combine(items)
    case .object(let members): hasher.combine(members)
    }
  }
}
