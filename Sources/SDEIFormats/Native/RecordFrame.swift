internal import SDEIModel
internal import SDEIWire

/// The types of records (schemas/sdei-snapshot.md, 1.2), in the order in which they stand.
enum RecordType: UInt16, CaseIterable {
  case instance = 1
  case part = 2
  case vcpus = 3
  case events = 4
  case handlers = 5
  case contexts = 6
  case extras = 7
  case end = 65535

  /// The name in the specification.
  var name: String { String(describing: self).uppercased() }
}

/// The flags of a record.
struct RecordFlags: OptionSet {
  let rawValue: UInt16
  /// A reader that does not know the type must refuse the file.
  static let mustUnderstand = RecordFlags(rawValue: 1)
  /// The record stays true when the rest of the file changes.
  static let safeToCopy = RecordFlags(rawValue: 2)
  /// The body is a zlib stream.
  static let deflated = RecordFlags(rawValue: 4)
  static let known: RecordFlags = [.mustUnderstand, .safeToCopy, .deflated]
}

/// One record as it stands in the file: header, body, padding.
///
/// ```
/// OFFSET SIZE FIELD
///      0    2 type
///      2    2 flags
///      4    4 CRC-32 of bytes 0..<4, 8..<16, body, padding
///      8    8 length L of the body
///     16    L body
///  16 + L  0-7 zeros up to a multiple of 8
/// ```
struct RecordFrame: ~Escapable {
  static let headerSize = 16

  let type: UInt16
  let flags: RecordFlags
  let checksum: UInt32
  let offset: Int
  let body: RawSpan

  var name: String { RecordType(rawValue: type)?.name ?? "record type \(type)" }
  var bodyOffset: Int { offset + Self.headerSize }

  /// Reads the record at the cursor, checking its checksum, flags and padding.
  @_lifetime(copy bytes)
  init(at offset: Int, of bytes: RawSpan) throws(DecodeError) {
    let available = bytes.byteCount - offset
    guard available >= Self.headerSize else {
      throw DecodeError(
        .truncated,
        at: offset,
        "record",
        found: "\(available) bytes to the end of the file, without an END record",
        expected: "a record header of \(Self.headerSize) bytes"
      )
    }
    type = UInt16(bytes.littleEndian(at: offset, count: 2))
    flags = RecordFlags(rawValue: UInt16(bytes.littleEndian(at: offset + 2, count: 2)))
    checksum = UInt32(bytes.littleEndian(at: offset + 4, count: 4))
    self.offset = offset
    let length = bytes.littleEndian(at: offset + 8, count: 8)
    let name = RecordType(rawValue: type)?.name ?? "record type \(type)"
    guard length <= UInt64(available - Self.headerSize),
      Int(length).roundedUp(to: 8) <= available - Self.headerSize
    else {
      throw DecodeError(
        .truncated,
        at: offset + 8,
        "\(name).length",
        found: "\(length) bytes of body",
        expected: "at most the \(available - Self.headerSize) that follow"
      )
    }
    let bodyStart = offset + Self.headerSize
    let end = bodyStart + Int(length).roundedUp(to: 8)
    var crc = CRC32()
    crc.feed(bytes.extracting(offset..<offset + 4))
    crc.feed(bytes.extracting(offset + 8..<end))
    guard crc.value == checksum else {
      throw DecodeError(
        .checksum,
        at: offset + 4,
        "\(name).checksum",
        found: hex(UInt64(checksum)),
        expected: hex(UInt64(crc.value))
      )
    }
    body = bytes.extracting(bodyStart..<bodyStart + Int(length))
    guard bytes.extracting(bodyStart + Int(length)..<end).isZero else {
      throw DecodeError(
        .value,
        at: bodyStart + Int(length),
        "\(name).padding",
        found: "a byte other than 0",
        expected: "zeros"
      )
    }
    guard flags.isSubset(of: .known) else {
      throw DecodeError(
        .value,
        at: offset + 2,
        "\(name).flags",
        found: hex(UInt64(flags.rawValue)),
        expected: "no reserved bit"
      )
    }
  }

  /// The offset of the next record.
  var end: Int { bodyOffset + body.byteCount.roundedUp(to: 8) }
}

extension ByteWriter {
  /// Writes a record and returns its checksum.
  mutating func writeRecord(type: UInt16, flags: RecordFlags, body: [UInt8]) -> UInt32 {
    let start = count
    write(type)
    write(flags.rawValue)
    write(UInt32(0))
    write(UInt64(body.count))
    write(body)
    writeZeros(body.count.roundedUp(to: 8) - body.count)
    var crc = CRC32()
    withBytes(in: start..<start + 4) { crc.feed($0) }
    withBytes(in: start + 8..<count) { crc.feed($0) }
    patch(crc.value, at: start + 4)
    return crc.value
  }
}
