internal import SDEIModel
internal import SDEIWire

/// The snapshot as JSON (schemas/sdei-snapshot.md, section 8; schemas/snapshot.schema.json).
public enum JSONFormat: StateFormat {
  /// Its name.
  public static let id = FormatID.json
  /// What it is.
  public static let summary = "the snapshot as JSON text, lossless both ways"
  /// The version that is read and written.
  public static let version = "1"
  /// What users should know of it before they choose it.
  public static let traits = FormatTraits(isText: true, lacks: "unknown records of a `.sdei` file")

  static let schema = "sdeictl/snapshot/1"

  /// Whether the first byte that is no space opens an object.
  public static func recognises(_ bytes: RawSpan) -> Bool {
    for offset in 0..<min(bytes.byteCount, 4096) {
      let byte = bytes[offset]
      if byte == UInt8(ascii: "{") { return true }
      guard byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 else { return false }
    }
    return false
  }

  /// Reads a text; a member that is not known is an error, for nothing is dropped silently.
  ///
  /// - Throws: `DecodeError` with the offset and the path of what is not as it must be.
  public static func decode(_ bytes: RawSpan) throws(DecodeError) -> Document {
    let root: JSONNode
    do throws(JSONError) { root = try JSONParser.parse(bytes) } catch { throw DecodeError(error) }
    return try SnapshotJSONReader.read(JSONScope(node: root, path: ""))
  }

  /// Writes the one text of a snapshot.
  ///
  /// - Throws: `EncodeError` when it would be larger than the options allow.
  public static func encode(
    _ document: Document,
    _ options: EncodeOptions
  ) throws(EncodeError) -> Encoded {
    try document.snapshot.checkJSON(options)
    let losses = document.unknownRecords.map {
      Finding(
        id: "SDEI-C010",
        severity: .error,
        problem: "json has no place for the unknown record of type \($0.type)",
        action: "use sdei, or accept the loss with --allow-loss"
      )
    }
    return Encoded(bytes: SnapshotJSONWriter.write(document), losses: losses)
  }
}
