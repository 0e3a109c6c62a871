internal import CZlib

/// zlib streams (RFC 1950), through zlib.
public enum Deflate {
  /// Compresses bytes into a zlib stream, at zlib's default level.
  ///
  /// The result depends on the zlib build. Nil when zlib has no memory.
  public static func compress(_ bytes: RawSpan) -> [UInt8]? {
    let bound = compressBound(uLong(bytes.byteCount))
    var size = bound
    var isDone = false
    // SAFETY: zlib writes at most `size` bytes, the capacity; the count set is what it wrote.
    let result = unsafe [UInt8](unsafeUninitializedCapacity: Int(bound)) { target, count in
      unsafe bytes.withUnsafeBytes { source in
        let address = unsafe source.baseAddress?.assumingMemoryBound(to: UInt8.self)
        isDone =
          unsafe compress2(
            target.baseAddress,
            &size,
            address,
            uLong(source.count),
            Z_DEFAULT_COMPRESSION
          ) == Z_OK
      }
      count = isDone ? Int(size) : 0
    }
    return isDone ? result : nil
  }

  /// Inflates a zlib stream that must use all of `bytes` and give exactly `count` bytes.
  ///
  /// Nil when it does not. The caller bounds `count` first: it is allocated.
  public static func inflate(_ bytes: RawSpan, count: Int) -> [UInt8]? {
    var size = uLong(count)
    var used = uLong(bytes.byteCount)
    var isDone = false
    // SAFETY: zlib writes at most `size` bytes, the capacity, and reads at most `used` bytes. A
    // capacity of at least one byte gives zlib a valid pointer where nothing is expected.
    let result = unsafe [UInt8](unsafeUninitializedCapacity: max(count, 1)) { target, written in
      unsafe bytes.withUnsafeBytes { source in
        let address = unsafe source.baseAddress?.assumingMemoryBound(to: UInt8.self)
        isDone = unsafe uncompress2(target.baseAddress, &size, address, &used) == Z_OK
      }
      written = isDone ? Int(size) : 0
    }
    return isDone && result.count == count && Int(used) == bytes.byteCount ? result : nil
  }
}
