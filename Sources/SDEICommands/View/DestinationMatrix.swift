internal import SDEIModel
internal import SDEIVerify

/// States against destinations: a row for each state, a column for each destination, and below the
/// first reason of each answer that is not yes.
struct DestinationMatrix {
  let report: VerifyReport

  func lines(_ style: Style) -> [String] {
    var table = TextTable(["STATE"] + report.targets.map(\.argument), indent: "")
    var notes = Footnotes(style: style)
    for input in report.inputs {
      switch input {
      case .unread(let name): table.add([name] + report.targets.map { _ in "unread" })
      case .read(let result):
        table.add([result.input] + result.destinations.map { cell($0, &notes) })
      }
    }
    if notes.lines.isEmpty { return table.lines(style) }
    return table.lines(style) + [""] + notes.lines + [
      "", "All reasons of one answer: sdeictl verify STATE --to TARGET",
    ]
  }

  private func cell(_ assessment: Assessment, _ notes: inout Footnotes) -> String {
    guard assessment.answer != .yes, let reason = assessment.findings.first else { return "yes" }
    let mark = notes.mark(reason)
    if assessment.answer == .no { return "no \(mark)" }
    if assessment.answer == .noState { return "no state \(mark)" }
    let hazards = assessment.findings.count { $0.severity == .warning }
    return "hazards \(ViewText.grouped(UInt64(hazards))) \(mark)"
  }

  /// Reasons with their numbers; equal ones have one number.
  private struct Footnotes {
    let style: Style
    private(set) var lines: [String] = []
    private var numbers: [Finding: Int] = [:]

    init(style: Style) { self.style = style }

    mutating func mark(_ finding: Finding) -> String {
      if let number = numbers[finding] { return "[\(number)]" }
      let number = numbers.count + 1
      numbers[finding] = number
      lines.append("[\(number)] " + FindingText.line(finding, style))
      return "[\(number)]"
    }
  }
}
