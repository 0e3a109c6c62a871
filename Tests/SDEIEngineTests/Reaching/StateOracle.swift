import SDEIFormats
import SDEIModel
import SDEITestSupport
import SDEIVerify

/// What the rules say of a state: the one place that knows which rules those are.
enum StateOracle {
  /// The identifiers of the rules that a state breaks, by severity; each once, ascending.
  static func broken(_ state: Snapshot, _ severity: Severity) -> [String] {
    if severity == .error {
      let rules = StateInvariant.broken(by: StateFacts(state))
      return rules.map { String($0.prefix { $0 != " " && $0 != "," }) }
    }
    let findings = Verifier.findings(Document(format: .sdei, snapshot: state))
    return findings.tally.filter { $0.severity == severity }.map(\.id)
  }
}
