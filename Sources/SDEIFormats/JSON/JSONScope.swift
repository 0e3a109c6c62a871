public import SDEIModel
package import SDEIWire

/// A value of a JSON text with the path that leads to it, read with checks that name both.
package struct JSONScope {
  package let node: JSONNode
  package let path: String

  package init(node: JSONNode, path: String) {
    self.node = node
    self.path = path
  }

  package func error(
    _ expected: String,
    found: String? = nil,
    _ code: DecodeError.Code = .value
  ) -> DecodeError {
    DecodeError(
      code,
      at: node.offset,
      path,
      found: found ?? node.kind,
      expected: expected,
      action: "correct the text at this place"
    )
  }

  /// The members of an object whose keys are all among `known`.
  package func members(_ known: Set<String>) throws(DecodeError) -> [String: JSONScope] {
    var result: [String: JSONScope] = [:]
    for member in try object() {
      guard known.contains(member.key) else {
        throw member.scope.error(
          "one of " + known.sorted().joined(separator: ", "),
          found: "the unknown member "
            + "\"\(member.key.prefix(40))\"",
          .structure
        )
      }
      result[member.key] = member.scope
    }
    return result
  }

  /// The members of an object, in their order.
  ///
  /// One at a time: the paths of all of them would take more memory than the text.
  package func object() throws(DecodeError) -> some Sequence<(key: String, scope: JSONScope)> {
    guard case .object(let members) = node.value else { throw error("an object") }
    return members.lazy.map { member in
      let name = path.isEmpty ? member.key : "\(path).\(member.key)"
      return (member.key, JSONScope(node: member.node, path: name))
    }
  }

  /// The items of an array, in their order, one at a time.
  package func items() throws(DecodeError) -> some Sequence<JSONScope> {
    guard case .array(let items) = node.value else { throw error("an array") }
    return items.enumerated().lazy.map { JSONScope(node: $1, path: "\(path)[\($0)]") }
  }

  package func string() throws(DecodeError) -> String {
    guard case .string(let string) = node.value else { throw error("a text") }
    return string
  }

  package func bool() throws(DecodeError) -> Bool {
    guard case .bool(let bool) = node.value else { throw error("true or false") }
    return bool
  }

  package func number<T: FixedWidthInteger & UnsignedInteger>(
    _: T.Type = T.self
  ) throws(DecodeError) -> T {
    guard case .number(let number) = node.value, let value = T(exactly: number) else {
      throw error("a whole number of \(T.bitWidth) bits")
    }
    return value
  }

  /// A text of `0x` and hexadecimal digits.
  package func hex() throws(DecodeError) -> UInt64 {
    guard let value = Self.hexValue(try string()) else {
      throw error("a text like \"0x1f\", at most 64 bits")
    }
    return value
  }

  package static func hexValue(_ text: String) -> UInt64? {
    guard text.hasPrefix("0x"), text.utf8.count <= 18, !text.dropFirst(2).hasPrefix("+") else {
      return nil
    }
    return UInt64(text.dropFirst(2), radix: 16)
  }

  /// A text of vCPU ranges.
  package func vcpuSet() throws(DecodeError) -> Bitmap {
    guard let set = Bitmap(parsing: try string()) else {
      throw error("ascending vCPU ranges like \"0-3,17\"")
    }
    return set
  }

  /// The name of a byte's value, or the value in hexadecimal.
  func named<T: NamedValue>(_: T.Type = T.self) throws(DecodeError) -> T {
    let text = try string()
    if let named = T.names.first(where: { $0.name == text }) { return named.value }
    guard let raw = Self.hexValue(text).flatMap(UInt8.init(exactly:)) else {
      throw error(T.names.map { "\"\($0.name)\"" }.joined(separator: ", ") + " or \"0x..\"")
    }
    return T(rawValue: raw)
  }
}

extension Bitmap {
  /// Parses ascending, disjoint ranges: `0-3,17`; nil when the text is something else.
  public init?(parsing text: String) {
    var builder = BitmapBuilder()
    var end: UInt64 = 0
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      let ends = part.split(separator: "-", omittingEmptySubsequences: false)
      guard ends.count <= 2, ends.allSatisfy({ $0.utf8.allSatisfy { (48...57).contains($0) } }),
        let first = UInt32(ends[0]), let last = UInt32(ends[ends.count - 1]), first <= last,
        UInt64(first) >= end
      else { return nil }
      builder.append(IndexRange(first, last))
      end = UInt64(last) + 1
    }
    self = builder.finish()
  }
}
