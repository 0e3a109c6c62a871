import SDEIFormats
import SDEIJournal
import SDEIWire

/// Decodes whole arrays, for tests.
enum JournalCodec {
  static func decode(
    _ bytes: [UInt8],
    as form: JournalForm? = nil
  ) throws(DecodeError) -> (journal: Journal, tail: TornTail?) {
    try bytes.withBytes { (bytes) throws(DecodeError) in try Journal.decode(bytes, as: form) }
  }

  static func decode(_ text: String) throws(DecodeError) -> Journal {
    try decode(Array(text.utf8)).journal
  }

  /// Why bytes are refused, nil where they are not.
  static func refusal(_ bytes: [UInt8], as form: JournalForm? = nil) -> DecodeError? {
    do throws(DecodeError) {
      _ = try decode(bytes, as: form)
      return nil
    } catch { return error }
  }
}

/// The records of a binary journal as plain data, so that tests can change them and seal the file
/// again with right checksums.
///
/// Written against the document, not the codec.
struct JournalWalker {
  struct Record {
    var type: UInt16
    var flags: UInt16
    var number: UInt64
    var body: [UInt8]
    /// The padding, zeros unless a test changes it.
    var padding: [UInt8]
    /// Where it stood in the file.
    var offset: Int
  }

  /// All but its checksum.
  var header: [UInt8]
  var records: [Record] = []

  init(_ file: [UInt8]) {
    var offset = Int(Self.number(file, 12, 4))
    header = Array(file[..<(offset - 4)])
    while offset < file.count {
      let size = Int(Self.number(file, offset + 4, 4))
      let end = (offset + 24 + size + 7) / 8 * 8
      records.append(
        Record(
          type: UInt16(Self.number(file, offset, 2)),
          flags: UInt16(Self.number(file, offset + 2, 2)),
          number: Self.number(file, offset + 8, 8),
          body: Array(file[offset + 24..<offset + 24 + size]),
          padding: Array(file[offset + 24 + size..<end]),
          offset: offset
        )
      )
      offset = end
    }
  }

  static func number(_ bytes: [UInt8], _ offset: Int, _ size: Int) -> UInt64 {
    (0..<size).reduce(0) { $0 | UInt64(bytes[offset + $1]) << UInt64(8 * $1) }
  }

  private static func bytes(_ value: UInt64, _ size: Int) -> [UInt8] {
    (0..<size).map { UInt8(truncatingIfNeeded: value >> UInt64(8 * $0)) }
  }

  private static func sum(_ bytes: [UInt8]) -> [UInt8] {
    Self.bytes(UInt64(bytes.withBytes { CRC32.of($0) }), 4)
  }

  /// The file with lengths and checksums made right.
  var sealed: [UInt8] {
    var file = header + Self.sum(header)
    for record in records {
      let needed = (8 - record.body.count % 8) % 8
      let padding =
        record.padding.count == needed ? record.padding : [UInt8](repeating: 0, count: needed)
      let content = record.body + padding
      let front =
        Self.bytes(UInt64(record.type), 2) + Self.bytes(UInt64(record.flags), 2)
        + Self.bytes(UInt64(record.body.count), 4) + Self.bytes(record.number, 8)
        + Self.sum(content)
      file += front + Self.sum(front) + content
    }
    return file
  }
}
