import SDEIDiff
import SDEIFormats
import SDEIModel
import SDEITestSupport
import SDEIWire

/// Patches of two states in both forms, as files.
struct PatchPair {
  static let options = EncodeOptions(maxBytes: 1 << 40)

  let changes: [UInt8]
  let operations: [UInt8]

  init(_ one: Snapshot, _ other: Snapshot) throws {
    changes = try Self.changes(one, other)
    operations = try JSONPatchDocument(
      from: Document(format: .json, snapshot: one),
      to: Document(format: .json, snapshot: other),
      Self.options
    ).text()
  }

  static func changes(_ one: Snapshot, _ other: Snapshot) throws -> [UInt8] {
    var json = JSONWriter()
    json.openObject()
    json.key("schema")
    json.string(DiffJSON.schema)
    json.key("items")
    try DiffJSON.write(
      SnapshotDiff(from: one, to: other),
      from: one.instance.dialect,
      to: other.instance.dialect,
      &json
    )
    json.close()
    return json.finish()
  }

  static func apply(_ patch: [UInt8], to snapshot: Snapshot) throws -> Snapshot {
    let patch = try patch.withBytes { bytes throws(DecodeError) in try StatePatch(reading: bytes) }
    return try patch.applied(to: Document(format: .sdei, snapshot: snapshot)).snapshot
  }
}
