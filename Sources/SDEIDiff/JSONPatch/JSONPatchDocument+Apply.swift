internal import SDEIWire

extension JSONPatchDocument {
  /// What a patch may ask for.
  public struct Limits: Sendable {
    /// The most memory of the result, in bytes: 64 for each value and key beside its text's.
    public var maxBytes: UInt64

    /// Makes limits; 1 GiB by default.
    public init(maxBytes: UInt64 = 1 << 30) { self.maxBytes = maxBytes }

    /// The most arrays and objects within one another: as many as are read.
    public static let maxDepth = JSONParser.maxDepth
  }

  /// The value that the operations make of one, which stays as it was.
  ///
  /// O(operations * log n + text of the patch); what is copied is not copied until it differs.
  ///
  /// - Throws: `PatchError` that names the first operation which can not be done.
  public func applied(
    to value: JSONValue,
    limits: Limits = Limits()
  ) throws(PatchError) -> JSONValue {
    var value = value
    for (index, operation) in operations.enumerated() {
      do throws(JSONPlaceError) {
        value = try operation.applied(to: value)
        try limits.check(value)
      } catch {
        throw operation.error(index, error)
      }
    }
    return value
  }
}

extension JSONPatchDocument.Limits {
  fileprivate func check(_ value: JSONValue) throws(JSONPlaceError) {
    let measure = value.measure
    guard measure.depth <= Self.maxDepth else {
      throw JSONPlaceError(
        code: .tooDeep,
        found: "\(measure.depth) levels of arrays and objects after it",
        expected: "at most \(Self.maxDepth)"
      )
    }
    guard measure.size <= maxBytes else {
      throw JSONPlaceError(
        code: .tooLarge,
        found: "a document that takes \(measure.size) bytes after it",
        expected: "at most \(maxBytes)"
      )
    }
  }
}

extension JSONPatchOperation {
  fileprivate func applied(to value: JSONValue) throws(JSONPlaceError) -> JSONValue {
    switch action {
    case .test(let expected):
      let found = try value.value(at: path)
      guard found == expected else { throw found.difference(from: expected, path) }
      return value
    case .add(let new): return try value.adding(new, at: path)
    case .remove: return try value.removing(path)
    case .replace(let new): return try value.replacing(path, by: new)
    case .copy(let from): return try value.adding(try value.value(at: from), at: path)
    case .move(let from):
      guard from == path || !path.tokens.starts(with: from.tokens) else {
        throw JSONPlaceError(
          found: "a move from \(from.name) into itself",
          expected: "a place outside of it"
        )
      }
      let moved = try value.value(at: from)
      return from == path ? value : try value.removing(from).adding(moved, at: path)
    }
  }

  fileprivate func error(_ index: Int, _ cause: JSONPlaceError) -> PatchError {
    let places = from.map { "from \($0.name) to \(path.name)" } ?? path.name
    return PatchError(
      cause.code,
      index: index,
      part: "operations[\(index)], \(name) \(places)",
      place: cause.place?.name,
      at: offset,
      found: cause.found,
      expected: cause.expected
    )
  }
}

extension JSONPointer {
  /// The pointer's text, or what the empty one means.
  var name: String { tokens.isEmpty ? "\"\" (the document)" : description }
}

extension JSONValue {
  /// What is found and what is expected at the first place where another value differs.
  fileprivate func difference(from other: JSONValue, _ path: JSONPointer) -> JSONPlaceError {
    var (one, other, place) = (self, other, path)
    while let (token, mine, theirs) = one.differingChild(from: other) {
      (one, other) = (mine, theirs)
      place.tokens.append(token)
    }
    return JSONPlaceError(
      code: .stale,
      place: place,
      found: one.summary,
      expected: other.summary
    )
  }

  /// The first child that two values both have and that differs, nil where they differ otherwise.
  private func differingChild(
    from other: JSONValue
  ) -> (token: String, mine: JSONValue, theirs: JSONValue)? {
    switch (self, other) {
    case (.array(let mine), .array(let theirs)) where mine.list.count == theirs.list.count:
      for (index, (one, other)) in zip(mine.list.elements, theirs.list.elements).enumerated()
      where one != other {
        return (String(index), one, other)
      }
      return nil
    case (.object(let mine), .object(let theirs)):
      for member in mine.list.elements {
        guard let other = theirs[member.key], other != member.value else { continue }
        return (member.key, member.value, other)
      }
      return nil
    default: return nil
    }
  }
}
