internal import SDEIFormats
internal import SDEIModel
internal import SDEIVerify

/// The report as workflow commands of GitHub Actions: an annotation for each finding.
struct GitHubReport: ReportWriter {
  let options: ReportOptions

  mutating func begin() -> [UInt8] { [] }

  mutating func add(_ report: InputReport) -> [UInt8] {
    switch report.content {
    case .skipped: return []
    case .unread(let failure):
      let title = failure.error?.code.rawValue ?? "unreadable"
      return annotation("error", report.name, title, failure.message)
    case .checked(let input):
      return annotations(report.name, options.given(input))
    }
  }

  mutating func finish(_ summary: ReportSummary, general: Findings) -> [UInt8] {
    annotations(nil, options.given(general.listed)) + Array((TextReport.total(summary) + "\n").utf8)
  }

  private func annotations(_ file: String?, _ findings: some Sequence<Finding>) -> [UInt8] {
    findings.flatMap { finding in
      let command = finding.severity == .note ? "notice" : finding.severity.rawValue
      let place = finding.path.isEmpty ? "" : finding.path + ": "
      let byte = finding.offset.map { " (byte \($0))" } ?? ""
      return annotation(
        command,
        file,
        finding.id,
        "\(place)\(finding.problem)\(byte); \(finding.action)"
      )
    }
  }

  private func annotation(
    _ command: String,
    _ file: String?,
    _ title: String,
    _ message: String
  ) -> [UInt8] {
    let properties = [
      file.map { "file=" + Self.escaped($0, inProperty: true) },
      "title=" + Self.escaped(title, inProperty: true),
    ].compactMap(\.self).joined(separator: ",")
    return Array("::\(command) \(properties)::\(Self.escaped(message, inProperty: false))\n".utf8)
  }

  /// A text with the characters that end a command, a line or a property as `%XX`.
  private static func escaped(_ text: String, inProperty: Bool) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "%": result += "%25"
      case "\r": result += "%0D"
      case "\n": result += "%0A"
      case ":" where inProperty: result += "%3A"
      case "," where inProperty: result += "%2C"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}
