internal import CZlib

/// CRC-32 with zlib's polynomial (0xEDB88320 reflected, initial value and final XOR 0xFFFFFFFF).
public struct CRC32: Sendable {
  /// The checksum of what was fed so far.
  public private(set) var value: UInt32 = 0

  /// Makes the checksum of no bytes.
  public init() {}

  /// The checksum of some bytes.
  public static func of(_ bytes: RawSpan) -> UInt32 {
    var crc = CRC32()
    crc.feed(bytes)
    return crc.value
  }

  /// Feeds bytes.
  public mutating func feed(_ bytes: RawSpan) {
    let before = UInt(value)
    // SAFETY: zlib reads `count` bytes from the pointer, which is valid inside the closure. An empty
    // span may have no address, and to zlib a null pointer means "start again".
    let after = unsafe bytes.withUnsafeBytes { buffer in
      guard let address = buffer.baseAddress else { return before }
      return unsafe UInt(
        crc32_z(before, address.assumingMemoryBound(to: UInt8.self), z_size_t(buffer.count))
      )
    }
    value = UInt32(truncatingIfNeeded: after)
  }

  /// Feeds a 32-bit number as 4 little-endian bytes.
  public mutating func feed(_ number: UInt32) {
    let bytes = (0..<4).map { UInt8(truncatingIfNeeded: number >> UInt32(8 * $0)) }
    bytes.withBytes { feed($0) }
  }
}
