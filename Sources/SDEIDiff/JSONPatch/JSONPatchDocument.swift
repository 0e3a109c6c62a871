public import SDEIFormats
internal import SDEIWire

/// A JSON patch (RFC 6902): operations that are done one after another, all or none of them.
///
/// For states it concerns the `json` document: what `sdeictl dump STATE --to json` prints.
public struct JSONPatchDocument: Hashable, Sendable {
  /// The operations.
  public var operations: [JSONPatchOperation]

  /// Makes a patch.
  public init(_ operations: [JSONPatchOperation] = []) { self.operations = operations }

  /// Reads a patch; members that an operation does not have are ignored, as the RFC says.
  ///
  /// - Throws: `DecodeError` with the offset of what is not as it must be.
  public init(reading bytes: RawSpan) throws(DecodeError) {
    let node: JSONNode
    do throws(JSONError) { node = try JSONParser.parse(bytes) } catch { throw DecodeError(error) }
    try self.init(JSONScope(node: node, path: ""))
  }

  package init(_ scope: JSONScope) throws(DecodeError) {
    operations = []
    guard case .array(let items) = scope.node.value else {
      throw scope.error("an array of operations (RFC 6902)")
    }
    operations.reserveCapacity(items.count)
    for (number, item) in items.enumerated() {
      operations.append(try Self.operation(JSONScope(node: item, path: "operations[\(number)]")))
    }
  }

  private static func operation(_ scope: JSONScope) throws(DecodeError) -> JSONPatchOperation {
    var members: [String: JSONScope] = [:]
    for (key, member) in try scope.object() { members[key] = member }
    let op = try scope.required("op", in: members)
    let path = try pointer(try scope.required("path", in: members))
    func value() throws(DecodeError) -> JSONValue {
      try JSONValue(try scope.required("value", in: members))
    }
    func from() throws(DecodeError) -> JSONPointer {
      try pointer(try scope.required("from", in: members))
    }
    let action: JSONPatchOperation.Action =
      switch try op.string() {
      case "test": .test(try value())
      case "add": .add(try value())
      case "remove": .remove
      case "replace": .replace(try value())
      case "move": .move(from: try from())
      case "copy": .copy(from: try from())
      default: throw op.error("one of " + JSONPatchOperation.names.joined(separator: ", "))
      }
    return JSONPatchOperation(action, path, at: scope.node.offset)
  }

  private static func pointer(_ scope: JSONScope) throws(DecodeError) -> JSONPointer {
    guard let pointer = JSONPointer(parsing: try scope.string()) else {
      throw scope.error(JSONPointer.expectation)
    }
    return pointer
  }

  /// The one text of a patch: a line for each operation.
  public func text() -> [UInt8] {
    var json = JSONWriter(layout: .rows)
    json.array { json in
      for operation in operations {
        json.object { json in
          json.key("op")
          json.string(operation.name)
          if let from = operation.from {
            json.key("from")
            json.string(from.description)
          }
          json.key("path")
          json.string(operation.path.description)
          if let value = operation.value {
            json.key("value")
            value.write(&json)
          }
        }
      }
    }
    return json.finish()
  }
}
