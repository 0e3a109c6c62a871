internal import SDEIFormats
internal import SDEIModel
internal import SDEIWire

/// The first line of a journal in JSON Lines (schemas/journal.md, section 3).
enum LinesHeader {
  /// What the schema's name begins with in every version.
  static let schemaFamily = "sdeictl/journal/"
  static let schema = schemaFamily + "1"

  static func line(
    _ header: JournalHeader,
    _ options: EncodeOptions
  ) throws(EncodeError) -> [UInt8] {
    var json = JSONWriter(layout: .line)
    json.openObject()
    json.key("schema")
    json.string(schema)
    json.key("producer")
    json.string(header.producer)
    switch header.start {
    case .snapshot(let snapshot):
      json.key("start")
      try JSONFormat.write(snapshot, options, into: &json)
    case .digest(let digest, let instance, let vcpus):
      json.key("startDigest")
      json.string(digest.description)
      JSONFormat.write(instance, into: &json)
      json.key("vcpus")
      json.number(vcpus)
    }
    json.close()
    return json.finish()
  }

  static func read(_ scope: JSONScope) throws(DecodeError) -> JournalHeader {
    let members = try scope.members([
      "schema", "producer", "start", "startDigest", "instance", "vcpus",
    ])
    let schema = try scope.required("schema", in: members)
    guard try schema.string() == Self.schema else {
      throw schema.error("\"\(Self.schema)\"", .unsupported)
    }
    let producer = try scope.required("producer", in: members)
    guard isPlainText(try producer.string()) else {
      throw producer.error("a text without control characters, at most 1024 bytes")
    }
    return JournalHeader(start: try start(scope, members), producer: try producer.string())
  }

  private static func start(
    _ scope: JSONScope,
    _ members: [String: JSONScope]
  ) throws(DecodeError) -> JournalHeader.Start {
    if let start = members["start"] {
      for key in ["startDigest", "instance", "vcpus"] {
        if let other = members[key] {
          throw other.error("\"start\" alone", found: "\"\(key)\" beside it", .structure)
        }
      }
      return .snapshot(try JSONFormat.snapshot(start))
    }
    guard let digest = members["startDigest"] else {
      throw scope.error("\"start\" or \"startDigest\"", found: "neither", .structure)
    }
    return .digest(
      try digest.snapshotDigest(),
      try JSONFormat.instance(try scope.required("instance", in: members)),
      vcpus: try scope.required("vcpus", in: members).number()
    )
  }
}

extension JSONScope {
  /// A digest of a state.
  func snapshotDigest() throws(DecodeError) -> SnapshotDigest {
    guard let digest = SnapshotDigest(try string()) else {
      throw error("a digest of 16 hexadecimal digits in lower case")
    }
    return digest
  }
}
