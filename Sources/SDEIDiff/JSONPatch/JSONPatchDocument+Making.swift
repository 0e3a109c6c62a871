public import SDEIFormats
internal import SDEIWire

extension JSONPatchDocument {
  /// The operations that make one value of another.
  ///
  /// What is removed, replaced or changed in an item is tested first, so a patch that is applied to
  /// another value fails. O(n log n).
  public init(from one: JSONValue, to other: JSONValue) {
    var maker = JSONPatchMaker()
    maker.compare(one, other)
    operations = maker.operations
  }

  /// The operations that make the `json` document of one state of another's.
  ///
  /// - Throws: `EncodeError` where a state has no such document.
  public init(
    from one: Document,
    to other: Document,
    _ options: EncodeOptions = EncodeOptions()
  ) throws(EncodeError) {
    self.init(from: try JSONValue(of: one, options), to: try JSONValue(of: other, options))
  }
}

extension JSONValue {
  /// The `json` document of a state.
  ///
  /// - Throws: `EncodeError` where it would be larger than the options allow, or unreadable.
  public init(of document: Document, _ options: EncodeOptions) throws(EncodeError) {
    let text = try JSONFormat.encode(document, options).bytes
    guard let node = try? text.withBytes({ try JSONParser.parse($0) }), let value = Self(node)
    else {
      preconditionFailure("the document of a state is JSON, and its numbers are whole")
    }
    self = value
  }
}

/// Collects the operations that make one value of another.
private struct JSONPatchMaker {
  var operations: [JSONPatchOperation] = []
  private var path = JSONPointer()

  mutating func compare(_ one: JSONValue, _ other: JSONValue, isTested: Bool = false) {
    switch (one, other) {
    case (.object(let mine), .object(let theirs)):
      compare(mine.list.elements[...], theirs.list.elements[...], isTested)
    case (.array(let mine), .array(let theirs)):
      compare(mine.list.elements, theirs.list.elements)
    default:
      if one == other { return }
      if !isTested { note(.test(one)) }
      note(.replace(other))
    }
  }

  private mutating func note(_ action: JSONPatchOperation.Action) {
    operations.append(JSONPatchOperation(action, path))
  }

  private mutating func at(_ token: String, _ body: (inout Self) -> Void) {
    path.tokens.append(token)
    body(&self)
    path.tokens.removeLast()
  }

  /// Members by key, both ascending.
  private mutating func compare(
    _ mine: ArraySlice<JSONMembers.Member>,
    _ theirs: ArraySlice<JSONMembers.Member>,
    _ isTested: Bool
  ) {
    var (mine, theirs) = (mine, theirs)
    while let one = mine.first ?? theirs.first {
      if let other = theirs.first, mine.isEmpty || JSONMembers.precedes(other.key, one.key) {
        theirs.removeFirst()
        at(other.key) { $0.note(.add(other.value)) }
      } else if let other = theirs.first, !JSONMembers.precedes(one.key, other.key) {
        mine.removeFirst()
        theirs.removeFirst()
        at(one.key) { $0.compare(one.value, other.value, isTested: isTested) }
      } else {
        mine.removeFirst()
        at(one.key) { maker in
          if !isTested { maker.note(.test(one.value)) }
          maker.note(.remove)
        }
      }
    }
  }

  /// Items by what they are about: those between two that stay are replaced, removed and added.
  private mutating func compare(_ mine: [JSONValue], _ theirs: [JSONValue]) {
    // The next item of each, and the index that it has by now.
    var (one, other, index) = (0, 0, 0)
    for pair in ArrayMatch.pairs(mine, theirs) + [ArrayMatch.Pair(mine.count, theirs.count)] {
      while one < pair.one, other < pair.other {
        at(String(index)) { $0.replace(mine[one], by: theirs[other]) }
        (one, other, index) = (one + 1, other + 1, index + 1)
      }
      while one < pair.one {
        at(String(index)) { $0.replace(mine[one], by: nil) }
        one += 1
      }
      while other < pair.other {
        at(String(index)) { $0.note(.add(theirs[other])) }
        (other, index) = (other + 1, index + 1)
      }
      guard one < mine.count, other < theirs.count else { break }
      if mine[one] != theirs[other] {
        at(String(index)) { maker in
          maker.note(.test(mine[one]))
          maker.compare(mine[one], theirs[other], isTested: true)
        }
      }
      (one, other, index) = (one + 1, other + 1, index + 1)
    }
  }

  private mutating func replace(_ one: JSONValue, by other: JSONValue?) {
    note(.test(one))
    note(other.map { .replace($0) } ?? .remove)
  }
}
