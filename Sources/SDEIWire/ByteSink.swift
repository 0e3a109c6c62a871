/// What bytes are written into; all numbers are little-endian.
///
/// An encoding is one generic function over a sink: run with a `ByteCounter` it gives the exact
/// size, run with a `ByteWriter` the bytes.
public protocol ByteSink: ~Copyable {
  /// How many bytes were written.
  var count: Int { get }
  /// Writes the low `count` (0 to 8) bytes of a number, least significant first.
  mutating func writeBytes(_ value: UInt64, count: Int)
  /// Writes bytes as they are.
  mutating func write(_ bytes: [UInt8])
  /// Writes zero bytes.
  mutating func writeZeros(_ zeros: Int)
}

extension ByteSink where Self: ~Copyable {
  /// Writes an integer of its own width.
  public mutating func write<T: FixedWidthInteger & UnsignedInteger>(_ value: T) {
    writeBytes(UInt64(truncatingIfNeeded: value), count: T.bitWidth / 8)
  }

  /// Writes the UTF-8 bytes of a text.
  public mutating func write(_ text: String) { write(Array(text.utf8)) }

  /// Writes an unsigned LEB128 number in its shortest form.
  public mutating func writeVarint(_ value: UInt64) {
    var rest = value
    while rest > 0x7F {
      writeBytes(rest & 0x7F | 0x80, count: 1)
      rest >>= 7
    }
    writeBytes(rest, count: 1)
  }
}

/// Counts the bytes that an encoding takes, and keeps none.
public struct ByteCounter: ByteSink {
  /// How many bytes were written.
  public private(set) var count = 0

  /// Makes a counter at 0.
  public init() {}

  /// Counts the bytes of a number.
  public mutating func writeBytes(_ value: UInt64, count width: Int) { count += width }

  /// Counts bytes.
  public mutating func write(_ bytes: [UInt8]) { count += bytes.count }

  /// Counts zero bytes.
  public mutating func writeZeros(_ zeros: Int) { count += zeros }
}

/// Collects bytes whose number is not known beforehand.
public struct ByteBuffer: ByteSink {
  /// What was written.
  public private(set) var bytes: [UInt8] = []

  /// Makes an empty buffer.
  public init() {}

  /// How many bytes were written.
  public var count: Int { bytes.count }

  /// Appends the low `width` (0 to 8) bytes of a number, least significant first.
  public mutating func writeBytes(_ value: UInt64, count width: Int) {
    for byte in 0..<width { bytes.append(UInt8(truncatingIfNeeded: value >> UInt64(8 * byte))) }
  }

  /// Appends bytes as they are.
  public mutating func write(_ more: [UInt8]) { bytes += more }

  /// Appends zero bytes.
  public mutating func writeZeros(_ zeros: Int) {
    bytes.append(contentsOf: repeatElement(0, count: zeros))
  }
}
