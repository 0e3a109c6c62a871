internal import SDEIWire

/// The header of a record of the binary form (schemas/journal.md, section 4.2).
///
/// It has a checksum of its own: so its length can be trusted before the body is looked at, and what
/// follows a damaged record can be told from what was never written.
///
/// ```
/// OFFSET SIZE FIELD
///      0    2 type
///      2    2 flags
///      4    4 length L of the body
///      8    8 number: 0 of the start, 1 of the first step
///     16    4 CRC-32 of body and padding
///     20    4 CRC-32 of bytes 0..<20
///     24    L body
/// 24 + L  0-7 zeros up to a multiple of 8
/// ```
struct BinaryRecord {
  static let headerSize = 24

  let type: UInt16
  let flags: UInt16
  let number: UInt64
  let offset: Int
  let length: Int
  private let checksum: UInt32

  /// Reads the header at an offset; nil where none is whole.
  init?(at offset: Int, of bytes: RawSpan) {
    guard bytes.byteCount - offset >= Self.headerSize else { return nil }
    let sum = CRC32.of(bytes.extracting(offset..<offset + 20))
    guard bytes.littleEndian(at: offset + 20, count: 4) == UInt64(sum) else { return nil }
    type = UInt16(bytes.littleEndian(at: offset, count: 2))
    flags = UInt16(bytes.littleEndian(at: offset + 2, count: 2))
    length = Int(bytes.littleEndian(at: offset + 4, count: 4))
    number = bytes.littleEndian(at: offset + 8, count: 8)
    checksum = UInt32(bytes.littleEndian(at: offset + 16, count: 4))
    self.offset = offset
  }

  var bodyOffset: Int { offset + Self.headerSize }

  /// The offset of the padding.
  var bodyEnd: Int { bodyOffset + length }

  /// The offset of the next record.
  var end: Int { bodyOffset + (length + 7) / 8 * 8 }

  /// Whether all of it is there and as it was written.
  func isWhole(in bytes: RawSpan) -> Bool {
    end <= bytes.byteCount && CRC32.of(bytes.extracting(bodyOffset..<end)) == checksum
  }

  /// The bytes of a record.
  static func bytes(type: UInt16, number: UInt64, body: [UInt8]) -> [UInt8] {
    var padded = ByteBuffer()
    padded.write(body)
    padded.writeZeros((8 - body.count % 8) % 8)
    var record = ByteBuffer()
    record.write(type)
    record.write(UInt16(0))
    record.write(UInt32(body.count))
    record.write(number)
    record.write(padded.bytes.withBytes { CRC32.of($0) })
    record.write(record.bytes.withBytes { CRC32.of($0) })
    record.write(padded.bytes)
    return record.bytes
  }
}
