internal import ArgumentParser
internal import SDEIFormats
internal import SDEIJournal
internal import SDEIModel
internal import SDEIWire

/// Reads and writes the files of the commands.
enum Files {
  /// Reads a state; the message of a failure names the file.
  static func read(_ path: String, _ format: FormatID?) throws -> Document {
    let contents: Contents? = try telling {
      try load(path, format, journal: { _, _ in nil }) { document, _ in .state(document) }
    }
    if case .state(let document)? = contents { return document }
    throw Console.fail(
      "\(displayName(path)) is a journal and no state; sdeictl replay -o FILE makes one of it"
    )
  }

  /// What is in a file.
  enum Contents {
    case state(Document)
    case journal(Journal, TornTail?)
  }

  /// Reads a state or a journal, whichever it is; an input can be read only once.
  static func readEither(_ path: String, _ format: FormatID?) throws -> Contents {
    let contents = try withInput(path) { bytes throws(DecodeError) in
      if format == nil, JournalForm.recognise(bytes) != nil {
        let (journal, tail) = try Journal.decode(bytes)
        return Contents.journal(journal, tail)
      }
      return .state(try FormatRegistry.decode(bytes, as: format))
    }
    if case .journal(_, let tail?) = contents { tell(tail, path) }
    return contents
  }

  /// Reads a journal; a torn tail is told on standard error and left out.
  static func readJournal(_ path: String) throws -> (journal: Journal, tail: TornTail?) {
    let result = try withInput(path) { bytes throws(DecodeError) in try Journal.decode(bytes) }
    if let tail = result.tail { tell(tail, path) }
    return result
  }

  private static func tell(_ tail: TornTail, _ path: String) {
    Console.message("\(displayName(path)): " + FindingText.line(tail.finding, .plain))
  }

  /// What was noticed while a state was read and decides what it is worth, on standard error.
  static func tell(_ findings: [Finding]) {
    let told = findings.filter { $0.severity != .note || $0.id == "SDEI-D025" }
    for finding in told.prefix(mostTold) { Console.message(FindingText.line(finding, .plain)) }
    if told.count > mostTold {
      Console.message(
        "sdeictl: \(told.count - mostTold) more findings; sdeictl verify lists them all"
      )
    }
  }

  private static let mostTold = 20

  /// Lends the bytes of an input; the message of a failure names the file.
  static func withInput<Result>(
    _ path: String,
    _ body: (RawSpan) throws(DecodeError) -> Result
  ) throws -> Result {
    try telling { try lend(try open(path), path, body) }
  }

  /// Lends the bytes of an input, or reads it as it comes where it is a QEMU stream.
  static func withInput<Result>(
    _ path: String,
    _ format: FormatID?,
    stream: (_ document: Document, _ size: Int) -> Result,
    whole: (RawSpan) throws(DecodeError) -> Result
  ) throws -> Result {
    try telling { try withBytes(path, format, stream: stream, whole: whole) }
  }

  /// Tells a failure on standard error, and gives the exit status for it.
  private static func telling<Result>(_ body: () throws -> Result) throws -> Result {
    do {
      return try body()
    } catch let failure as InputFailure {
      throw Console.fail(failure.message)
    }
  }
}

/// Reading without telling: whoever reads many inputs tells of failures in its own way.
extension Files {
  /// Reads a state or a journal, and makes of it what is wanted while its bytes are there.
  ///
  /// - Throws: `InputFailure`.
  static func load<Result>(
    _ path: String,
    _ format: FormatID?,
    journal: (RawSpan, JournalForm) throws(DecodeError) -> Result,
    state: (Document, RawSpan?) -> Result
  ) throws -> Result {
    try withBytes(path, format) { document, _ in
      state(document, nil)
    } whole: { bytes throws(DecodeError) in
      if format == nil, let form = JournalForm.recognise(bytes) {
        return try journal(bytes, form)
      }
      return state(try FormatRegistry.decode(bytes, as: format), bytes)
    }
  }

  /// Lends the bytes of an input, or reads it as it comes where it is a QEMU stream: that may be
  /// larger than memory, and its format is told before it is loaded.
  private static func withBytes<Result>(
    _ path: String,
    _ format: FormatID?,
    stream: (_ document: Document, _ size: Int) -> Result,
    whole: (RawSpan) throws(DecodeError) -> Result
  ) throws -> Result {
    let input = try open(path)
    let isStream =
      format == .qemu || format == nil && input.start.withBytes { QEMUFormat.recognises($0) }
    guard isStream else { return try lend(input, path, whole) }
    let (document, size) = try readStream(input, path)
    return stream(document, size)
  }

  private static func open(_ path: String) throws -> ChunkedInput {
    do throws(SystemError) {
      return try ChunkedInput(path: path)
    } catch {
      throw InputFailure(message: error.description)
    }
  }

  private static func lend<Result>(
    _ input: consuming ChunkedInput,
    _ path: String,
    _ body: (RawSpan) throws(DecodeError) -> Result
  ) throws -> Result {
    let file: InputFile
    do throws(SystemError) {
      file = try input.whole()
    } catch {
      throw InputFailure(message: error.description)
    }
    do throws(DecodeError) {
      return try body(file.bytes)
    } catch {
      throw InputFailure(
        error: error,
        message: "\(displayName(path)): \(error)",
        isForeign: FormatRegistry.isForeign(file.bytes)
      )
    }
  }

  private static func readStream(
    _ input: consuming ChunkedInput,
    _ path: String
  ) throws -> (document: Document, size: Int) {
    var reader = QEMUStreamReader()
    do {
      while true {
        let chunk = try input.next()
        if chunk.byteCount == 0 { break }
        try reader.feed(chunk)
      }
      return (try reader.finish(), reader.length)
    } catch let error as SystemError {
      throw InputFailure(message: error.description)
    } catch let error as DecodeError {
      throw InputFailure(error: error, message: "\(displayName(path)): \(error)")
    }
  }
}

extension Files {
  /// The name of an input in messages: one line, without control characters.
  static func displayName(_ path: String) -> String {
    if path == "-" { return "standard input" }
    return Console.printable(path).split(separator: "\n", omittingEmptySubsequences: false)
      .joined(separator: "\\u{a}")
  }

  /// Writes an output: `-` or nil is standard output, to which binary only goes when it is no
  /// terminal; a file is replaced as one step, and is never one of the inputs.
  static func write(
    _ bytes: [UInt8],
    to path: String?,
    isText: Bool,
    inputs: [String]
  ) throws {
    guard let path, path != "-" else {
      guard isText || !OutputFile.isTerminal(Console.output) else {
        throw Console.fail("this is binary and would garble the terminal; name a file with -o")
      }
      return try Console.write(bytes)
    }
    for input in inputs where OutputFile.isSame(input, path) {
      throw Console.fail("\(path) is the input; an input is never written, name another file")
    }
    do throws(SystemError) {
      try OutputFile.replace(path, with: bytes)
    } catch {
      throw Console.fail(error.description)
    }
  }

  /// Ends a command that writes a state where the input has none.
  static func requireState(_ document: Document) throws {
    if document.hasState { return }
    for finding in document.findings { Console.message(FindingText.line(finding, .plain)) }
    Console.message("sdeictl: nothing was written: the input holds no SDEI state")
    throw ExitStatus.no
  }

  /// Encodes a document.
  ///
  /// Losses are told on standard error; unless they are allowed, they are the end of it.
  static func encode(
    _ document: Document,
    as format: FormatID,
    _ options: EncodeOptions,
    allowLoss: Bool
  ) throws -> [UInt8] {
    try requireState(document)
    let encoded: Encoded
    do throws(EncodeError) {
      encoded = try FormatRegistry.format(format).encode(document, options)
    } catch {
      Console.message("sdeictl: \(format.name) can not hold this state: \(error)")
      throw ExitStatus.no
    }
    for loss in encoded.losses { Console.message(FindingText.line(loss, .plain)) }
    let losses = encoded.losses.count { $0.severity == .error }
    guard losses == 0 || allowLoss else {
      let count = ViewText.count(UInt64(losses), "loss", "losses")
      Console.message(
        "sdeictl: nothing was written: \(count); --allow-loss writes what \(format.name) can hold"
      )
      throw ExitStatus.no
    }
    return encoded.bytes
  }
}
