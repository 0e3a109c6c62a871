/// Where a recorder puts a journal, piece by piece.
public protocol JournalSink {
  /// Appends one piece.
  ///
  /// - Throws: When it can not be kept. What was kept of it is the journal's torn tail, and the
  ///   recorder writes no more behind it.
  mutating func append(_ bytes: [UInt8]) throws
}
