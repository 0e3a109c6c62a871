import SDEIWire

/// Changes a JSON text at one place, leaf by leaf.
package enum JSONEdit {
  /// Every leaf of a tree, and every key of an object, with its path.
  package static func leaves(_ node: JSONNode, _ path: [String] = []) -> [[String]] {
    switch node.value {
    case .object(let members): members.flatMap { leaves($0.node, path + [$0.key]) }
    case .array(let items): items.enumerated().flatMap { leaves($1, path + [String($0)]) }
    default: [path]
    }
  }

  package static func value(_ node: JSONNode, at path: ArraySlice<String>) -> JSONNode.Value? {
    guard let step = path.first else { return node.value }
    switch node.value {
    case .object(let members):
      return members.first { $0.key == step }.flatMap { value($0.node, at: path.dropFirst()) }
    case .array(let items):
      guard let index = Int(step), index < items.count else { return nil }
      return value(items[index], at: path.dropFirst())
    default: return nil
    }
  }

  /// The text with the leaf at a path replaced, or (with `key`) the last key of the path renamed.
  package static func text(
    _ node: JSONNode,
    replacing path: ArraySlice<String>,
    with value: JSONNode.Value? = nil,
    key: String? = nil
  ) -> String {
    guard let step = path.first else { return value.map(text) ?? text(node.value) }
    switch node.value {
    case .object(let members):
      let parts = members.map { member -> String in
        guard member.key == step else { return "\"\(member.key)\":" + text(member.node.value) }
        if path.count == 1, let key { return "\"\(key)\":" + text(member.node.value) }
        return "\"\(member.key)\":"
          + text(member.node, replacing: path.dropFirst(), with: value, key: key)
      }
      return "{" + parts.joined(separator: ",") + "}"
    case .array(let items):
      let parts = items.enumerated().map { number, item in
        String(number) == step
          ? text(item, replacing: path.dropFirst(), with: value, key: key) : text(item.value)
      }
      return "[" + parts.joined(separator: ",") + "]"
    default: return text(node.value)
    }
  }

  /// The text without the member that a path leads to.
  package static func text(_ node: JSONNode, removing path: ArraySlice<String>) -> String {
    guard case .object(let members) = node.value, let step = path.first else {
      return text(node.value)
    }
    let parts = members.compactMap { member -> String? in
      if member.key != step { return "\"\(member.key)\":" + text(member.node.value) }
      if path.count == 1 { return nil }
      return "\"\(member.key)\":" + text(member.node, removing: path.dropFirst())
    }
    return "{" + parts.joined(separator: ",") + "}"
  }

  private static func text(_ value: JSONNode.Value) -> String {
    switch value {
    case .null: "null"
    case .bool(let bool): bool ? "true" : "false"
    case .number(let number): String(number)
    case .otherNumber: "-1"
    case .string(let string):
      "\"" + string.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
    case .array(let items): "[" + items.map { text($0.value) }.joined(separator: ",") + "]"
    case .object(let members):
      "{" + members.map { "\"\($0.key)\":" + text($0.node.value) }.joined(separator: ",") + "}"
    }
  }
}
