internal import Glibc

/// An input that is read from its start, chunk by chunk, and never loaded as a whole.
///
/// How it begins can be looked at first; whoever wants all of it after that takes `InputFile` from
/// it, so that a pipe, too, can be asked for its format.
public struct ChunkedInput: ~Copyable {
  /// How many bytes can be looked at before anything is read.
  public static let startLength = 512

  private let descriptor: Int32
  private let path: String
  private let isOwned: Bool
  /// The first bytes, fewer than `startLength` only where the input has no more.
  public let start: [UInt8]
  private var isStartRead = false
  /// Made when it is needed: most inputs are taken as a whole.
  private var chunk: [UInt8] = []

  /// Opens a file; `-` is standard input.
  ///
  /// - Throws: `SystemError` when it cannot be opened or read.
  public init(path: String) throws(SystemError) {
    let isInput = path == "-"
    let name = isInput ? "standard input" : path
    let opened = isInput ? STDIN_FILENO : unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard opened >= 0 else { throw SystemError("open", path) }
    do throws(SystemError) {
      start = try Self.readStart(opened, name)
    } catch {
      if !isInput { close(opened) }
      throw error
    }
    (descriptor, self.path, isOwned) = (opened, name, !isInput)
  }

  deinit { if isOwned { close(descriptor) } }

  private static func readStart(_ descriptor: Int32, _ name: String) throws(SystemError) -> [UInt8]
  {
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0 else { throw SystemError("examine", name) }
    guard status.st_mode & S_IFMT != S_IFDIR else {
      throw SystemError("read", name, errno: EISDIR)
    }
    var start: [UInt8] = []
    var part = [UInt8](repeating: 0, count: startLength)
    while start.count < startLength {
      let count = try read(descriptor, name, &part, startLength - start.count)
      if count == 0 { break }
      start += part[..<count]
    }
    return start
  }

  /// Reads at most `most` bytes into a buffer; 0 at the end.
  static func read(
    _ descriptor: Int32,
    _ name: String,
    _ buffer: inout [UInt8],
    _ most: Int
  ) throws(SystemError) -> Int {
    while true {
      let size = min(most, buffer.count)
      // SAFETY: read writes at most `size` bytes, and the buffer has so many.
      let count = unsafe buffer.withUnsafeMutableBytes {
        unsafe Glibc.read(descriptor, $0.baseAddress, size)
      }
      if count < 0 && errno == EINTR { continue }
      guard count >= 0 else { throw SystemError("read", name) }
      return count
    }
  }

  /// The next bytes, the first ones included; none at the end.
  ///
  /// They are lent until the next call. At most 256 KiB are kept in memory.
  ///
  /// - Throws: `SystemError` when they cannot be read.
  @_lifetime(&self)
  public mutating func next() throws(SystemError) -> RawSpan {
    if !isStartRead {
      isStartRead = true
      // SAFETY: UInt8 has no padding, so all bytes of the storage are initialised.
      if !start.isEmpty { return unsafe start.span.bytes }
    }
    if chunk.isEmpty { chunk = [UInt8](repeating: 0, count: 1 << 18) }
    let count = try Self.read(descriptor, path, &chunk, chunk.count)
    // SAFETY: as above.
    return unsafe chunk.span.bytes.extracting(0..<count)
  }

  /// All bytes, the first ones included: a file mapped into memory, or a pipe read to its end.
  ///
  /// Nothing may have been read with `next` before.
  ///
  /// - Throws: `SystemError` when they cannot be mapped or read.
  public consuming func whole() throws(SystemError) -> InputFile {
    precondition(!isStartRead, "a part was read before")
    return try InputFile(descriptor: descriptor, path, start: start)
  }
}
