internal import SDEIModel
internal import SDEIVerify

/// What all inputs together gave; its size does not follow their number.
struct ReportSummary {
  var inputs = 0
  var valid = 0
  var notValid = 0
  /// Of those, states that are wrong only in what their own kernel would do with them.
  var notTakenBack = 0
  var unread = 0
  /// Journals that could not be played to their end, and are no answer.
  var unjudged = 0
  var skipped = 0
  var tolerated = 0
  var known = 0
  private(set) var counts: [Severity: Int] = [:]
  private(set) var answers: [Assessment.Answer: Int] = [:]
  /// The gravest finding among those that were asked for: with destinations, theirs.
  private(set) var worst: Severity?
  /// The first of the gravest findings among those that were asked for.
  private(set) var first: (id: String, severity: Severity)?
  /// How many findings there are of each identifier.
  private(set) var identifiers: [String: Int] = [:]

  mutating func add(_ report: InputReport) {
    switch report.content {
    case .skipped: skipped += 1
    case .unread:
      inputs += 1
      unread += 1
    case .checked(let input):
      inputs += 1
      if input.isValid { valid += 1 } else { notValid += 1 }
      if input.isOnlyRefused { notTakenBack += 1 }
      if input.passes && !input.isJudged { unjudged += 1 }
      add(input.findings, isAsked: input.destinations.isEmpty)
      for destination in input.destinations {
        answers[destination.answer, default: 0] += 1
        lead(destination.findings)
        note(destination.findings.map(\.severity).max())
        if destination.answer == .noState { note(.error) }
      }
    }
  }

  /// Adds findings; `isAsked` says whether the answer follows from them.
  mutating func add(_ findings: Findings, isAsked: Bool = true) {
    for severity in Severity.allCases { counts[severity, default: 0] += findings.count(severity) }
    for count in findings.tally { identifiers[count.id, default: 0] += count.count }
    tolerated += findings.tolerated
    known += findings.known
    if isAsked {
      note(findings.worst)
      lead(findings.listed)
    }
  }

  private mutating func lead(_ findings: [Finding]) {
    guard let gravest = findings.max(by: { $0.severity < $1.severity }) else { return }
    if let first, first.severity >= gravest.severity { return }
    first = (gravest.id, gravest.severity)
  }

  private mutating func note(_ severity: Severity?) {
    if let severity { worst = max(worst ?? severity, severity) }
  }

  func count(_ severity: Severity) -> Int { counts[severity] ?? 0 }
}
