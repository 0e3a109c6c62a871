extension RawSpan {
  /// The little-endian number in `count` (0 to 8) bytes at `offset`, which must be inside.
  public func littleEndian(at offset: Int, count: Int) -> UInt64 {
    precondition(offset >= 0 && count >= 0 && count <= 8 && offset <= byteCount - count)
    if count == 8 {
      // SAFETY: offset + 8 <= byteCount was checked above; any bit pattern is a UInt64.
      return UInt64(
        littleEndian: unsafe unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self)
      )
    }
    var value: UInt64 = 0
    for byte in 0..<count {
      // SAFETY: offset + byte < byteCount was checked above; any bit pattern is a UInt8.
      let next = unsafe unsafeLoadUnaligned(fromByteOffset: offset + byte, as: UInt8.self)
      value |= UInt64(next) << UInt64(8 * byte)
    }
    return value
  }

  /// The big-endian number in `count` (0 to 8) bytes at `offset`, which must be inside.
  public func bigEndian(at offset: Int, count: Int) -> UInt64 {
    let value = littleEndian(at: offset, count: count)
    return count == 0 ? 0 : value.byteSwapped >> UInt64(64 - 8 * count)
  }

  /// `count` big-endian 64-bit words from `offset` on, which must be inside.
  public func bigEndianWords(at offset: Int, count: Int) -> [UInt64] {
    words(at: offset, count: count).map(\.byteSwapped)
  }

  /// `count` little-endian 64-bit words from `offset` on, which must be inside.
  public func words(at offset: Int, count: Int) -> [UInt64] {
    precondition(count >= 0 && offset >= 0 && count <= (byteCount - offset) / 8)
    var words: [UInt64] = []
    words.reserveCapacity(count)
    for word in 0..<count { words.append(littleEndian(at: offset + word * 8, count: 8)) }
    return words
  }

  /// One byte, at an offset that must be inside.
  public subscript(offset: Int) -> UInt8 { UInt8(littleEndian(at: offset, count: 1)) }

  /// The bytes as text, nil when they are not valid UTF-8.
  public var utf8Text: String? { String(validating: array, as: UTF8.self) }

  /// A copy of the bytes.
  public var array: [UInt8] {
    // SAFETY: the pointer is used inside the closure only, for byteCount bytes.
    unsafe withUnsafeBytes { bytes in unsafe [UInt8](bytes) }
  }

  /// Whether all bytes are 0.
  public var isZero: Bool {
    var offset = 0
    while offset + 8 <= byteCount {
      if littleEndian(at: offset, count: 8) != 0 { return false }
      offset += 8
    }
    return littleEndian(at: offset, count: byteCount - offset) == 0
  }

  /// Whether the bytes start with others.
  public func starts(with prefix: [UInt8]) -> Bool {
    guard byteCount >= prefix.count else { return false }
    return prefix.indices.allSatisfy { self[$0] == prefix[$0] }
  }
}

extension Array where Element == UInt8 {
  /// Appends a copy of bytes.
  public mutating func append(copying bytes: RawSpan) {
    // SAFETY: the pointer is used inside the closure only, for byteCount bytes.
    unsafe bytes.withUnsafeBytes { buffer in unsafe append(contentsOf: buffer) }
  }

  /// Lends the bytes of the array to `body`.
  public func withBytes<Result, Failure: Error>(
    _ body: (RawSpan) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    // SAFETY: UInt8 has no padding, so all bytes of the storage are initialised.
    try body(unsafe span.bytes)
  }
}
