internal import SDEIFormats
internal import SDEIJournal
internal import SDEIModel
internal import SDEIVerify

/// Steps: a journal's, and the one that led to a state from the one before.
extension InputCheck {
  /// What a journal is worth.
  func check(
    _ journal: DecodedJournal,
    _ form: JournalForm,
    _ name: String
  ) -> InputReport.Content {
    var reason: String?
    if previous != nil { reason = "--previous compares states" }
    if !targets.isEmpty { reason = "--to takes the state that sdeictl replay -o FILE makes of it" }
    if let reason {
      return .unread(InputFailure(message: "\(name) is a journal and no state; \(reason)"))
    }
    let findings = Verifier.findings(journal, maxMemory: maxMemory, judge: judge(name))
    return .checked(CheckedInput(kind: .journal(form.name), findings: findings))
  }

  /// What is wrong with a state, and with the step that led to it.
  func findings(_ document: Document, _ judge: PolicyJudge?) -> Findings {
    guard let previous else {
      return Verifier.findings(document, isAtRest: isAtRest, judge: judge)
    }
    return Verifier.findings(document, after: previous, isAtRest: isAtRest, judge: judge)
  }

  /// Reads the state of `--previous`, with the definitions that are given.
  static func previous(_ path: String, _ check: InputCheck) throws -> Document {
    var document = try Files.read(path, nil)
    if let definitions = check.definitions { document.supply(definitions) }
    if let reason = reasonNotToCompare(document) {
      throw Console.fail("\(Files.displayName(path)) \(reason)")
    }
    return document
  }

  /// Why a document has nothing to compare, nil where it has.
  static func reasonNotToCompare(_ document: Document) -> String? {
    if !document.hasState { return "holds no SDEI state; --previous compares two" }
    if document.scope == .whole { return nil }
    return "is a part of a state; --previous compares whole ones, sdeictl convert joins parts"
  }
}
