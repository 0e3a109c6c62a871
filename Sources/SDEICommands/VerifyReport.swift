internal import SDEIFormats
internal import SDEIModel
internal import SDEIVerify

/// What `verify` has to say.
struct VerifyReport {
  /// An input, in the order of the command line.
  enum Input {
    case read(VerifyResult)
    case unread(String)
  }

  let targets: [Target]
  var inputs: [Input] = []

  init(targets: [Target]) { self.targets = targets }

  var results: [VerifyResult] {
    inputs.compactMap { if case .read(let result) = $0 { result } else { nil } }
  }

  var unread: [String] {
    inputs.compactMap { if case .unread(let name) = $0 { name } else { nil } }
  }

  /// The gravest finding among those that were asked for: with destinations, theirs.
  var worst: Severity? {
    let findings =
      targets.isEmpty
      ? results.flatMap(\.findings) : results.flatMap(\.destinations).flatMap(\.findings)
    return findings.map(\.severity).max()
  }

  func lines(_ style: Style) -> [String] {
    if targets.isEmpty { return results.flatMap { $0.lines(style) } }
    if targets.count == 1, inputs.count == 1 {
      return results.flatMap { $0.lines(targets[0], $0.destinations[0], style) }
    }
    return DestinationMatrix(report: self).lines(style)
  }
}

/// What was found in one input.
struct VerifyResult {
  let input: String
  let document: Document
  /// What its own dialect says to it.
  let findings: [Finding]
  /// What each destination says to it.
  let destinations: [Assessment]

  func count(_ severity: Severity) -> Int { findings.count { $0.severity == severity } }

  /// The verdict, then a line for each finding.
  func lines(_ style: Style) -> [String] {
    let verdict =
      !document.hasState
      ? "holds no SDEI state" : count(.error) > 0 ? style.red("not valid") : "valid"
    return ["\(input): \(verdict)\(Self.summary(findings))"]
      + findings.map { "  " + FindingText.line($0, style) }
  }

  /// How many findings of each severity there are, in parentheses.
  static func summary(_ findings: [Finding]) -> String {
    let counts = [Severity.error, .warning, .note].compactMap { severity in
      let count = findings.count { $0.severity == severity }
      return count == 0 ? nil : ViewText.count(UInt64(count), severity.rawValue)
    }
    return counts.isEmpty ? "" : " (" + counts.joined(separator: ", ") + ")"
  }
}
