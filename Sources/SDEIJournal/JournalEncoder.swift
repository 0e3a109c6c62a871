internal import SDEIFormats
internal import SDEIModel

/// Gives the bytes of one part of a journal after the other, in one form.
struct JournalEncoder {
  let form: JournalForm
  var options = EncodeOptions()

  /// What a journal begins with.
  func header(_ header: JournalHeader) throws(EncodeError) -> [UInt8] {
    guard isPlainText(header.producer) else {
      throw EncodeError(
        "producer",
        problem: "it has control characters or more than 1024 bytes",
        action: "shorten it"
      )
    }
    try header.instance.checkProducer()
    return switch form {
    case .jsonLines: try LinesHeader.line(header, options)
    case .binary: try BinaryHeader.bytes(header)
    }
  }

  /// A step; the first one has number 1.
  func step(_ step: JournalStep, number: UInt64) throws(EncodeError) -> [UInt8] {
    switch form {
    case .jsonLines: try LineWriter.line(step, number: number, options)
    case .binary:
      BinaryRecord.bytes(
        type: StepKind(step).rawValue,
        number: number,
        body: try BodyWriter.body(step)
      )
    }
  }
}
