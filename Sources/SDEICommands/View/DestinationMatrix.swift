internal import SDEIModel
internal import SDEIVerify

/// States against destinations: a row for each state, a column for each destination, and below the
/// first reason of each answer that is not yes.
struct DestinationMatrix {
  private let count: Int
  private let style: Style
  private var table: TextTable
  private var notes: Footnotes

  init(_ targets: [Target], _ style: Style) {
    (count, self.style) = (targets.count, style)
    table = TextTable(["STATE"] + targets.map(\.argument), indent: "")
    notes = Footnotes(style: style)
  }

  mutating func addUnread(_ name: String) {
    table.add([name] + Array(repeating: "unread", count: count))
  }

  mutating func add(_ name: String, _ assessments: [Assessment]) {
    table.add([name] + assessments.map { cell($0) })
  }

  func lines() -> [String] {
    if notes.lines.isEmpty { return table.lines(style) }
    return table.lines(style) + [""] + notes.lines + [
      "", "All reasons of one answer: sdeictl verify STATE --to TARGET",
    ]
  }

  private mutating func cell(_ assessment: Assessment) -> String {
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
