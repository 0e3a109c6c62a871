internal import SDEIModel

/// A rule of two states that are one operation apart, and the check that finds where it is broken.
///
/// The operation is a call or a delivery; which one it was is not known. What only a journal can
/// tell besides is a `JournalRule` of the same identifier.
struct PairRule: Sendable {
  let rule: Rule
  private let check: @Sendable (StatePair, inout RuleReport) -> Void

  init(_ rule: Rule, _ check: @escaping @Sendable (StatePair, inout RuleReport) -> Void) {
    (self.rule, self.check) = (rule, check)
  }

  /// All rules of pairs, ascending by identifier.
  static let all: [PairRule] = [
    definitionKept, handlerEdge, registrationKept, routingKept, maskCleared, maskSet, contextKept,
    bindingKept, bindingReleased,
  ]

  /// Looks at two states with all rules.
  ///
  /// States of different instances have nothing to compare: only that is told.
  static func check(
    _ pair: StatePair,
    at place: RulePlace = .state,
    into findings: inout Findings
  ) {
    guard pair.isOneInstance(at: place, &findings) else { return }
    for rule in all {
      guard let severity = rule.rule.severity(in: pair.before.dialect) else { continue }
      var report = RuleReport(rule.rule, severity, &findings, at: place)
      rule.check(pair, &report)
      findings = report.finish()
    }
  }
}
