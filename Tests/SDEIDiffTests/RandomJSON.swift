import SDEIDiff
import SDEITestSupport
import SDEIWire

/// Random documents and patches of them, by seed.
struct RandomJSON {
  var random: SplitMix64

  init(seed: UInt64) { random = SplitMix64(seed: seed) }

  private static let keys = [
    "a", "b", "c", "vcpus", "value", "event", "0", "1", "-", "", "x/y", "~", "~1", "é",
  ]

  mutating func value(depth: Int = 0) -> JSONNode {
    let kind = random.below(depth < 4 ? 10 : 6)
    let value: JSONNode.Value =
      switch kind {
      case 0: .null
      case 1: .bool(random.oneIn(2))
      case 2, 3: .number(random.oneIn(9) ? random.next() : random.below(4))
      case 4, 5: .string(random.pick(["", "x", "0-3", "0x1f", "é\n\"\\", "λ/~"]))
      case 6, 7: .array((0..<random.below(6)).map { _ in self.value(depth: depth + 1) })
      default: .object(members(depth: depth + 1))
      }
    return JSONNode(offset: 0, value: value)
  }

  private mutating func members(depth: Int) -> [JSONMember] {
    let count = Int(random.below(6))
    return Self.keys.shuffled(using: &random).prefix(count).map {
      JSONMember(key: $0, node: value(depth: depth))
    }
  }

  /// The value with some places changed.
  mutating func changed(_ node: JSONNode, depth: Int = 0) -> JSONNode {
    if random.oneIn(12) { return value(depth: depth) }
    switch node.value {
    case .array(var items):
      items = items.map { changed($0, depth: depth + 1) }
      if random.oneIn(4), !items.isEmpty {
        items.remove(at: Int(random.below(UInt64(items.count))))
      }
      if random.oneIn(4) {
        items.insert(value(depth: depth + 1), at: Int(random.below(UInt64(items.count + 1))))
      }
      if random.oneIn(6) { items.shuffle(using: &random) }
      return JSONNode(offset: 0, value: .array(items))
    case .object(var members):
      members = members.map { JSONMember(key: $0.key, node: changed($0.node, depth: depth + 1)) }
      if random.oneIn(4) { _ = members.popLast() }
      if random.oneIn(4),
        let key = Self.keys.first(where: { key in
          !members.contains { $0.key == key }
        })
      {
        members.append(JSONMember(key: key, node: value(depth: depth + 1)))
      }
      return JSONNode(offset: 0, value: .object(members))
    default: return node
    }
  }

  /// A place in a value, or one beside it.
  mutating func pointer(in node: JSONNode) -> JSONPointer {
    var (node, tokens) = (node, [] as [String])
    while !random.oneIn(4) {
      switch node.value {
      case .array(let items) where !items.isEmpty && !random.oneIn(6):
        let index = Int(random.below(UInt64(items.count)))
        tokens.append(String(index))
        node = items[index]
      case .object(let members) where !members.isEmpty && !random.oneIn(6):
        let member = random.pick(members)
        tokens.append(member.key)
        node = member.node
      case .array(let items):
        return JSONPointer(tokens + [random.pick(["-", String(items.count), "00", "x", "9", ""])])
      case .object: return JSONPointer(tokens + [random.pick(Self.keys)])
      default: return JSONPointer(random.oneIn(9) ? tokens + ["a"] : tokens)
      }
    }
    return JSONPointer(tokens)
  }

  /// Operations of which most can be done; those after one that can not are about nothing.
  mutating func patch(of node: JSONNode) throws -> JSONPatchDocument {
    var (node, operations) = (node, [] as [JSONPatchOperation])
    for _ in 0..<1 + random.below(8) {
      let path = pointer(in: node)
      let other = pointer(in: node)
      guard let value = JSONValue(self.value(depth: 2)) else { throw NothingToTest(what: "value") }
      let action: JSONPatchOperation.Action =
        switch random.below(7) {
        case 0, 1: .add(value)
        case 2: .remove
        case 3: .replace(value)
        case 4: .move(from: other)
        case 5: .copy(from: other)
        default:
          .test(
            JSONEdit.value(node, at: path.tokens[...])
              .flatMap { JSONValue(JSONNode(offset: 0, value: $0)) } ?? value
          )
        }
      operations.append(JSONPatchOperation(action, path))
      guard let before = JSONValue(node) else { throw NothingToTest(what: "value") }
      let step = JSONPatchDocument([operations[operations.count - 1]])
      if let after = try? step.applied(to: before) { node = after.node }
    }
    return JSONPatchDocument(operations)
  }
}
