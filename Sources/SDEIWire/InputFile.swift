internal import Glibc

/// The bytes of an input, borrowed: a file mapped into memory, or a pipe read to its end.
@safe public struct InputFile: ~Copyable {
  private let address: UnsafeMutableRawPointer?
  private let length: Int
  private let contents: [UInt8]

  /// Opens a file; `-` is standard input.
  ///
  /// A file that shrinks while it is mapped stops the program, as with every mapped file.
  ///
  /// - Throws: `SystemError` when it cannot be opened, examined, mapped or read.
  public init(path: String) throws(SystemError) {
    self = try ChunkedInput(path: path).whole()
  }

  /// Takes what a descriptor gives, of which the first bytes were read already.
  init(descriptor: Int32, _ path: String, start: [UInt8]) throws(SystemError) {
    let source = unsafe try Self.load(descriptor, path, start)
    unsafe address = source.address
    length = unsafe source.length
    contents = unsafe source.contents
  }

  @unsafe private struct Source {
    var address: UnsafeMutableRawPointer?
    var length = 0
    var contents: [UInt8] = []
  }

  private static func load(
    _ descriptor: Int32,
    _ path: String,
    _ start: [UInt8]
  ) throws(SystemError) -> Source {
    var source = unsafe Source()
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0 else { throw SystemError("examine", path) }
    // Standard input may be a file that somebody else has read a part of: it is read on from there.
    // Mapping costs more than reading where there is little, and threads wait for each other in it.
    guard descriptor != STDIN_FILENO, status.st_mode & S_IFMT == S_IFREG,
      status.st_size > smallest
    else {
      unsafe source.contents = try readAll(descriptor, path, start)
      return unsafe source
    }
    unsafe source.length = Int(status.st_size)
    // SAFETY: a new private read-only mapping; checked for MAP_FAILED, unmapped by deinit.
    unsafe source.address = mmap(nil, source.length, PROT_READ, MAP_PRIVATE, descriptor, 0)
    guard unsafe source.address != MAP_FAILED else { throw SystemError("map", path) }
    return unsafe source
  }

  deinit {
    // SAFETY: the address and length are those of mmap; nobody can hold a span of a dead value.
    if let address = unsafe address { unsafe _ = munmap(address, length) }
  }

  /// The bytes, for as long as the value lives.
  public var bytes: RawSpan {
    @_lifetime(borrow self)
    get {
      // SAFETY: the mapping is `length` bytes long and lives as long as self.
      if let address = unsafe address {
        let span = unsafe RawSpan(_unsafeStart: UnsafeRawPointer(address), byteCount: length)
        return unsafe _overrideLifetime(span, borrowing: self)
      }
      // SAFETY: UInt8 has no padding; the array lives as long as self.
      return unsafe _overrideLifetime(unsafe contents.span.bytes, borrowing: self)
    }
  }

  /// From how many bytes on a file is mapped.
  private static let smallest: off_t = 1 << 16

  private static func readAll(
    _ descriptor: Int32,
    _ path: String,
    _ start: [UInt8]
  ) throws(SystemError) -> [UInt8] {
    var result = start
    // What did not fill the buffer for the start has ended, as a rule.
    var chunk = [UInt8](repeating: 0, count: start.count < ChunkedInput.startLength ? 64 : 1 << 16)
    while true {
      let count = try ChunkedInput.read(descriptor, path, &chunk, chunk.count)
      if count == 0 { return result }
      result.append(contentsOf: chunk[..<count])
    }
  }
}

/// A call to the operating system that failed: what was tried, on what, and why.
public struct SystemError: Error, Hashable, Sendable {
  /// What was tried, as a verb.
  public let verb: String
  /// The file.
  public let path: String
  /// The error number.
  public let errno: Int32

  init(_ verb: String, _ path: String, errno number: Int32 = Glibc.errno) {
    self.verb = verb
    self.path = path
    errno = number
  }
}

extension SystemError: CustomStringConvertible {
  /// What failed and why, in the system's words; one line, whatever the name of the file.
  public var description: String {
    let scalars = path.unicodeScalars.flatMap { scalar in
      scalar == "\n" ? Array("\\u{a}".unicodeScalars) : [scalar]
    }
    let path = String(String.UnicodeScalarView(scalars))
    // SAFETY: strerror returns a valid C string for every number; it is copied at once.
    return "cannot \(verb) \(path): \(unsafe String(cString: strerror(errno)))"
  }
}
