internal import Glibc

/// Looks at what is in a file system, without opening files.
public enum Directory {
  /// What a path leads to.
  public enum Kind: Sendable {
    /// A file, a pipe, or a device: something that can be read.
    case file
    /// A directory.
    case directory
  }

  /// What a path leads to; symbolic links are followed.
  ///
  /// - Throws: `SystemError` when it leads nowhere.
  public static func kind(of path: String) throws(SystemError) -> Kind {
    var status = stat()
    guard unsafe stat(path, &status) == 0 else { throw SystemError("examine", path) }
    return status.st_mode & S_IFMT == S_IFDIR ? .directory : .file
  }

  /// The entries of a directory that are files or directories, in the order of their bytes.
  ///
  /// Hidden ones (`.name`), symbolic links, pipes and devices are left out: a link can lead back to
  /// where it is, and a pipe never end.
  ///
  /// - Throws: `SystemError` when it can not be read.
  public static func entries(
    of path: String
  ) throws(SystemError) -> [(name: String, kind: Kind)] {
    // SAFETY: opendir gives NULL or a stream that is closed below and used by nobody else.
    guard let stream = unsafe opendir(path) else { throw SystemError("read", path) }
    defer { unsafe _ = closedir(stream) }
    var entries: [(name: String, kind: Kind)] = []
    // SAFETY: an entry is valid until the next readdir; its name is NUL-terminated and is copied.
    while let entry = unsafe readdir(stream) {
      let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
        unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      if name.hasPrefix(".") { continue }
      var status = stat()
      guard unsafe lstat(path + "/" + name, &status) == 0 else { continue }
      switch status.st_mode & S_IFMT {
      case S_IFREG: entries.append((name, .file))
      case S_IFDIR: entries.append((name, .directory))
      default: break
      }
    }
    return entries.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
  }
}

/// The processors of the machine.
public enum Processors {
  /// How many can be used now, at least 1.
  public static var count: Int { max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))) }
}
