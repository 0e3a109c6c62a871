internal import ArgumentParser
internal import SDEIFormats
internal import SDEIModel
internal import SDEIVerify

/// What findings are judged by.
struct JudgingOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Severities and tolerances of this site (schemas/policy.schema.json).",
      valueName: "FILE"
    )
  )
  var policy: String?
  @Option(
    help: ArgumentHelp(
      "An earlier report in json or jsonl: only what is new is reported.",
      valueName: "FILE"
    )
  )
  var baseline: String?
  @Option(
    help: ArgumentHelp(
      "What day it is, for what is tolerated or accepted until a day.",
      valueName: "YYYY-MM-DD"
    )
  )
  var today: CalendarDate?

  func loadPolicy() throws -> Policy? {
    try policy.map { path in
      try Files.withInput(path) { bytes throws(DecodeError) in try Policy.decode(bytes) }
    }
  }

  func loadBaseline() throws -> Baseline? {
    try baseline.map { path in
      try Files.withInput(path) { bytes throws(DecodeError) in try Baseline(reading: bytes) }
    }
  }
}

/// How findings are given.
enum FindingFormat: String, ExpressibleByArgument, CaseIterable {
  case text, json, jsonl, sarif, junit, github
}

/// How the report is given.
struct ReportingOptions: ParsableArguments {
  @Option(help: "text, json, jsonl (one line for each input), sarif, junit or github.")
  var format: FindingFormat = .text
  @Flag(help: "Let warnings make the exit status 1, too.") var strict = false
  @Option(help: "Give only findings of this severity or worse: note, warning or error.")
  var minSeverity: Severity = .note
  @Option(
    help: ArgumentHelp(
      "Give at most so many findings of an input, and of each destination; all are counted.",
      valueName: "N"
    )
  )
  var maxFindings: Int?
  @Flag(help: "Let findings not change the exit status: for uploads of a report.")
  var exitZero = false

  func validate() throws {
    if let maxFindings, maxFindings < 0 {
      throw ValidationError("--max-findings is not negative")
    }
  }

  func options(_ targets: [Target], policy: String?) -> ReportOptions {
    ReportOptions(
      targets: targets,
      least: minSeverity,
      most: maxFindings,
      isStrict: strict,
      policy: policy
    )
  }

  func writer(_ options: ReportOptions, _ style: Style, isSingle: Bool) -> any ReportWriter {
    switch format {
    case .text: TextReport(options, style, isSingle: isSingle)
    case .json: JSONReport(options)
    case .jsonl: LinesReport(options)
    case .sarif: SARIFReport(options)
    case .junit: JUnitReport(options: options)
    case .github: GitHubReport(options: options)
    }
  }
}
