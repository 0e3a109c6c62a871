internal import Glibc

/// Writes outputs: a file beside its destination and then renamed, or a descriptor.
public enum OutputFile {
  /// Replaces a file by `bytes` as one step: a reader sees the old file or the new one.
  ///
  /// - Throws: `SystemError` when it cannot be written; then nothing is left behind. A path that is
  ///   no regular file (a pipe, `/dev/null`) is written directly.
  public static func replace(_ link: String, with bytes: [UInt8]) throws(SystemError) {
    let path = target(of: link)
    var status = stat()
    if unsafe stat(path, &status) == 0, status.st_mode & S_IFMT != S_IFREG {
      guard status.st_mode & S_IFMT != S_IFDIR else {
        throw SystemError("write", path, errno: EISDIR)
      }
      let descriptor = unsafe open(path, O_WRONLY | O_CLOEXEC)
      guard descriptor >= 0 else { throw SystemError("open", path) }
      defer { close(descriptor) }
      return try write(bytes, to: descriptor, path)
    }
    var template = Array(path.utf8CString.dropLast()) + Array(".XXXXXX".utf8CString)
    // SAFETY: mkstemp changes the six X of the NUL-terminated template in place.
    let descriptor = unsafe template.withUnsafeMutableBufferPointer { name in
      unsafe name.baseAddress.map { unsafe mkstemp($0) } ?? -1
    }
    guard descriptor >= 0 else { throw SystemError("create a file beside", path) }
    let temporary = String(
      decoding: template.dropLast().map { UInt8(bitPattern: $0) },
      as: UTF8.self
    )
    do throws(SystemError) {
      defer { close(descriptor) }
      try write(bytes, to: descriptor, path)
      guard fchmod(descriptor, permissions(like: path)) == 0, fsync(descriptor) == 0 else {
        throw SystemError("write", path)
      }
    } catch {
      unsafe unlink(temporary)
      throw error
    }
    guard unsafe rename(temporary, path) == 0 else {
      let error = SystemError("replace", path)
      unsafe unlink(temporary)
      throw error
    }
  }

  /// Writes all of `bytes` to a descriptor.
  ///
  /// - Throws: `SystemError` when it cannot.
  public static func write(
    _ bytes: [UInt8],
    to descriptor: Int32,
    _ path: String
  ) throws(SystemError) {
    var written = 0
    while written < bytes.count {
      // SAFETY: the pointer stays inside the array's `count` bytes.
      let count = unsafe bytes.withUnsafeBytes {
        unsafe Glibc.write(descriptor, $0.baseAddress?.advanced(by: written), $0.count - written)
      }
      if count < 0 && errno == EINTR { continue }
      guard count >= 0 else { throw SystemError("write", path) }
      written += count
    }
  }

  /// What a path leads to: a symbolic link stays one, and its target is replaced.
  private static func target(of path: String) -> String {
    // SAFETY: realpath with NULL allocates a C string, or gives NULL; it is copied and freed.
    guard let resolved = unsafe realpath(path, nil) else { return path }
    defer { unsafe free(resolved) }
    return unsafe String(cString: resolved)
  }

  /// Makes writing to a pipe whose reader has gone an error like others, not a signal.
  public static func ignoreBrokenPipes() { _ = signal(SIGPIPE, SIG_IGN) }

  /// Whether a descriptor is a terminal.
  public static func isTerminal(_ descriptor: Int32) -> Bool { isatty(descriptor) == 1 }

  /// The mode of the file that is replaced, or what the umask leaves of rw-rw-rw-.
  private static func permissions(like path: String) -> mode_t {
    var status = stat()
    if unsafe stat(path, &status) == 0 { return status.st_mode & 0o7777 }
    let mask = umask(0o077)
    umask(mask)
    return 0o666 & ~mask
  }
}

extension OutputFile {
  /// Whether two paths lead to one file.
  public static func isSame(_ path: String, _ other: String) -> Bool {
    var (first, second) = (stat(), stat())
    guard unsafe stat(path, &first) == 0, unsafe stat(other, &second) == 0 else { return false }
    return first.st_dev == second.st_dev && first.st_ino == second.st_ino
      && first.st_mode & S_IFMT == S_IFREG
  }
}

extension SystemError {
  /// Whether the reader of a pipe has gone.
  public var isBrokenPipe: Bool { errno == EPIPE }
}

/// The environment of the process.
public enum SystemEnvironment {
  /// The value of a variable, nil when it is not set.
  public static func value(_ name: String) -> String? {
    // SAFETY: getenv returns NULL or a valid C string, copied at once; nothing here changes it.
    unsafe getenv(name).map { unsafe String(cString: $0) }
  }
}
