import SDEIFormats
import SDEIModel
import SDEIVerify

/// What the rules say of a state: the one place that knows which rules those are.
enum StateOracle {
  /// The identifiers of the findings of a severity, each once, ascending; without `SDEI-`.
  static func broken(_ state: Snapshot, _ severity: Severity) -> [String] {
    let findings = Verifier.findings(Document(format: .sdei, snapshot: state))
    return findings.tally.filter { $0.severity == severity }.map { String($0.id.dropFirst(5)) }
  }
}
