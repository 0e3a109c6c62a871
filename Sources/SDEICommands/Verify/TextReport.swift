internal import SDEIModel
internal import SDEIVerify

/// The report for people.
struct TextReport: ReportWriter {
  let options: ReportOptions
  let style: Style
  /// Whether there is one input only; else several destinations or inputs are answered in a matrix.
  let isSingle: Bool
  private var matrix: DestinationMatrix

  init(_ options: ReportOptions, _ style: Style, isSingle: Bool) {
    (self.options, self.style, self.isSingle) = (options, style, isSingle)
    matrix = DestinationMatrix(options.targets, style)
  }

  private var isMatrix: Bool {
    !options.targets.isEmpty && !(isSingle && options.targets.count == 1)
  }

  mutating func begin() -> [UInt8] { [] }

  mutating func add(_ report: InputReport) -> [UInt8] {
    switch report.content {
    case .skipped: return []
    case .unread:
      if isMatrix { matrix.addUnread(report.name) }
      return []
    case .checked(let input):
      if isMatrix {
        matrix.add(report.name, input.destinations)
        return []
      }
      guard let assessment = input.destinations.first else {
        return text(lines(report.name, input))
      }
      let target = DestinationText(target: options.targets[0], assessment, style)
      return text(target.lines(report.name) { options.given($0) })
    }
  }

  /// The verdict, then a line for each finding.
  private func lines(_ name: String, _ input: CheckedInput) -> [String] {
    let counts = Self.counts(input.findings.count)
    return ["\(name): \(verdict(input))\(counts)\(accepted(input.findings))"]
      + lines(input.findings)
  }

  private func verdict(_ input: CheckedInput) -> String {
    if !input.hasState { return "holds no SDEI state" }
    if input.passes && !input.isJudged { return style.yellow("not judged to its end") }
    if input.isValid { return "valid" }
    if input.passes { return "nothing wrong but what is accepted" }
    return input.isOnlyRefused
      ? "valid, but " + style.red("its own kernel would not take it back unharmed")
      : style.red("not valid")
  }

  /// What a policy and a baseline took out.
  private func accepted(_ findings: Findings) -> String {
    let parts = [(findings.tolerated, "tolerated"), (findings.known, "in the baseline")]
      .compactMap { count, word in
        count == 0 ? nil : "\(ViewText.grouped(UInt64(count))) \(word)"
      }
    if parts.isEmpty { return "" }
    let errors = findings.acceptedErrors
    let wrong = errors == 0 ? "" : ", \(ViewText.count(UInt64(errors), "error")) of them"
    return "; " + parts.joined(separator: ", ") + wrong
  }

  private func lines(_ findings: Findings) -> [String] {
    let omitted = options.omitted(findings)
    return options.given(findings.listed).map { "  " + FindingText.line($0, style) }
      + (omitted > 0 ? ["  … and \(ViewText.count(UInt64(omitted), "more finding"))"] : [])
  }

  mutating func finish(_ summary: ReportSummary, general: Findings) -> [UInt8] {
    var result = isMatrix ? matrix.lines() : []
    if general.count > 0 { result += ["about this report:"] + lines(general) }
    if !isSingle && options.targets.isEmpty { result.append(Self.total(summary)) }
    return text(result)
  }

  /// One line about all inputs.
  static func total(_ summary: ReportSummary) -> String {
    func part(_ count: Int, _ word: String) -> String? {
      count == 0 ? nil : "\(ViewText.grouped(UInt64(count))) \(word)"
    }
    let verdicts = [
      part(summary.valid, "valid"), part(summary.notValid - summary.notTakenBack, "not valid"),
      part(summary.notTakenBack, "not taken back unharmed"),
      part(summary.unread, "unread"),
    ].compactMap(\.self).joined(separator: ", ")
    let others = [
      part(summary.tolerated, "tolerated"), part(summary.known, "in the baseline"),
      part(summary.skipped, "skipped (no known form)"),
    ].compactMap(\.self)
    let inputs = ViewText.count(UInt64(summary.inputs), "input")
    let first = (verdicts.isEmpty ? inputs : "\(inputs): \(verdicts)") + counts(summary.count)
    return ([first] + others).joined(separator: "; ")
  }

  /// How many findings of each severity there are, in parentheses.
  static func counts(_ count: (Severity) -> Int) -> String {
    let counts = Severity.allCases.reversed().compactMap { severity in
      let count = count(severity)
      return count == 0 ? nil : ViewText.count(UInt64(count), severity.rawValue)
    }
    return counts.isEmpty ? "" : " (" + counts.joined(separator: ", ") + ")"
  }

  private func text(_ lines: [String]) -> [UInt8] {
    lines.isEmpty ? [] : Array((lines.joined(separator: "\n") + "\n").utf8)
  }
}
