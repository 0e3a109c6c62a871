internal import SDEIWire

/// A journal's file: it is locked while it is open, and grows at its end only.
public final class JournalFile: JournalSink {
  private let file: AppendFile

  /// Creates a file; one that is there already is never overwritten.
  ///
  /// - Throws: An error that names the file and the reason.
  public init(creating path: String) throws { file = try AppendFile(creating: path) }

  /// Opens a file to append to it.
  ///
  /// - Throws: An error that names the file and the reason; also when another program has it open.
  public init(opening path: String) throws { file = try AppendFile(opening: path) }

  /// Appends bytes; where that fails, what was written of them is cut off again if possible.
  ///
  /// - Throws: An error that names the file and the reason.
  public func append(_ bytes: [UInt8]) throws { try file.append(bytes) }

  /// Waits until what was appended is on the disk, which costs a VMM milliseconds.
  ///
  /// - Throws: An error that names the file and the reason.
  public func sync() throws { try file.sync() }

  /// Cuts the file off behind its first `length` bytes.
  func cut(to length: Int) throws { try file.cut(to: length) }
}
