internal import SDEIWire

extension ByteWriter {
  /// Writes the low `width` (1 to 8) bytes of a number, most significant first.
  mutating func writeBigEndian(_ value: UInt64, count width: Int) {
    writeBytes((value << UInt64(64 - 8 * width)).byteSwapped, count: width)
  }
}
