internal import ArgumentParser
internal import SDEIModel
internal import SDEIVerify

/// Takes the reports of the inputs in their order: prints them, and sums them up.
struct VerifyRun {
  private var writer: any ReportWriter
  private let policy: Policy?
  private let today: CalendarDate?
  /// Whether the report is for people, who are told how to go on.
  private let hasHint: Bool
  private var progress: Progress
  private var summary = ReportSummary()
  private var used: Set<Int> = []

  init(writer: any ReportWriter, policy: Policy?, today: CalendarDate?, _ count: Int) {
    (self.writer, self.policy, self.today) = (writer, policy, today)
    hasHint = writer is TextReport
    progress = Progress(total: count, least: 64, "inputs")
  }

  mutating func begin() throws { try print(writer.begin()) }

  mutating func add(_ report: InputReport) throws {
    summary.add(report)
    switch report.content {
    case .unread(let failure):
      progress.clear()
      Console.message("sdeictl: " + failure.message)
    case .checked(let input): used.formUnion(input.findings.tolerances)
    case .skipped: break
    }
    try print(writer.add(report))
    progress.advance()
  }

  mutating func finish(_ options: ReportOptions) throws {
    var general = Findings()
    if let policy {
      // The policy judges what is found about itself, too.
      general = Findings(judge: PolicyJudge(policy, today: today))
      general.add(policy.findings(today: today))
      general.add(policy.unused(used.union(general.tolerances), today: today))
    }
    summary.add(general)
    progress.clear()
    try print(writer.finish(summary, general: general))
    if hasHint, let first = summary.first, first.severity >= options.least {
      Console.message("sdeictl explain \(first.id) tells more")
    }
  }

  private mutating func print(_ bytes: [UInt8]) throws {
    if bytes.isEmpty { return }
    progress.clear()
    try Console.write(bytes)
  }

  /// Throws the exit status that follows from what was found; no status for "yes".
  func exit(_ options: ReportOptions, isZero: Bool) throws {
    guard summary.inputs > 0 else {
      throw Console.fail("there is nothing to check: no known form begins in any of the files")
    }
    if summary.unread > 0 || summary.unjudged > 0 { throw ExitStatus.unanswered }
    if isZero { return }
    if summary.worst == .error || (options.isStrict && summary.worst == .warning) {
      throw ExitStatus.no
    }
  }
}
