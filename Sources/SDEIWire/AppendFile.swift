internal import Glibc

/// A file that grows at its end and that one program at a time has open for it.
public final class AppendFile {
  private let descriptor: Int32
  private let path: String
  /// How long the file is.
  public private(set) var length: Int

  /// Creates a file; one that is there already is never overwritten.
  ///
  /// - Throws: `SystemError` when it is there, or cannot be created or locked.
  public convenience init(creating path: String) throws(SystemError) {
    try self.init(path, O_CREAT | O_EXCL, verb: "create")
  }

  /// Opens a regular file to append to it.
  ///
  /// - Throws: `SystemError` when it cannot be opened, or when another program has it locked.
  public convenience init(opening path: String) throws(SystemError) {
    try self.init(path, 0, verb: "open")
  }

  private init(_ path: String, _ flags: Int32, verb: String) throws(SystemError) {
    let descriptor = unsafe open(path, O_WRONLY | O_APPEND | O_CLOEXEC | flags, 0o666)
    guard descriptor >= 0 else { throw SystemError(verb, path) }
    do throws(SystemError) {
      // Without the lock, who repairs a file would cut off what another one is just writing.
      guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else { throw SystemError("lock", path) }
      var status = stat()
      guard unsafe fstat(descriptor, &status) == 0 else { throw SystemError("examine", path) }
      guard status.st_mode & S_IFMT == S_IFREG else {
        throw SystemError("append to", path, errno: EINVAL)
      }
      length = Int(status.st_size)
    } catch {
      close(descriptor)
      throw error
    }
    self.descriptor = descriptor
    self.path = path
  }

  deinit { close(descriptor) }

  /// Appends all of `bytes`.
  ///
  /// - Throws: `SystemError` when it cannot; what was written of them is cut off again where possible.
  public func append(_ bytes: [UInt8]) throws(SystemError) {
    do throws(SystemError) {
      try OutputFile.write(bytes, to: descriptor, path)
    } catch {
      _ = ftruncate(descriptor, length)
      throw error
    }
    length += bytes.count
  }

  /// Cuts the file off behind its first `length` bytes.
  ///
  /// - Throws: `SystemError` when it cannot.
  public func cut(to length: Int) throws(SystemError) {
    guard ftruncate(descriptor, length) == 0 else { throw SystemError("cut", path) }
    self.length = length
  }

  /// Waits until what was appended is on the disk.
  ///
  /// - Throws: `SystemError` when it cannot be written there.
  public func sync() throws(SystemError) {
    guard fsync(descriptor) == 0 else { throw SystemError("write", path) }
  }
}
