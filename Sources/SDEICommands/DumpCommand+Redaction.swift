internal import SDEIFormats
internal import SDEIJournal
internal import SDEIModel

/// `dump --redact`: a state or a journal for a public report.
extension DumpCommand {
  /// Writes the input with pseudonyms, and says on standard error what was replaced.
  func showRedacted() throws {
    guard let input else { return try show(redacted: scenarioDocument().0) }
    switch try Files.readEither(input, inputOptions.inputFormat) {
    case .journal(let journal, _): try show(redacted: journal)
    case .state(var document):
      guard from == nil else {
        throw Console.fail("--from belongs to a journal; \(Files.displayName(input)) is a state")
      }
      try definitions.supply(&document)
      try show(redacted: document)
    }
  }

  private func show(redacted document: Document) throws {
    let result: (document: Document, summary: RedactionSummary)
    do throws(RedactionError) {
      result = try document.redacted()
    } catch {
      throw Console.fail("the state can not be redacted: \(error)")
    }
    // What was replaced is told of what was written.
    try show(result.document, "redacted")
    RedactionText.tell(result.summary)
    if !document.unknownRecords.isEmpty {
      let count = ViewText.count(UInt64(document.unknownRecords.count), "record")
      Console.message("sdeictl: left out \(count) of unknown types: addresses may stand there")
    }
  }

  private func show(redacted journal: Journal) throws {
    let form: JournalForm
    switch to {
    case .journal(let named): form = named
    case .text: form = .jsonLines
    case .format(let format):
      throw Console.fail("this is a journal and no state; \(format.name) holds a state")
    }
    let state = try from.map { try Files.read($0, nil).snapshot }
    if case .snapshot = journal.header.start, let from {
      throw Console.fail("the journal has its starting state; \(from) is not needed")
    }
    let result: RedactedJournal
    do throws(JournalRedactionError) {
      result = try journal.redacted(from: state, maxMemory: memory.maxMemory)
    } catch {
      let option = if case .start(.startMissing) = error { " with --from STATE" } else { "" }
      throw Console.fail("the journal can not be redacted: \(error)\(option)")
    }
    let bytes: [UInt8]
    do throws(EncodeError) {
      bytes = try result.journal.encode(as: form, EncodeOptions(maxBytes: memory.maxMemory))
    } catch {
      throw Console.fail("the journal can not be written: \(error)")
    }
    try Files.write(
      bytes,
      to: output,
      isText: form == .jsonLines,
      inputs: [input, from].compactMap(\.self)
    )
    RedactionText.tell(result.summary)
    RedactionText.tell(result)
  }
}

/// What was redacted, in words.
enum RedactionText {
  /// Says what was replaced, and what was not.
  static func tell(_ summary: RedactionSummary) {
    var replaced = [
      count(summary.addresses, "address", "addresses") + " in " + count(summary.regions, "region")
    ]
    if summary.progressions > 0 { replaced.append(count(summary.progressions, "progression")) }
    if summary.leftovers > 0 {
      replaced.append(count(summary.leftovers, "field") + " of padding or left-over bytes")
    }
    if summary.names > 0 {
      replaced.append(count(summary.names, "notifier's name", "notifiers' names"))
    }
    if summary.producers > 0 { replaced.append(count(summary.producers, "producer")) }
    Console.message("sdeictl: replaced " + replaced.joined(separator: ", "))
    if summary.kept > 0 {
      let kept = count(summary.kept, "address", "addresses")
      Console.message(
        "sdeictl: kept \(kept): the same number is an event, an offset or a PSTATE here; look at the "
          + "output before you publish it"
      )
    }
  }

  /// Says how a redacted journal replays.
  static func tell(_ result: RedactedJournal) {
    switch result.replay {
    case .alike(let steps):
      let steps = count(steps, "step")
      Console.message("sdeictl: the redacted journal replays as the original does: \(steps)")
    case .differs(let original, let redacted):
      Console.message(
        "sdeictl: the redacted journal replays otherwise: of the original \(count(original, "step")) "
          + "agree, of the redacted one \(redacted)"
      )
    case .impossible(let error):
      Console.message("sdeictl: the journal was not replayed: \(error)")
    }
    if result.emptyDigests > 0 {
      let digests = count(result.emptyDigests, "digest")
      Console.message("sdeictl: emptied \(digests) of states that no replay reaches")
    }
  }

  private static func count(_ number: Int, _ noun: String, _ plural: String? = nil) -> String {
    ViewText.count(UInt64(number), noun, plural)
  }
}
