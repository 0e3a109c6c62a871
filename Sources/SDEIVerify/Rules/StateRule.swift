internal import SDEIModel

/// A rule of one state, and the check that finds where it is broken.
struct StateRule: Sendable {
  let rule: Rule
  private let check: @Sendable (CheckedState, inout RuleReport) -> Void

  init(_ rule: Rule, _ check: @escaping @Sendable (CheckedState, inout RuleReport) -> Void) {
    (self.rule, self.check) = (rule, check)
  }

  /// All rules of states: the invariants ascending by identifier, then leaks and known defects.
  static let all: [StateRule] =
    instance + definitions + bindings + handlers + routing + running + pending + contexts
    + leaks + defects

  /// Looks at a state with all rules that hold for it.
  static func check(
    _ state: CheckedState,
    at place: RulePlace = .state,
    into findings: inout Findings
  ) {
    for rule in all {
      guard rule.rule.condition == .always || state.isAtRest,
        let severity = rule.rule.severity(in: state.dialect)
      else { continue }
      var report = RuleReport(rule.rule, severity, &findings, at: place)
      rule.check(state, &report)
      findings = report.finish()
    }
  }
}
