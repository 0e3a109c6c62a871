internal import SDEIFormats
internal import SDEIWire

/// The forms of a journal in a file (schemas/journal.md); they say the same.
public enum JournalForm: String, CaseIterable, Hashable, Sendable {
  /// JSON Lines: one object on each line, for people and pipes.
  case jsonLines = "jsonl"
  /// Checksummed records, for a VMM that may crash.
  case binary = "sdeij"

  /// The name on the command line and in messages.
  public var name: String { rawValue }

  /// The form of the journal that bytes begin like, nil where they begin like none.
  public static func recognise(_ bytes: RawSpan) -> JournalForm? {
    if bytes.starts(with: BinaryHeader.magic) { return .binary }
    guard JSONFormat.recognises(bytes) else { return nil }
    // The schema's name stands in the first line: a state's JSON has another one.
    let mark = Array("\"\(LinesHeader.schemaFamily)".utf8)
    for offset in 0..<min(bytes.byteCount, 4096) {
      if bytes[offset] == UInt8(ascii: "\n") { return nil }
      if bytes.extracting(offset..<bytes.byteCount).starts(with: mark) { return .jsonLines }
    }
    return nil
  }

  /// The form in which bytes are to be read: the recognised one, or the one whose errors explain why
  /// they are no journal.
  static func detect(_ bytes: RawSpan) throws(DecodeError) -> JournalForm {
    if let form = recognise(bytes) { return form }
    if JSONFormat.recognises(bytes) { return .jsonLines }
    if bytes.byteCount > 0, BinaryHeader.isBeginning(bytes) { return .binary }
    throw DecodeError(
      .notRecognised,
      at: 0,
      "",
      found: bytes.byteCount == 0 ? "an empty input" : "bytes that begin like no journal",
      expected: "a journal in JSON Lines or in the binary form"
    )
  }
}
