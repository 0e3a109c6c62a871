package import SDEIFormats
public import SDEIModel
internal import SDEIWire

/// The changes of a file (schemas/diff.schema.json), each with its place there.
public struct ChangesDocument: Sendable {
  private struct Origin {
    var offset: Int
    var path: String
  }

  /// The changes.
  public let patch: SnapshotPatch
  private let origins: [Origin]

  /// Reads what `diff --format json` writes of two states.
  ///
  /// What is there for people (words, classes, summary) is not read; an unknown member is an error.
  package init(_ root: JSONScope) throws(DecodeError) {
    // What else a file of another schema has is no matter.
    var keys: [String: JSONScope] = [:]
    for (key, member) in try root.object() { keys[key] = member }
    let schema = try root.required("schema", in: keys)
    guard try schema.string() == DiffJSON.schema else {
      throw schema.error("\"\(DiffJSON.schema)\"", .unsupported)
    }
    let members = try root.members([
      "schema", "equal", "canonical", "first", "second", "base", "items", "summary", "onlyFirst",
      "onlySecond", "both", "conflictFirst", "conflictSecond",
    ])
    if let base = members["base"] {
      throw base.error(
        "a difference of two states: sdeictl diff A B --format json",
        found: "one of three",
        .structure
      )
    }
    var changes: [Change] = []
    var origins: [Origin] = []
    for item in try root.required("items", in: members).items() {
      let members = try item.members(["mark", "path", "words", "class", "reason", "changes"])
      for scope in try item.required("changes", in: members).items() {
        changes.append(try ChangeReader.change(scope))
        origins.append(Origin(offset: scope.node.offset, path: scope.path))
      }
    }
    patch = SnapshotPatch(changes)
    self.origins = origins
  }

  /// The snapshot to which the changes lead.
  ///
  /// - Throws: `PatchError` with the change's place in the file.
  public func applied(to snapshot: Snapshot, maxBytes: UInt64) throws(PatchError) -> Snapshot {
    do throws(PatchError) {
      return try patch.applied(to: snapshot, maxBytes: maxBytes)
    } catch {
      guard let index = error.index else { throw error }
      throw PatchError(
        error.code,
        index: index,
        part: origins[index].path,
        place: error.place,
        at: origins[index].offset,
        found: error.found,
        expected: error.expected
      )
    }
  }
}
