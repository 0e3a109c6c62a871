internal import SDEIFormats
internal import SDEIModel
internal import SDEIVerify

/// The report as JUnit XML: a suite for each input, a case for each finding, one that the state
/// is valid, and one for each destination, with its first reason.
///
/// A warning is a failure with `--strict` only; otherwise it is text of a case that passes.
struct JUnitReport: ReportWriter {
  let options: ReportOptions

  private struct Case {
    let name: String
    /// `failure` or `error`, nil where the case passes.
    var verdict: String?
    var type = ""
    var text = ""
  }

  mutating func begin() -> [UInt8] {
    Array("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"sdeictl verify\">\n".utf8)
  }

  mutating func add(_ report: InputReport) -> [UInt8] {
    switch report.content {
    case .skipped: return []
    case .unread(let failure):
      let type = failure.error?.code.rawValue ?? "unreadable"
      let one = Case(name: "readable", verdict: "error", type: type, text: failure.message)
      return suite(report.name, [one])
    case .checked(let input):
      let answers = zip(options.targets, input.destinations).map(answer)
      return suite(report.name, [valid(input)] + answers + cases(input.findings.listed))
    }
  }

  mutating func finish(_ summary: ReportSummary, general: Findings) -> [UInt8] {
    let cases = cases(general.listed)
    return (cases.isEmpty ? [] : suite("about this report", cases))
      + Array("</testsuites>\n".utf8)
  }

  private func answer(_ target: Target, _ assessment: Assessment) -> Case {
    let isBad =
      switch assessment.answer {
      case .yes: false
      case .hazards: options.isStrict
      case .no, .noState: true
      }
    let first = assessment.findings.first
    return Case(
      name: "loads in \(target.argument)",
      verdict: isBad ? "failure" : nil,
      type: first?.id ?? assessment.answer.rawValue,
      text: first.map { FindingText.line($0, .plain) }
        ?? (assessment.answer == .noState ? "the input holds no SDEI state" : "")
    )
  }

  private func valid(_ input: CheckedInput) -> Case {
    let isWarned = options.isStrict && input.findings.count(.warning) > 0
    let counts = TextReport.counts(input.findings.count)
    let verdict = input.passes ? isWarned ? "warnings count with --strict" : "valid" : "not valid"
    return Case(
      name: "valid",
      verdict: !input.passes || isWarned ? "failure" : nil,
      type: "verdict",
      text: verdict + counts
    )
  }

  private func cases(_ findings: [Finding]) -> [Case] {
    options.given(findings).map { finding in
      let isFailure =
        finding.severity == .error || options.isStrict && finding.severity == .warning
      return Case(
        name: finding.id + (finding.path.isEmpty ? "" : " " + finding.path),
        verdict: isFailure ? "failure" : nil,
        type: finding.id,
        text: FindingText.line(finding, .plain)
      )
    }
  }

  private func suite(_ name: String, _ cases: [Case]) -> [UInt8] {
    func count(_ verdict: String) -> Int { cases.count { $0.verdict == verdict } }
    let name = Self.escaped(name)
    var text =
      "  <testsuite name=\"\(name)\" tests=\"\(cases.count)\" "
      + "failures=\"\(count("failure"))\" errors=\"\(count("error"))\">\n"
    for item in cases {
      let (caseName, body) = (Self.escaped(item.name), Self.escaped(item.text))
      text += "    <testcase classname=\"\(name)\" name=\"\(caseName)\">"
      if let verdict = item.verdict {
        let type = Self.escaped(item.type)
        // Some readers show the attribute, others the text.
        text += "<\(verdict) type=\"\(type)\" message=\"\(body)\">\(body)</\(verdict)>"
      } else if !item.text.isEmpty {
        text += "<system-out>\(body)</system-out>"
      }
      text += "</testcase>\n"
    }
    return Array((text + "  </testsuite>\n").utf8)
  }

  /// A text for an element or an attribute; what XML 1.0 has no character for becomes U+FFFD.
  private static func escaped(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "\t", "\n", "\r": result += "&#\(scalar.value);"
      case "\u{0}"..."\u{1F}", "\u{FFFE}", "\u{FFFF}": result += "\u{FFFD}"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}
