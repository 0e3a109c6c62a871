/// Writes bytes into a buffer whose exact size was computed first with a `ByteCounter`.
///
/// Writing more than was announced, or finishing early, is a bug of the caller and stops the
/// program.
public struct ByteWriter: ByteSink, ~Copyable {
  private var storage: [UInt8]
  /// How many bytes were written.
  public private(set) var count = 0

  /// Makes a writer of exactly `size` bytes.
  public init(size: Int) { storage = [UInt8](repeating: 0, count: size) }

  /// Writes the low `width` (0 to 8) bytes of a number, least significant first.
  public mutating func writeBytes(_ value: UInt64, count width: Int) {
    precondition(width >= 0 && width <= 8 && width <= storage.count - count)
    for byte in 0..<width {
      storage[count + byte] = UInt8(truncatingIfNeeded: value >> UInt64(8 * byte))
    }
    count += width
  }

  /// Writes bytes as they are.
  public mutating func write(_ bytes: [UInt8]) {
    precondition(bytes.count <= storage.count - count)
    storage.replaceSubrange(count..<count + bytes.count, with: bytes)
    count += bytes.count
  }

  /// Writes zero bytes.
  public mutating func writeZeros(_ zeros: Int) {
    precondition(zeros >= 0 && zeros <= storage.count - count)
    count += zeros
  }

  /// Replaces 4 bytes that were written before, for a checksum that is known only later.
  public mutating func patch(_ value: UInt32, at offset: Int) {
    precondition(offset >= 0 && offset <= count - 4)
    for byte in 0..<4 {
      storage[offset + byte] = UInt8(truncatingIfNeeded: value >> UInt32(8 * byte))
    }
  }

  /// Lends a part of what was written.
  public func withBytes<Result>(in range: Range<Int>, _ body: (RawSpan) -> Result) -> Result {
    precondition(range.upperBound <= count)
    return storage.withBytes { body($0.extracting(range)) }
  }

  /// The bytes; all announced bytes must have been written.
  public consuming func finish() -> [UInt8] {
    precondition(count == storage.count, "the announced size was wrong")
    return storage
  }
}
