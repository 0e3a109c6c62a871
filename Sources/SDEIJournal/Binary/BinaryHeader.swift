internal import SDEIFormats
internal import SDEIModel
internal import SDEIWire

/// The header of the binary form, and the record of the start behind it
/// (schemas/journal.md, sections 4.1 and 4.3).
///
/// ```
/// OFFSET SIZE FIELD
///      0    8 magic
///      8    2 format major version
///     10    2 format minor version
///     12    4 header length H
///     16    2 length D of the dialect name
///     18    2 length P of the producer
///     20    4 reserved
///     24      dialect name, producer, zeros
///  H - 4    4 CRC-32 of all before
/// ```
struct BinaryHeader {
  static let magic: [UInt8] = [0x89, 0x53, 0x44, 0x45, 0x49, 0x4A, 0x0D, 0x0A]
  static let version = FormatVersion(major: 0, minor: 1)
  static let fixedSize = 24
  static let largestSize = 65_536

  /// The offset of the first record.
  let length: Int
  let dialect: DialectID
  let producer: String

  /// Whether the bytes are fewer than the magic has, and begin like it.
  static func isBeginning(_ bytes: RawSpan) -> Bool {
    bytes.byteCount < magic.count && magic.starts(with: bytes.array)
  }

  /// A header and its start.
  static func bytes(_ header: JournalHeader) throws(EncodeError) -> [UInt8] {
    let dialect = header.instance.dialect.name
    var file = ByteBuffer()
    file.write(magic)
    file.write(version.major)
    file.write(version.minor)
    let length = size(dialect, header.producer)
    file.write(UInt32(length))
    file.write(UInt16(dialect.utf8.count))
    file.write(UInt16(header.producer.utf8.count))
    file.write(UInt32(0))
    file.write(dialect)
    file.write(header.producer)
    file.writeZeros(length - 4 - file.count)
    file.write(file.bytes.withBytes { CRC32.of($0) })
    let (type, body) = try StartRecord.content(header.start)
    file.write(BinaryRecord.bytes(type: type.rawValue, number: 0, body: body))
    return file.bytes
  }

  private static func size(_ dialect: String, _ producer: String) -> Int {
    (fixedSize + dialect.utf8.count + producer.utf8.count + 4 + 7) / 8 * 8
  }

  /// Reads and checks the header.
  init(reading bytes: RawSpan) throws(DecodeError) {
    guard bytes.starts(with: Self.magic) || Self.isBeginning(bytes) else {
      throw Self.error(.notRecognised, at: 0, "magic", "other bytes", "89 53 44 45 49 4a 0d 0a")
    }
    let available = bytes.byteCount
    guard available >= Self.fixedSize else { throw Self.cut(available, Self.fixedSize) }
    let length = Int(bytes.littleEndian(at: 12, count: 4))
    guard length % 8 == 0, (32...Self.largestSize).contains(length) else {
      let expected = "a multiple of 8 from 32 to \(Self.largestSize)"
      throw Self.error(.value, at: 12, "length", "\(length)", expected)
    }
    guard available >= length else { throw Self.cut(available, length) }
    let stored = bytes.littleEndian(at: length - 4, count: 4)
    let computed = UInt64(CRC32.of(bytes.extracting(0..<length - 4)))
    guard stored == computed else {
      throw Self.error(.checksum, at: length - 4, "checksum", hex(stored), hex(computed))
    }
    let found = FormatVersion(
      major: UInt16(bytes.littleEndian(at: 8, count: 2)),
      minor: UInt16(bytes.littleEndian(at: 10, count: 2))
    )
    guard found == Self.version else {
      throw Self.error(.unsupported, at: 8, "version", "\(found)", "\(Self.version)")
    }
    let sizes = (
      Int(bytes.littleEndian(at: 16, count: 2)), Int(bytes.littleEndian(at: 18, count: 2))
    )
    let end = Self.fixedSize + sizes.0 + sizes.1
    guard length == (end + 4 + 7) / 8 * 8, bytes.littleEndian(at: 20, count: 4) == 0,
      bytes.extracting(end..<length - 4).isZero
    else {
      let expected = "the length that the texts call for, and zeros"
      throw Self.error(.value, at: 12, "length", "\(length), or reserved bytes", expected)
    }
    let name = try Self.text(bytes, at: Self.fixedSize, sizes.0, "dialect")
    guard let dialect = DialectID(rawValue: name) else {
      let known = DialectID.allCases.map(\.name).joined(separator: ", ")
      throw Self.error(.unsupported, at: Self.fixedSize, "dialect", "\"\(name)\"", known)
    }
    self.length = length
    self.dialect = dialect
    producer = try Self.text(bytes, at: Self.fixedSize + sizes.0, sizes.1, "producer")
  }

  private static func text(
    _ bytes: RawSpan,
    at offset: Int,
    _ size: Int,
    _ field: String
  ) throws(DecodeError) -> String {
    guard let text = bytes.extracting(offset..<offset + size).utf8Text, isPlainText(text) else {
      let expected = "UTF-8 without control characters, at most 1024 bytes"
      throw error(.value, at: offset, field, "bytes that are no plain text", expected)
    }
    return text
  }

  private static func cut(_ available: Int, _ needed: Int) -> DecodeError {
    let found = "the end of the input after \(available) bytes"
    return error(.truncated, at: available, "", found, "\(needed) bytes of header")
  }

  private static func error(
    _ code: DecodeError.Code,
    at offset: Int,
    _ field: String,
    _ found: String,
    _ expected: String
  ) -> DecodeError {
    let path = field.isEmpty ? "header" : "header.\(field)"
    return DecodeError(code, at: offset, path, found: found, expected: expected)
  }
}
