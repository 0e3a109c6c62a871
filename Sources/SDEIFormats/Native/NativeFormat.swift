internal import SDEIModel
internal import SDEIWire

/// The native snapshot format, `.sdei` (schemas/sdei-snapshot.md).
public enum NativeFormat: StateFormat {
  /// Its name.
  public static let id = FormatID.sdei
  /// What it is.
  public static let summary = "native snapshot: no vCPU limit, checksummed, folded"
  /// The version that is read and written.
  public static let version = FormatVersion.current.description
  /// What users should know of it before they choose it.
  public static let traits = FormatTraits()

  /// The layout of each record, for the lock that notices when one changes.
  public static let layouts: [(record: String, type: UInt16, layout: String)] = [
    (RecordType.instance, InstanceRecord.layout), (.part, PartRecord.layout),
    (.vcpus, VCPUsRecord.layout), (.events, EventsRecord.layout),
    (.handlers, HandlersRecord.layout), (.contexts, ContextsRecord.layout),
    (.extras, ExtrasRecord.layout),
  ].map { ($0.name, $0.rawValue, $1) }

  /// Whether a file has a deflated record, as its header says.
  public static func isDeflated(_ bytes: RawSpan) -> Bool {
    do throws(DecodeError) {
      return try FileHeader(reading: bytes).tags.contains("deflate")
    } catch {
      return false
    }
  }

  /// Whether bytes begin with the magic.
  public static func recognises(_ bytes: RawSpan) -> Bool { bytes.starts(with: FileHeader.magic) }

  /// Reads a file: a whole snapshot, or one part.
  ///
  /// Memory is at most 64 times the file's size and 1 MiB.
  ///
  /// - Throws: `DecodeError` at the first byte that is not as it must be.
  public static func decode(_ bytes: RawSpan) throws(DecodeError) -> Document {
    try NativeDecoder.decode(bytes)
  }

  /// Writes a file: a whole snapshot, or one part, as the document's scope says.
  ///
  /// - Throws: `EncodeError` when a text does not fit in its field.
  public static func encode(
    _ document: Document,
    _ options: EncodeOptions
  ) throws(EncodeError) -> Encoded {
    try Encoded(bytes: NativeEncoder.encode(document, isCompressed: options.isCompressed))
  }
}
