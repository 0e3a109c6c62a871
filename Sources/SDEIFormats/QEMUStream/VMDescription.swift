internal import SDEIModel
internal import SDEIWire

/// The description at a stream's end: which device wrote which fields, in JSON.
struct VMDescription {
  /// What a device's section is found by.
  struct Key: Hashable {
    var name: String
    var instance: UInt64
  }

  /// A field as the description tells it.
  struct Field {
    var name: String
    /// The bytes of one element.
    var size: UInt64
    var count: UInt64
  }

  let pageSize: UInt64?
  let devices: [JSONNode]
  private let ranks: [Key: Int]

  /// Where the description's item begins among the bytes kept, nil where they end without one.
  ///
  /// A type byte whose length reaches exactly to the end: no byte of a JSON text can be one, so the
  /// last such place is it. O(bytes).
  static func position(in kept: RawSpan) -> Int? {
    var position = kept.byteCount - 7
    while position >= 0 {
      if kept[position] == QEMULayout.Item.description.rawValue,
        kept.bigEndian(at: position + 1, count: 4) == UInt64(kept.byteCount - position - 5),
        kept[position + 5] == UInt8(ascii: "{")
      {
        return position
      }
      position -= 1
    }
    return nil
  }

  /// Parses the text of a description, which stands at `base` of the stream.
  init(_ text: RawSpan, base: Int) throws(DecodeError) {
    let root: JSONNode
    do throws(JSONError) {
      // QEMU writes some objects with a key twice; whoever reads a member asks for one.
      root = try JSONParser.parse(text, base: base, duplicates: .kept)
    } catch {
      throw DecodeError(
        .syntax,
        at: error.offset,
        "description",
        found: error.found,
        expected: error.expected,
        action: "copy the stream again; if the copies agree, report it to the producer"
      )
    }
    pageSize = try Self.member("page_size", of: root).map { (node) throws(DecodeError) in
      try Self.number(node, "page_size")
    }
    devices = try Self.items("devices", of: root)
    var ranks: [Key: Int] = [:]
    for (rank, device) in devices.enumerated() {
      let key = Key(
        name: try Self.text("name", of: device),
        instance: try Self.number("instance_id", of: device)
      )
      guard ranks.updateValue(rank, forKey: key) == nil else {
        throw Self.wrong(
          device,
          "the device \"\(streamText(Array(key.name.utf8)))\", instance \(key.instance), again",
          "each device once"
        )
      }
    }
    self.ranks = ranks
  }

  /// The rank of a device among all, nil where there is none of that name and instance.
  func rank(_ name: String, _ instance: UInt32) -> Int? {
    ranks[Key(name: name, instance: UInt64(instance))]
  }

  // MARK: Members

  /// The fields of a device, struct or subsection, in their order.
  static func fields(of node: JSONNode) throws(DecodeError) -> [Field] {
    var fields: [Field] = []
    for item in try items("fields", of: node) {
      let count = try member("array_len", of: item).map { (node) throws(DecodeError) in
        try number(node, "array_len")
      }
      fields.append(
        Field(
          name: try text("name", of: item),
          size: try number("size", of: item),
          count: count ?? 1
        )
      )
    }
    return fields
  }

  /// The subsections of a device or subsection that were written, in their order.
  static func subsections(of node: JSONNode) throws(DecodeError) -> [JSONNode] {
    guard try member("subsections", of: node) != nil else { return [] }
    return try items("subsections", of: node)
  }

  /// A member, nil where there is none; one that is there twice says two things.
  static func member(_ key: String, of node: JSONNode) throws(DecodeError) -> JSONNode? {
    guard case .object(let members) = node.value else {
      throw wrong(node, node.kind, "an object")
    }
    var found: JSONNode?
    for member in members where member.key == key {
      if found != nil { throw wrong(member.node, "\"\(key)\" again", "it once") }
      found = member.node
    }
    return found
  }

  static func text(_ key: String, of node: JSONNode) throws(DecodeError) -> String {
    guard let found = try member(key, of: node), case .string(let text) = found.value else {
      throw wrong(node, "no text \"\(key)\"", "one")
    }
    return text
  }

  static func number(_ key: String, of node: JSONNode) throws(DecodeError) -> UInt64 {
    guard let found = try member(key, of: node) else {
      throw wrong(node, "no number \"\(key)\"", "one")
    }
    return try number(found, key)
  }

  private static func number(_ node: JSONNode, _ key: String) throws(DecodeError) -> UInt64 {
    guard case .number(let number) = node.value else {
      throw wrong(node, "\(node.kind) as \"\(key)\"", "a whole number")
    }
    return number
  }

  private static func items(_ key: String, of node: JSONNode) throws(DecodeError) -> [JSONNode] {
    guard let found = try member(key, of: node), case .array(let items) = found.value else {
      throw wrong(node, "no list \"\(key)\"", "one")
    }
    return items
  }

  static func wrong(_ node: JSONNode, _ found: String, _ expected: String) -> DecodeError {
    DecodeError(.structure, at: node.offset, "description", found: found, expected: expected)
  }
}
