package import SDEIModel
package import SDEIWire

/// The objects of a snapshot's JSON inside another text, a journal's.
extension JSONFormat {
  /// Writes a whole snapshot as one value.
  ///
  /// - Throws: `EncodeError` when it would be larger than the options allow, or could not be read.
  package static func write(
    _ snapshot: Snapshot,
    _ options: EncodeOptions,
    into json: inout JSONWriter
  ) throws(EncodeError) {
    try snapshot.instance.checkProducer()
    try snapshot.checkJSON(options)
    SnapshotJSONWriter.write(Document(format: .json, snapshot: snapshot), &json)
  }

  /// Reads a snapshot, or a part of one, from one value.
  ///
  /// - Throws: `DecodeError` with the path of what is not as it must be.
  package static func document(_ scope: JSONScope) throws(DecodeError) -> Document {
    try SnapshotJSONReader.read(scope)
  }

  /// Reads a whole snapshot from one value.
  ///
  /// - Throws: `DecodeError` for a part of one, too.
  package static func snapshot(_ scope: JSONScope) throws(DecodeError) -> Snapshot {
    let document = try SnapshotJSONReader.read(scope)
    guard document.scope == .whole else {
      throw scope.error("a whole snapshot", found: "a part of one", .structure)
    }
    return document.snapshot
  }

  /// Writes the members of an instance's object, which is a snapshot's `instance`.
  package static func write(_ instance: Instance, into json: inout JSONWriter) {
    SnapshotJSONWriter.instance(instance, &json)
  }

  /// Reads an instance.
  ///
  /// - Throws: `DecodeError` where it is not one.
  package static func instance(_ scope: JSONScope) throws(DecodeError) -> Instance {
    try SnapshotJSONReader.instance(scope)
  }

  /// Writes the object of an event's definition: an event of a snapshot of which nothing else is
  /// known.
  package static func write(_ definition: EventDefinition, into json: inout JSONWriter) {
    json.object { SnapshotJSONWriter.definition(definition, &$0) }
  }

  /// Reads a definition.
  ///
  /// - Throws: `DecodeError` where it is not one.
  package static func definition(_ scope: JSONScope) throws(DecodeError) -> EventDefinition {
    let members = try scope.members(Set(SnapshotJSONReader.definitionKeys))
    guard let definition = try SnapshotJSONReader.definition(scope, members) else {
      throw scope.error("a definition", found: "an empty object", .structure)
    }
    return definition
  }
}

extension Snapshot {
  /// Refuses what no JSON text could hold, or none of the size that is allowed.
  func checkJSON(_ options: EncodeOptions) throws(EncodeError) {
    try checkExtras()
    let size = SnapshotJSONWriter.sizeBound(self)
    guard size <= options.maxBytes else {
      throw .tooLarge(.json, bytes: size, limit: options.maxBytes)
    }
  }
}

extension DecodeError {
  /// A text that is not JSON.
  package init(_ error: JSONError) {
    self.init(.syntax, at: error.offset, "", found: error.found, expected: error.expected)
  }
}
