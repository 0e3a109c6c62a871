public import SDEIFormats
package import SDEIWire

extension JSONValue {
  /// Reads a text.
  ///
  /// - Throws: `DecodeError` with the offset of what is no JSON, or a number that is no whole one.
  public init(reading bytes: RawSpan) throws(DecodeError) {
    let node: JSONNode
    do throws(JSONError) { node = try JSONParser.parse(bytes) } catch { throw DecodeError(error) }
    try self.init(JSONScope(node: node, path: ""))
  }

  /// The value's text; the members of objects ascend.
  public func text() -> [UInt8] {
    var json = JSONWriter()
    write(&json)
    return json.finish()
  }

  /// Reads a value of a text.
  ///
  /// - Throws: `DecodeError` at a number that is no whole one of 64 bits.
  package init(_ scope: JSONScope) throws(DecodeError) {
    guard let value = JSONValue(scope.node) else {
      throw scope.error(
        "whole numbers from 0 to 2^64 - 1, as a state's document has them",
        found: "a number that is negative, fractional or too large"
      )
    }
    self = value
  }

  /// A parsed value, nil where a number in it is no whole one.
  package init?(_ node: JSONNode) {
    switch node.value {
    case .null: self = .null
    case .bool(let bool): self = .bool(bool)
    case .number(let number): self = .number(number)
    case .otherNumber: return nil
    case .string(let string): self = .string(string)
    case .array(let nodes):
      var items: [JSONValue] = []
      items.reserveCapacity(nodes.count)
      for node in nodes {
        guard let item = JSONValue(node) else { return nil }
        items.append(item)
      }
      self = .array(JSONItems(items))
    case .object(let nodes):
      var members: [JSONMembers.Member] = []
      members.reserveCapacity(nodes.count)
      for member in nodes {
        guard let value = JSONValue(member.node) else { return nil }
        members.append(JSONMembers.Member(key: member.key, value: value))
      }
      self = .object(JSONMembers(members))
    }
  }

  /// The value as one of a text that no one has seen: without offsets.
  package var node: JSONNode {
    let value: JSONNode.Value =
      switch self {
      case .null: .null
      case .bool(let bool): .bool(bool)
      case .number(let number): .number(number)
      case .string(let string): .string(string)
      case .array(let items): .array(items.list.elements.map(\.node))
      case .object(let members):
        .object(members.list.elements.map { JSONMember(key: $0.key, node: $0.value.node) })
      }
    return JSONNode(offset: 0, value: value)
  }

  /// Writes the value; the members of objects ascend.
  package func write(_ json: inout JSONWriter) {
    switch self {
    case .null: json.null()
    case .bool(let bool): json.bool(bool)
    case .number(let number): json.number(number)
    case .string(let string): json.string(string)
    case .array(let items):
      json.array { json in for item in items.list.elements { item.write(&json) } }
    case .object(let members):
      json.object { json in
        for member in members.list.elements {
          json.key(member.key)
          member.value.write(&json)
        }
      }
    }
  }
}
