internal import SDEIFormats

/// Reads a journal step by step, keeping none.
enum JournalDecoder {
  /// Where and how a journal ended.
  struct End {
    var form: JournalForm
    /// How many steps it has.
    var steps: UInt64
    /// The offset behind the last whole record.
    var offset: Int
    /// What stands there.
    var tail: TornTail?
    /// Whether the last line, which is whole, lacks its newline.
    var lacksNewline = false

    /// An end at which bytes stand that are no record.
    init(_ form: JournalForm, steps: UInt64, offset: Int, of count: Int) {
      (self.form, self.steps, self.offset) = (form, steps, offset)
      if offset < count {
        tail = TornTail(offset: offset, byteCount: count - offset, wholeSteps: steps)
      }
    }
  }

  /// Gives the header and each step, in order, each with the offset of its line or record.
  static func decode(
    _ bytes: RawSpan,
    as form: JournalForm? = nil,
    header: (JournalHeader, _ offset: Int) -> Void = { _, _ in },
    step: (JournalStep, _ offset: Int) -> Void = { _, _ in }
  ) throws(DecodeError) -> End {
    let chosen: JournalForm = if let form { form } else { try JournalForm.detect(bytes) }
    return switch chosen {
    case .jsonLines: try LinesDecoder.decode(bytes, header, step)
    case .binary: try BinaryDecoder.decode(bytes, header, step)
    }
  }
}
