import SDEIModel
import SDEIWire

/// A JSON value of a recording, with access that fails the test where it finds nothing.
package struct TraceValue: Sendable {
  package let node: JSONNode
  /// The line that it stands in.
  private let source: [UInt8]

  package init(line: [UInt8]) throws {
    node = try line.withBytes { try JSONParser.parse($0) }
    source = line
  }

  private init(_ node: JSONNode, _ source: [UInt8]) {
    self.node = node
    self.source = source
  }

  package subscript(key: String) -> TraceValue? {
    guard case .object(let members) = node.value else { return nil }
    return members.first { $0.key == key }.map { TraceValue($0.node, source) }
  }

  package var items: [TraceValue] {
    guard case .array(let items) = node.value else { return [] }
    return items.map { TraceValue($0, source) }
  }

  package var members: [(key: String, value: TraceValue)] {
    guard case .object(let members) = node.value else { return [] }
    return members.map { ($0.key, TraceValue($0.node, source)) }
  }

  package var text: String? { if case .string(let text) = node.value { text } else { nil } }

  package var isTrue: Bool { if case .bool(let bool) = node.value { bool } else { false } }

  package var isNull: Bool { if case .null = node.value { true } else { false } }

  /// A number, given as a number or as a text: `0x..` or decimal.
  package var number: UInt64? {
    switch node.value {
    case .number(let number): number
    case .string(let text):
      text.hasPrefix("0x") ? UInt64(text.dropFirst(2), radix: 16) : UInt64(text)
    default: nil
    }
  }

  /// A number that may be negative, as errnos are.
  package var signed: Int64? {
    if let number { return Int64(exactly: number) }
    let digits = source[node.offset...].prefix { $0 == UInt8(ascii: "-") || (48...57).contains($0) }
    return Int64(String(decoding: digits, as: UTF8.self))
  }
}

/// One operation of a recording: what was done, and what the real code did.
package struct TraceStep: Sendable {
  package let op: TraceValue
  package let result: TraceValue
  package let line: String

  package init(op: TraceValue, result: TraceValue, line: String) {
    self.op = op
    self.result = result
    self.line = line
  }

  package var name: String { op["op"]?.text ?? "" }
}
