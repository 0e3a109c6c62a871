internal import SDEIModel
internal import SDEIVerify

/// A rule of the catalogue as text for people.
enum RuleView {
  private static let width = 100
  private static let label = 12

  /// All that there is to say about a rule.
  static func lines(_ rule: Rule, _ style: Style) -> [String] {
    let rest = rule.condition == .atRest ? "; only at rest (verify --quiescent)" : ""
    let parts: [(String, String)] = [
      ("kind", "\(rule.kind.rawValue): \(rule.kind.title)" + rest),
      ("severity", severity(rule.severity)), ("source", rule.source), ("wrong", rule.problem),
      ("to do", rule.action), ("why", rule.explanation), ("example", rule.example),
    ]
    return [style.bold(rule.id) + "  " + rule.title]
      + parts.filter { !$0.1.isEmpty }.flatMap { entry($0, $1, style) }
  }

  /// One thing to say: its name, and the text beside it.
  private static func entry(_ name: String, _ text: String, _ style: Style) -> [String] {
    let lines = wrapped(text, to: width - label)
    return lines.enumerated().map { number, line in
      let head = number == 0 ? "  " + name : ""
      let space = String(repeating: " ", count: label - head.count)
      return (number == 0 ? style.dim(head) : head) + space + line
    }
  }

  /// How grave a rule is, with every exception and why.
  private static func severity(_ severity: RuleSeverity) -> String {
    let exceptions = severity.exceptions.map { exception in
      let names = exception.dialects.map(\.name).joined(separator: ", ")
      return "\(exception.severity?.rawValue ?? "not reported") in \(names) (\(exception.reason))"
    }
    let variants = severity.variants.map { "\($0.severity.rawValue) \($0.condition)" }
    // A rule of few dialects is told by them alone.
    let usual =
      severity.usual.map { [$0.rawValue] } ?? (exceptions.isEmpty ? ["never reported"] : [])
    let more = usual.isEmpty ? ["not reported elsewhere"] : []
    return (usual + variants + exceptions + more).joined(separator: "; ")
  }

  /// How grave a rule is, in a word or two.
  static func brief(_ severity: RuleSeverity) -> String {
    if let usual = severity.usual {
      return severity.exceptions.isEmpty && severity.variants.isEmpty
        ? usual.rawValue : usual.rawValue + ", varies"
    }
    return severity.exceptions.compactMap(\.severity).max()?.rawValue ?? "never"
  }

  /// A text in lines of at most so many characters, broken at spaces.
  static func wrapped(_ text: String, to width: Int) -> [String] {
    var lines: [String] = []
    var line = ""
    for word in text.split(whereSeparator: { $0 == " " || $0 == "\n" }) {
      if !line.isEmpty && line.count + 1 + word.count > width {
        lines.append(line)
        line = ""
      }
      line += (line.isEmpty ? "" : " ") + word
    }
    return lines + (line.isEmpty ? [] : [line])
  }
}
