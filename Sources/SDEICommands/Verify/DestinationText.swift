internal import SDEIModel
internal import SDEIVerify

/// What a destination will do with a state, as text for people.
struct DestinationText {
  private let target: Target
  private let assessment: Assessment
  private let style: Style

  init(target: Target, _ assessment: Assessment, _ style: Style) {
    (self.target, self.assessment, self.style) = (target, assessment, style)
  }

  /// The verdict, then a line for each of the findings that are to be given.
  func lines(_ input: String, given: ([Finding]) -> ArraySlice<Finding>) -> [String] {
    let findings = assessment.findings
    let counts = TextReport.counts { severity in findings.count { $0.severity == severity } }
    let verdict = verdict(target.profile.name, assessment, style)
    return ["\(input): \(verdict)\(counts)"]
      + given(Self.folded(assessment.entries)).map { "  " + FindingText.line($0, style) }
  }

  /// Not loading is a matter of commands and room; other errors meet a state that got in.
  private func verdict(_ name: String, _ assessment: Assessment, _ style: Style) -> String {
    switch assessment.answer {
    case .yes, .hazards: return "\(name) will load it"
    case .noState: return style.red("holds no SDEI state") + ": \(name) has nothing to load"
    case .no: break
    }
    let reason = assessment.entries.first.map { first in
      "first reason \(Self.short(first.finding.problem)) [\(first.finding.id)]"
    }
    if assessment.loads {
      return style.red("\(name) loads it, but not as the guest knows it")
        + (reason.map { ": \($0)" } ?? "")
    }
    let refusal = assessment.firstRefusal.map { "first refusal \($0)" } ?? reason
    return style.red("\(name) will NOT load it") + (refusal.map { ": \($0)" } ?? "")
  }

  /// A problem without its sources, which stand in parentheses.
  private static func short(_ problem: String) -> String {
    var text = ""
    var depth = 0
    for character in problem {
      if character == "(" { depth += 1 }
      if depth == 0 { text.append(character) }
      if character == ")" && depth > 0 { depth -= 1 }
    }
    return text.split(separator: " ").joined(separator: " ")
  }

  /// From how many on refusals that only follow from an earlier one are one line for each rule.
  private static let followers = 4

  /// The findings, those of one rule that only follow from an earlier refusal as one.
  private static func folded(_ entries: [DestinationFinding]) -> [Finding] {
    var counts: [String: Int] = [:]
    for entry in entries where entry.refusal?.cause == .earlier {
      counts[entry.finding.id, default: 0] += 1
    }
    var seen: Set<String> = []
    var result: [Finding] = []
    for entry in entries {
      let count = counts[entry.finding.id] ?? 0
      guard entry.refusal?.cause == .earlier, count > followers else {
        result.append(entry.finding)
        continue
      }
      guard seen.insert(entry.finding.id).inserted else { continue }
      var finding = entry.finding
      finding.problem +=
        ", and \(ViewText.grouped(UInt64(count - 1))) more events or vCPUs for the same cause"
      result.append(finding)
    }
    return result
  }
}
