internal import SDEIEngine
internal import SDEIModel

/// A rule of journals, and the checks that find where it is broken: by what was seen of one step, and
/// by a state that stands in the journal.
struct JournalRule: Sendable {
  let rule: Rule
  private var step: (@Sendable (ObservedStep, inout RuleReport) -> Void)?
  private var state: (@Sendable (ObservedState, inout RuleReport) -> Void)?

  init(
    _ rule: Rule,
    step: (@Sendable (ObservedStep, inout RuleReport) -> Void)? = nil,
    state: (@Sendable (ObservedState, inout RuleReport) -> Void)? = nil
  ) {
    (self.rule, self.step, self.state) = (rule, step, state)
  }

  /// All rules that look at journals, ascending by identifier; some of them are rules of pairs, of
  /// which a journal tells more.
  static let all: [JournalRule] =
    entry + [
      unmaskedAfterReturn, maskCleared, maskSet, completionRestores, resumptionRestores,
      bindingKept,
    ]

  /// The rules that only a journal can break.
  static let alone = all.filter { $0.rule.kind == .journal }

  /// Looks at a step with all rules.
  static func check(_ step: ObservedStep, at place: RulePlace, into findings: inout Findings) {
    for rule in all {
      if let check = rule.step { rule.run(step, check, step.before.dialect.id, place, &findings) }
    }
  }

  /// Looks at a state with all rules.
  static func check(_ state: ObservedState, at place: RulePlace, into findings: inout Findings) {
    for rule in all {
      if let check = rule.state { rule.run(state, check, state.after.dialect, place, &findings) }
    }
  }

  private func run<Observed>(
    _ observed: Observed,
    _ check: (Observed, inout RuleReport) -> Void,
    _ dialect: DialectID,
    _ place: RulePlace,
    _ findings: inout Findings
  ) {
    guard let severity = rule.severity(in: dialect) else { return }
    var report = RuleReport(rule, severity, &findings, at: place)
    check(observed, &report)
    findings = report.finish()
  }
}
