internal import SDEIFormats
internal import SDEIModel
internal import SDEIVerify
internal import SDEIWire

/// Writes findings, inputs and summaries as JSON (schemas/verify.schema.json).
struct ReportJSON {
  static let schema = "sdeictl/verify/1"

  let options: ReportOptions

  /// The members of an input.
  func members(_ report: InputReport, _ json: inout JSONWriter) {
    json.key("input")
    json.string(report.name)
    switch report.content {
    case .skipped:
      json.key("skipped")
      json.bool(true)
    case .unread(let failure):
      json.key("unread")
      json.object { write(failure, &$0) }
    case .checked(let input): members(input, &json)
    }
  }

  private func members(_ input: CheckedInput, _ json: inout JSONWriter) {
    json.key("format")
    json.string(input.format)
    json.key("state")
    json.bool(input.hasState)
    json.key("valid")
    json.bool(input.isValid)
    json.key("passes")
    json.bool(input.passes)
    json.key("counts")
    json.object { counts(input.findings, &$0) }
    findings(input.findings, &json)
    if options.targets.isEmpty { return }
    json.key("destinations")
    json.array { json in
      for (target, assessment) in zip(options.targets, input.destinations) {
        write(target, assessment, &json)
      }
    }
  }

  /// The findings that are to be given, and how many are not.
  func findings(_ findings: Findings, _ json: inout JSONWriter) {
    json.key("findings")
    json.array { json in
      for finding in options.given(findings.listed) { write(finding, nil, &json) }
    }
    let omitted = options.omitted(findings)
    if omitted > 0 {
      json.key("omitted")
      json.number(omitted)
    }
  }

  private func counts(_ findings: Findings, _ json: inout JSONWriter) {
    for severity in Severity.allCases.reversed() {
      json.key(severity.rawValue)
      json.number(findings.count(severity))
    }
    for (name, count) in [("tolerated", findings.tolerated), ("known", findings.known)]
    where count > 0 {
      json.key(name)
      json.number(count)
    }
  }

  private func write(_ failure: InputFailure, _ json: inout JSONWriter) {
    json.key("message")
    json.string(failure.message)
    guard let error = failure.error else { return }
    json.key("id")
    json.string(error.code.rawValue)
    json.key("path")
    json.string(error.path)
    if let offset = error.offset {
      json.key("offset")
      json.number(offset)
    }
    for (name, text) in [
      ("found", error.found), ("expected", error.expected), ("action", error.action),
    ] {
      json.key(name)
      json.string(text)
    }
  }

  /// The members of the summary.
  func members(_ summary: ReportSummary, _ json: inout JSONWriter) {
    let numbers = [
      ("inputs", summary.inputs), ("valid", summary.valid), ("notValid", summary.notValid),
      ("unread", summary.unread), ("skipped", summary.skipped),
      ("error", summary.count(.error)), ("warning", summary.count(.warning)),
      ("note", summary.count(.note)), ("tolerated", summary.tolerated), ("known", summary.known),
    ]
    for (name, number) in numbers {
      json.key(name)
      json.number(number)
    }
    json.key("rules")
    json.object { json in
      for id in summary.identifiers.keys.sorted() {
        json.key(id)
        json.number(summary.identifiers[id] ?? 0)
      }
    }
    if options.targets.isEmpty { return }
    json.key("destinations")
    json.object { json in
      for answer in Assessment.Answer.allCases {
        json.key(answer.rawValue)
        json.number(summary.answers[answer] ?? 0)
      }
    }
  }
}
