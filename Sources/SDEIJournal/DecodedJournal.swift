public import SDEIFormats

/// A journal as it was read, and where its parts stand in the bytes.
public struct DecodedJournal: Hashable, Sendable {
  /// The journal.
  public let journal: Journal
  /// What stands behind its last whole record.
  public let tail: TornTail?
  /// The offset of the line or record with the starting state.
  public let startOffset: Int
  /// The offset of each step's line or record.
  public let stepOffsets: [Int]

  /// Reads a journal whose form is told by name, or else by how the bytes begin.
  ///
  /// A torn tail is left out and reported. Memory follows the input's size.
  ///
  /// - Throws: `DecodeError` for anything else that is not as it must be, with its offset.
  public init(
    reading bytes: RawSpan,
    as form: JournalForm? = nil
  ) throws(DecodeError) {
    var start: (header: JournalHeader, offset: Int)?
    var (steps, offsets): ([JournalStep], [Int]) = ([], [])
    let end = try JournalDecoder.decode(bytes, as: form) {
      start = ($0, $1)
    } step: {
      steps.append($0)
      offsets.append($1)
    }
    guard let start else {
      throw DecodeError(.truncated, at: 0, "", found: "no header", expected: "one")
    }
    journal = Journal(header: start.header, steps: steps)
    tail = end.tail
    (startOffset, stepOffsets) = (start.offset, offsets)
  }
}
