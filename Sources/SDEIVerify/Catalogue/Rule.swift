/// What there is to say about an identifier of findings: the one source of reports, of `explain` and
/// of the reference in the documents.
public struct Rule: Hashable, Sendable {
  /// When a rule of states holds.
  public enum Condition: String, Hashable, Sendable {
    /// At any moment.
    case always
    /// Only at rest: nothing is under way, and everything due was delivered (`--quiescent`).
    case atRest = "at rest"
  }

  /// The stable identifier: `SDEI-V020`, `SDEI-V001a`; once released it never changes its meaning.
  public let id: String
  /// What it looks at.
  public let kind: RuleKind
  /// How grave it is, by dialect.
  public let severity: RuleSeverity
  /// When it holds.
  public let condition: Condition
  /// What it is about, in a few words: `enabled without registered`.
  public let title: String
  /// Where it comes from: `DEN0054C 5.1.9, Table 13`.
  public let source: String
  /// One sentence: what is wrong.
  public let problem: String
  /// One sentence: what to do.
  public let action: String
  /// Why the rule is there, which implementations break it and how.
  public let explanation: String
  /// A state or bytes that break it.
  public let example: String

  /// Makes a rule.
  ///
  /// Sentences begin in lower case and have no full stop: a finding puts a place in front, and what
  /// was found behind. The explanation is prose.
  public init(
    id: String,
    kind: RuleKind,
    severity: RuleSeverity,
    condition: Condition = .always,
    title: String,
    source: String,
    problem: String,
    action: String,
    explanation: String,
    example: String
  ) {
    self.id = id
    self.kind = kind
    self.severity = severity
    self.condition = condition
    self.title = title
    self.source = source
    self.problem = problem
    self.action = action
    self.explanation = explanation
    self.example = example
  }

  /// The number in the document's list of invariants, nil for rules that are not from there.
  public var invariant: Int? {
    guard kind.letter == "V" else { return nil }
    return Int(id.dropFirst("SDEI-V".count).prefix(3))
  }
}
