internal import SDEIModel
internal import SDEIVerify

/// What of the findings is given.
struct ReportOptions: Sendable {
  /// The destinations that were asked for.
  var targets: [Target] = []
  /// Findings below this severity are counted, and not given.
  var least = Severity.note
  /// The most findings of an input, and of each destination, that are given; nil for no limit but what is listed.
  var most: Int?
  /// Whether warnings make the answer "no", too.
  var isStrict = false
  /// The file of the policy, nil for none.
  var policy: String?

  /// The findings to give, the gravest first: what is cut off is never graver than what is given.
  func given(_ findings: [Finding]) -> ArraySlice<Finding> {
    let asked = Severity.allCases.reversed().filter { $0 >= least }
    return asked.flatMap { severity in findings.filter { $0.severity == severity } }
      .prefix(most ?? .max)
  }

  /// The findings to give of an input: its own, then those of each destination.
  func given(_ input: CheckedInput) -> [Finding] {
    given(input.findings.listed) + input.destinations.flatMap { given($0.findings) }
  }

  /// Of what a destination says, the entries to give.
  func given(_ entries: [DestinationFinding]) -> ArraySlice<DestinationFinding> {
    asked(entries).prefix(most ?? .max)
  }

  /// How many entries of the asked severities are not given.
  func omitted(_ entries: [DestinationFinding]) -> Int {
    asked(entries).count - given(entries).count
  }

  private func asked(_ entries: [DestinationFinding]) -> [DestinationFinding] {
    entries.filter { $0.finding.severity >= least }
  }

  /// How many findings of the asked severities are not given.
  func omitted(_ findings: Findings) -> Int {
    let asked = Severity.allCases.filter { $0 >= least }.reduce(0) { $0 + findings.count($1) }
    return asked - given(findings.listed).count
  }
}

/// Writes a report while the inputs are looked at, in their order.
protocol ReportWriter {
  /// What stands before the first input.
  mutating func begin() -> [UInt8]
  /// One input.
  mutating func add(_ report: InputReport) -> [UInt8]
  /// What stands behind the last one; `general` are findings about no input.
  mutating func finish(_ summary: ReportSummary, general: Findings) -> [UInt8]
}
