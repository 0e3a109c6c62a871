public import SDEIFormats

extension Journal {
  /// Reads a journal whose form is told by name, or else by how the bytes begin.
  ///
  /// A torn tail is left out and reported. Memory follows the input's size.
  ///
  /// - Throws: `DecodeError` for anything else that is not as it must be, with its offset.
  public static func decode(
    _ bytes: RawSpan,
    as form: JournalForm? = nil
  ) throws(DecodeError) -> (journal: Journal, tail: TornTail?) {
    let decoded = try DecodedJournal(reading: bytes, as: form)
    return (decoded.journal, decoded.tail)
  }

  /// Writes the journal; equal journals give equal bytes.
  ///
  /// - Throws: `EncodeError` where a state or a text can not be written.
  public func encode(
    as form: JournalForm,
    _ options: EncodeOptions = EncodeOptions()
  ) throws(EncodeError) -> [UInt8] {
    let encoder = JournalEncoder(form: form, options: options)
    var bytes = try encoder.header(header)
    for (index, step) in steps.enumerated() {
      bytes += try encoder.step(step, number: UInt64(index) + 1)
    }
    return bytes
  }
}
