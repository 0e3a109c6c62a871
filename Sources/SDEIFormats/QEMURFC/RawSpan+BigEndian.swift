internal import SDEIWire

extension RawSpan {
  /// The big-endian number in `count` (1 to 8) bytes at `offset`, which must be inside.
  func bigEndian(at offset: Int, count: Int) -> UInt64 {
    littleEndian(at: offset, count: count).byteSwapped >> UInt64(64 - 8 * count)
  }
}

extension ByteWriter {
  /// Writes the low `width` (1 to 8) bytes of a number, most significant first.
  mutating func writeBigEndian(_ value: UInt64, count width: Int) {
    writeBytes((value << UInt64(64 - 8 * width)).byteSwapped, count: width)
  }
}
