public import SDEIFormats
internal import SDEIModel
internal import SDEIWire

/// A patch of a state, in either form that there is.
public enum StatePatch: Sendable {
  /// Changes of places, as `diff --format json` writes them.
  case changes(ChangesDocument)
  /// Operations on the state's `json` document (RFC 6902).
  case operations(JSONPatchDocument)

  /// Reads a patch; which form it has is told by its content: an object or an array.
  ///
  /// - Throws: `DecodeError` with the offset of what is not as it must be.
  public init(reading bytes: RawSpan) throws(DecodeError) {
    let node: JSONNode
    do throws(JSONError) { node = try JSONParser.parse(bytes) } catch { throw DecodeError(error) }
    let scope = JSONScope(node: node, path: "")
    switch node.value {
    case .array: self = .operations(try JSONPatchDocument(scope))
    case .object: self = .changes(try ChangesDocument(scope))
    default:
      throw scope.error(
        "an array of operations (RFC 6902), or an object of the schema \"\(DiffJSON.schema)\""
      )
    }
  }

  /// The document that the patch makes of one; all of it, or an error.
  ///
  /// - Throws: `PatchError` that names the part of the patch which does not apply, or `EncodeError`
  ///   where the state has no `json` document to apply it to.
  public func applied(to document: Document, maxBytes: UInt64 = 1 << 30) throws -> Document {
    switch self {
    case .changes(let changes):
      var result = document
      result.snapshot = try changes.applied(to: document.snapshot, maxBytes: maxBytes)
      try result.checkPart()
      return result
    case .operations(let patch):
      return try patch.applied(to: document, JSONPatchDocument.Limits(maxBytes: maxBytes))
    }
  }
}

extension JSONPatchDocument {
  /// The document that the operations make of one's `json` document.
  fileprivate func applied(to document: Document, _ limits: Limits) throws -> Document {
    let value = try JSONValue(of: document, EncodeOptions(maxBytes: limits.maxBytes))
    let node = try applied(to: value, limits: limits).node
    var result = document
    do throws(DecodeError) {
      let read = try JSONFormat.document(JSONScope(node: node, path: ""))
      (result.snapshot, result.scope) = (read.snapshot, read.scope)
    } catch {
      throw PatchError(
        .noState,
        part: "the result",
        place: error.path.isEmpty ? nil : error.path,
        found: error.found,
        expected: error.expected
      )
    }
    return result
  }
}

extension Document {
  /// Checks that the part of a vCPU still is one.
  fileprivate func checkPart() throws(PatchError) {
    guard case .vcpu(let vcpu, _) = scope, snapshot != snapshot.vcpuPart(vcpu) else { return }
    throw PatchError(
      .noState,
      part: "the result",
      found: "state that is not of vCPU \(vcpu)",
      expected: "the part of that vCPU, as the input is"
    )
  }
}
