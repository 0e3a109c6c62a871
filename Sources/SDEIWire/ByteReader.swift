/// A bounds-checked cursor over borrowed bytes; all numbers are little-endian.
///
/// `read` moves the cursor, and throws without moving it when the bytes do not suffice.
public struct ByteReader: ~Escapable {
  private let bytes: RawSpan
  /// The offset of the first byte in the whole input, so that errors name places in the file.
  private let base: Int
  /// The position of the cursor, from the start of these bytes.
  public private(set) var position = 0

  /// Makes a reader of all of `bytes`, which start at `base` of the input that errors speak of.
  @_lifetime(copy bytes)
  public init(_ bytes: RawSpan, base: Int = 0) {
    self.bytes = bytes
    self.base = base
  }

  /// The offset of the cursor in the input.
  public var offset: Int { base + position }

  /// How many bytes are left.
  public var remaining: Int { bytes.byteCount - position }

  /// Reads `count` bytes, lending them.
  ///
  /// - Throws: `WireError.truncated` when there are fewer.
  @_lifetime(copy self)
  @_lifetime(self: copy self)
  public mutating func take(_ count: UInt64) throws(WireError) -> RawSpan {
    guard count <= UInt64(remaining) else {
      throw WireError(.truncated, at: offset, needed: count, available: remaining)
    }
    let start = position
    position += Int(count)
    return bytes.extracting(start..<position)
  }

  /// Checks that `count` items of `size` bytes each are left, without overflow.
  ///
  /// - Throws: `WireError.truncated` when there are fewer.
  public func require(_ count: UInt64, of size: UInt64) throws(WireError) {
    let (total, overflow) = count.multipliedReportingOverflow(by: size)
    guard !overflow, total <= UInt64(remaining) else {
      throw WireError(
        .truncated,
        at: offset,
        needed: overflow ? .max : total,
        available: remaining
      )
    }
  }

  /// Reads a little-endian integer of its own width.
  ///
  /// - Throws: `WireError.truncated` when the bytes do not suffice.
  @_lifetime(self: copy self)
  public mutating func read<T: FixedWidthInteger & UnsignedInteger>(
    _: T.Type = T.self
  ) throws(WireError) -> T {
    T(truncatingIfNeeded: try readBytes(T.bitWidth / 8))
  }

  /// Reads a little-endian number of 0 to 8 bytes.
  ///
  /// - Throws: `WireError.truncated` when the bytes do not suffice.
  @_lifetime(self: copy self)
  public mutating func readBytes(_ count: Int) throws(WireError) -> UInt64 {
    guard count <= remaining else {
      throw WireError(
        .truncated,
        at: offset,
        needed: UInt64(count),
        available: remaining
      )
    }
    let value = bytes.littleEndian(at: position, count: count)
    position += count
    return value
  }

  /// Reads an unsigned LEB128 number.
  ///
  /// - Throws: `WireError` when the bytes do not suffice, the number is not in its shortest form,
  ///   or it does not fit in 64 bits.
  @_lifetime(self: copy self)
  public mutating func readVarint() throws(WireError) -> UInt64 {
    let start = offset
    var value: UInt64 = 0
    var shift: UInt64 = 0
    while true {
      guard remaining > 0 else {
        throw WireError(
          .truncated,
          at: start,
          needed: UInt64(offset - start + 1),
          available: offset - start
        )
      }
      let byte = UInt64(bytes.littleEndian(at: position, count: 1))
      guard shift < 63 || byte <= 1 else { throw WireError(.overflow, at: start) }
      position += 1
      value |= (byte & 0x7F) << shift
      if byte & 0x80 == 0 {
        guard byte != 0 || shift == 0 else { throw WireError(.notMinimal, at: start) }
        return value
      }
      shift += 7
    }
  }

  /// Reads `count` bytes of UTF-8.
  ///
  /// - Throws: `WireError` when the bytes do not suffice or are not UTF-8.
  @_lifetime(self: copy self)
  public mutating func readText(_ count: UInt64) throws(WireError) -> String {
    let start = offset
    let text = try take(count)
    guard let string = text.utf8Text else { throw WireError(.notUTF8, at: start) }
    return string
  }
}
