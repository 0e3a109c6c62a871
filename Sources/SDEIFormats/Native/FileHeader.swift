internal import SDEIModel
internal import SDEIWire

/// The header of a `.sdei` file, which can be read from a file of any version
/// (schemas/sdei-snapshot.md, 1.1).
///
/// ```
/// OFFSET SIZE FIELD
///      0    8 magic
///      8    2 format major version
///     10    2 format minor version
///     12    4 header length
///     16    8 body length
///     24    1 scope
///     25    1 reserved
///     26    2 length of the dialect name
///     28    2 length of the producer
///     30    2 length of the required feature tags
///     32      dialect name, producer, tags, zeros
///   H - 4    4 CRC-32 of all before
/// ```
public struct FileHeader: Hashable, Sendable {
  /// The first eight bytes of every file.
  public static let magic: [UInt8] = [0x89, 0x53, 0x44, 0x45, 0x49, 0x0D, 0x0A, 0x1A]
  /// The size of the part that never moves.
  public static let fixedSize = 32
  /// The largest header that any version may have.
  public static let largestSize = 65_536

  /// The format version.
  public var version: FormatVersion
  /// The offset of the first record.
  public var length: Int
  /// The number of bytes behind the header.
  public var bodyLength: UInt64
  /// The scope byte: 0 whole, 1 VM part, 2 vCPU part.
  public var scope: UInt8
  /// The reserved byte.
  public var reserved: UInt8
  /// The dialect's name, which may be one of a later version.
  public var dialect: String
  /// What made the state.
  public var producer: String
  /// The required features.
  public var tags: [String]

  /// The header's size in this version.
  static func size(dialect: String, producer: String, tags: [String]) -> Int {
    let text =
      dialect.utf8.count + producer.utf8.count + tags.joined(separator: " ").utf8.count
    return (fixedSize + text + 4).roundedUp(to: 8)
  }

  /// Reads the header of a file of any version.
  ///
  /// - Throws: `DecodeError` when the magic, a length or the checksum is wrong.
  public init(reading bytes: RawSpan) throws(DecodeError) {
    guard bytes.starts(with: Self.magic) else {
      throw DecodeError(
        .notRecognised,
        at: 0,
        "header.magic",
        found: "other bytes",
        expected: "89 53 44 45 49 …"
      )
    }
    let available = bytes.byteCount
    guard available >= Self.fixedSize else {
      throw Self.truncated(needed: Self.fixedSize, available: available)
    }
    version = FormatVersion(
      major: UInt16(bytes.littleEndian(at: 8, count: 2)),
      minor: UInt16(bytes.littleEndian(at: 10, count: 2))
    )
    length = Int(bytes.littleEndian(at: 12, count: 4))
    guard length % 8 == 0, (40...Self.largestSize).contains(length) else {
      throw DecodeError(
        .value,
        at: 12,
        "header.length",
        found: "\(length)",
        expected: "a multiple of 8 from 40 to \(Self.largestSize)",
        action: DecodeError.Code.checksum.usualAction
      )
    }
    guard length <= available else { throw Self.truncated(needed: length, available: available) }
    let stored = UInt32(bytes.littleEndian(at: length - 4, count: 4))
    let computed = CRC32.of(bytes.extracting(0..<length - 4))
    guard stored == computed else {
      throw DecodeError(
        .checksum,
        at: length - 4,
        "header.checksum",
        found: hex(UInt64(stored)),
        expected: hex(UInt64(computed))
      )
    }
    bodyLength = bytes.littleEndian(at: 16, count: 8)
    scope = bytes[24]
    reserved = bytes[25]
    var sizes: [Int] = []
    for offset in [26, 28, 30] { sizes.append(Int(bytes.littleEndian(at: offset, count: 2))) }
    guard Self.fixedSize + sizes.reduce(0, +) <= length - 4 else {
      throw DecodeError(
        .value,
        at: 26,
        "header",
        found: "texts of \(sizes.reduce(0, +)) bytes",
        expected: "at most \(length - 4 - Self.fixedSize)"
      )
    }
    dialect = try Self.text(bytes, at: 32, sizes[0], "header.dialect")
    producer = try Self.text(bytes, at: 32 + sizes[0], sizes[1], "header.producer")
    let list = try Self.text(bytes, at: 32 + sizes[0] + sizes[1], sizes[2], "header.tags")
    tags =
      list.isEmpty
      ? [] : list.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
  }

  private static func truncated(needed: Int, available: Int) -> DecodeError {
    DecodeError(
      .truncated,
      at: available,
      "header",
      found: "the end of the input after \(available) bytes",
      expected: "\(needed) bytes of header"
    )
  }

  private static func text(
    _ bytes: RawSpan,
    at offset: Int,
    _ size: Int,
    _ path: String
  ) throws(DecodeError) -> String {
    guard let text = bytes.extracting(offset..<offset + size).utf8Text, isPlainText(text) else {
      throw DecodeError(
        .value,
        at: offset,
        path,
        found: "bytes that are no plain text",
        expected: "UTF-8 without control characters, at most 1024 bytes"
      )
    }
    return text
  }
}

/// A version of a binary format.
public struct FormatVersion: Hashable, Comparable, Sendable, CustomStringConvertible {
  /// Raised by a change that old readers would misread.
  public var major: UInt16
  /// Raised by other changes.
  public var minor: UInt16

  /// Makes a version.
  package init(major: UInt16, minor: UInt16) { (self.major, self.minor) = (major, minor) }

  /// The version of the native format that is read and written.
  public static let current = FormatVersion(major: 0, minor: 1)

  /// `MAJOR.MINOR`.
  public var description: String { "\(major).\(minor)" }

  /// Orders by major, then minor.
  public static func < (lhs: FormatVersion, rhs: FormatVersion) -> Bool {
    (lhs.major, lhs.minor) < (rhs.major, rhs.minor)
  }
}

extension Int {
  /// The smallest multiple of `step` that is not below this number.
  func roundedUp(to step: Int) -> Int { (self + step - 1) / step * step }
}
