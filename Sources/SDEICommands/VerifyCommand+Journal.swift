internal import ArgumentParser
internal import SDEIFormats
internal import SDEIJournal
internal import SDEIModel
internal import SDEIVerify

/// `verify` of journals, and of a state with the one before it.
extension VerifyCommand {
  /// What an input holds.
  enum Contents {
    case state(Document)
    case journal(DecodedJournal)
  }

  /// Reads a state or a journal, whichever it is; the message of a failure names the file.
  ///
  /// A QEMU stream is read as it comes. A torn tail is among the journal's findings.
  static func contents(_ path: String, _ format: FormatID?) throws -> Contents {
    try Files.withInput(path, format) { document, _ in
      .state(document)
    } whole: { bytes throws(DecodeError) in
      if format == nil, JournalForm.recognise(bytes) != nil {
        return .journal(try DecodedJournal(reading: bytes))
      }
      return .state(try FormatRegistry.decode(bytes, as: format))
    }
  }

  /// Reads the state of `--previous`: it must be a whole one.
  static func previous(_ path: String, _ format: FormatID?) throws -> Document {
    let document = try Files.read(path, format)
    try requireWholeState(document, path)
    return document
  }

  /// Refuses a part and a file without SDEI state, which have nothing to compare.
  static func requireWholeState(_ document: Document, _ path: String) throws {
    let name = Files.displayName(path)
    guard document.hasState else { throw Console.fail("\(name) holds no SDEI state") }
    guard document.scope == .whole else {
      throw Console.fail(
        "\(name) is a part of a state; --previous compares whole ones, sdeictl convert joins parts"
      )
    }
  }
}
