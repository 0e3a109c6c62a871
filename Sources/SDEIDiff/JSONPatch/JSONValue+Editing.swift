/// Why an operation has no place, or meets another value there.
struct JSONPlaceError: Error, Hashable {
  var code: PatchError.Code = .place
  /// Where a value differs from the one that is expected.
  var place: JSONPointer?
  var found: String
  var expected: String
}

extension JSONValue {
  /// The value at a place; O(depth * log n).
  func value(at pointer: JSONPointer) throws(JSONPlaceError) -> JSONValue {
    var value = self
    for (depth, token) in pointer.tokens.enumerated() {
      value = try value.child(token, pointer, depth)
    }
    return value
  }

  /// The value with another one added at a place: an item is put before the one that is there.
  func adding(_ value: JSONValue, at pointer: JSONPointer) throws(JSONPlaceError) -> JSONValue {
    try changing(pointer, whole: value) { container, token, depth throws(JSONPlaceError) in
      switch container {
      case .object(var members):
        members[token] = value
        return .object(members)
      case .array(var items):
        let index =
          try token == "-"
          ? items.list.count : Self.index(token, below: items.list.count + 1, pointer, depth)
        items.list.insert(value, at: index)
        return .array(items)
      default: throw container.noContainer(pointer, depth)
      }
    }
  }

  /// The value with the one at a place replaced.
  func replacing(_ pointer: JSONPointer, by value: JSONValue) throws(JSONPlaceError) -> JSONValue {
    try changing(pointer, whole: value) { container, token, depth throws(JSONPlaceError) in
      _ = try container.child(token, pointer, depth)
      return container.setting(token, to: value)
    }
  }

  /// The value without the one at a place.
  func removing(_ pointer: JSONPointer) throws(JSONPlaceError) -> JSONValue {
    try changing(pointer, whole: nil) { container, token, depth throws(JSONPlaceError) in
      _ = try container.child(token, pointer, depth)
      return container.setting(token, to: nil)
    }
  }

  private typealias Change = (JSONValue, String, Int) throws(JSONPlaceError) -> JSONValue

  /// The value with the container changed that holds a place, or `whole` for the place of all.
  private func changing(
    _ pointer: JSONPointer,
    whole: JSONValue?,
    _ change: Change
  ) throws(JSONPlaceError) -> JSONValue {
    if pointer.tokens.isEmpty {
      guard let whole else {
        throw JSONPlaceError(found: "the whole document", expected: "a place in it")
      }
      return whole
    }
    return try changing(pointer, 0, change)
  }

  /// Goes down by one level for each token, but no deeper than the value is.
  private func changing(
    _ pointer: JSONPointer,
    _ depth: Int,
    _ change: Change
  ) throws(JSONPlaceError) -> JSONValue {
    let token = pointer.tokens[depth]
    if depth == pointer.tokens.count - 1 { return try change(self, token, depth) }
    let child = try child(token, pointer, depth)
    return setting(token, to: try child.changing(pointer, depth + 1, change))
  }

  /// The value with another child, or without it, under a token that is known to be there.
  private func setting(_ token: String, to child: JSONValue?) -> JSONValue {
    switch self {
    case .object(var members):
      members[token] = child
      return .object(members)
    case .array(var items):
      guard let index = JSONPointer.index(token) else { return self }
      if let child { items.list[index] = child } else { items.list.remove(at: index) }
      return .array(items)
    default: return self
    }
  }

  private func child(
    _ token: String,
    _ pointer: JSONPointer,
    _ depth: Int
  ) throws(JSONPlaceError) -> JSONValue {
    switch self {
    case .object(let members):
      if let child = members[token] { return child }
      throw JSONPlaceError(
        found: "no member \"\(token.prefix(80))\" in \(Self.name(pointer, depth))",
        expected: "one"
      )
    case .array(let items):
      return items.list[try Self.index(token, below: items.list.count, pointer, depth)]
    default: throw noContainer(pointer, depth)
    }
  }

  private static func index(
    _ token: String,
    below end: Int,
    _ pointer: JSONPointer,
    _ depth: Int
  ) throws(JSONPlaceError) -> Int {
    if let index = JSONPointer.index(token), index < end { return index }
    throw JSONPlaceError(
      found: "the index \"\(token.prefix(80))\" in \(name(pointer, depth))",
      expected: end == 0 ? "no item: the array is empty" : "an index from 0 to \(end - 1)"
    )
  }

  private func noContainer(_ pointer: JSONPointer, _ depth: Int) -> JSONPlaceError {
    JSONPlaceError(
      found: "\(summary) at \(Self.name(pointer, depth))",
      expected: "an array or an object"
    )
  }

  /// The container at a depth of a path, in words.
  private static func name(_ pointer: JSONPointer, _ depth: Int) -> String {
    depth == 0 ? "the document" : JSONPointer(Array(pointer.tokens[..<depth])).description
  }
}
