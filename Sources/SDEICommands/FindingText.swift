internal import SDEIModel

/// Findings as text for people.
enum FindingText {
  /// One finding, one line: severity, place, problem, what to do, identifier.
  static func line(_ finding: Finding, _ style: Style) -> String {
    let severity =
      switch finding.severity {
      case .error: style.red("error")
      case .warning: style.yellow("warning")
      case .note: "note"
      }
    let place = [
      finding.path.isEmpty ? nil : finding.path,
      finding.offset.map { "byte \($0) (0x\(String($0, radix: 16)))" },
    ].compactMap(\.self).joined(separator: ", ")
    return "\(severity): " + (place.isEmpty ? "" : place + ": ") + finding.problem + "; "
      + finding.action + " [\(finding.id)]"
  }
}
