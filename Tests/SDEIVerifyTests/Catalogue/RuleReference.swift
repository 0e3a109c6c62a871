import SDEIModel
import SDEIVerify

/// `schemas/rules.md`: the catalogue as one page.
enum RuleReference {
  static var text: String {
    var lines = introduction
    for series in series {
      let rules = Catalogue.rules.filter { $0.kind.letter == series.letter }
      if rules.isEmpty { continue }
      lines += ["## SDEI-\(series.letter): \(series.title)", "", series.text, ""]
      lines += rules.flatMap(entry)
    }
    return lines.joined(separator: "\n")
  }

  private static let introduction = """
    # Rules

    Everything that sdeictl finds has an identifier, and this page has all of them. It is made from the \
    same source as `sdeictl explain ID` and is not edited by hand; `sdeictl explain --list --format json` \
    gives the same to programs (rules.schema.json).

    **An identifier never changes its meaning.** `rules.lock` has what each of them means; a rule that comes \
    to mean something else takes a new identifier.

    - **Severities.** An *error* is wrong: the state is not valid, or a destination refuses or breaks it. A \
    *warning* is suspicious, or does harm in some use. A *note* is worth knowing. Only errors make the exit \
    status of `verify` 1; with `--strict` warnings do, too.
    - **By dialect.** Where an implementation is known to do otherwise, the rule is something else in states \
    of its dialect, or is not reported there. Each such exception is listed with its reason.
    - **At rest.** Some rules hold only for a state that was taken when nothing was under way and everything \
    due was delivered. They are looked at with `--quiescent`.
    - **Policy.** A policy (`--policy`) gives rules other severities, turns them off, or limits them to places; a \
    baseline (`--baseline`) takes out what was known before. A profile accepts hazards of its destination, \
    with a reason and until a day: their findings become notes (profiles.md).
    - **Kinds** say what a rule looks at:

    """.split(separator: "\n", omittingEmptySubsequences: false).map(String.init).dropLast()
    + ["", "| kind | letter | looks at |", "|---|---|---|"]
    + RuleKind.allCases.map { "| \($0.rawValue) | \($0.letter) | \($0.title) |" } + [""]

  private static let series: [(letter: Character, title: String, text: String)] = [
    (
      "V", "invariants",
      """
      What holds of every state, of two states that follow one another, and of journals. The number is \
      the one in this project's list of invariants; letters tell its cases apart. The list is drawn from \
      DEN0054C and, for V021, V025b, V056 and V057, from the Arm architecture and the ABIs.
      """
    ),
    (
      "L", "what must not travel",
      """
      What a host, its VMM or an earlier handler left in a state, and nobody needs who loads it. \
      `dump --redact` replaces it.
      """
    ),
    (
      "K", "known defects",
      """
      The traces that defects of implementations leave in states, each only in its dialect. They tell \
      where something comes from that invariants or destinations find wrong. Numbers from 1 are of KVM's \
      series v2 to v5, from 21 of v7, from 31 of Trusted Firmware-A.
      """
    ),
    (
      "D", "reading",
      """
      Up to 11: the bytes are no state, and nothing is read. From 20 on: what was noticed while a state was \
      read, and kept.
      """
    ),
    ("C", "conversion", "What a form can not hold of a state, and what it says otherwise."),
    (
      "T", "destinations",
      """
      Up to 32, except T020: the SET commands of KVM v2 to v5 refuse the state. From 101 on: they take it, and do harm \
      with it; from 131 on in v7. From 200 on: what a destination's profile lacks or has otherwise.
      """
    ),
    ("R", "replay", "What is found when a journal is read and replayed."),
    ("P", "policy", "What is wrong with the policy or the baseline that findings are judged by."),
    ("A", "patches", "Why a patch of `sdeictl patch` does not apply."),
  ]

  private static func entry(_ rule: Rule) -> [String] {
    let rest = rule.condition == .atRest ? ", at rest" : ""
    return [
      "### \(rule.id) \(rule.title)", "",
      "*\(rule.kind.rawValue)\(rest)*: \(severity(rule.severity)). Source: \(rule.source).", "",
      "- Wrong: \(flat(rule.problem)).", "- To do: \(flat(rule.action)).", "",
      flat(rule.explanation),
      "", "Example: \(flat(rule.example)).", "",
    ]
  }

  private static func flat(_ text: String) -> String {
    text.split(separator: "\n").joined(separator: " ")
  }

  private static func severity(_ severity: RuleSeverity) -> String {
    let usual = severity.usual.map { ["**\($0.rawValue)**"] } ?? []
    let variants = severity.variants.map { "**\($0.severity.rawValue)** \($0.condition)" }
    let exceptions = severity.exceptions.map { exception in
      let names = exception.dialects.map { "`\($0.name)`" }.joined(separator: ", ")
      let grade = exception.severity.map { "**\($0.rawValue)**" } ?? "not reported"
      return "\(grade) in \(names): \(exception.reason)"
    }
    let parts = usual + variants + exceptions
    if parts.isEmpty { return "never reported" }
    return parts.joined(separator: "; ") + (usual.isEmpty ? "; not reported elsewhere" : "")
  }
}
