public import SDEIModel

/// Judges the findings of one input by a policy and a baseline.
public struct PolicyJudge: FindingJudge {
  private let policy: Policy
  private let today: CalendarDate?
  private let known: Set<String>

  /// Makes a judge; `known` are the keys that a baseline has for the input.
  public init(_ policy: Policy?, today: CalendarDate?, known: Set<String> = []) {
    (self.policy, self.today, self.known) = (policy ?? Policy(), today, known)
  }

  /// What is made of a finding: tolerated, known, or reported with the policy's severity.
  public func judge(_ finding: Finding) -> Judgement {
    let tolerance = policy.tolerances.firstIndex { tolerance in
      Policy.names(tolerance.rule, finding.id) && tolerance.holds(today)
        && tolerance.path?.matches(finding.path) ?? true
    }
    if let tolerance { return .tolerated(by: tolerance) }
    let setting = policy.settings.first { Policy.names($0.rule, finding.id) }
    if let setting, setting.severity == nil { return .tolerated(by: nil) }
    if known.contains(Baseline.key(finding)) { return .known }
    return .reported(setting?.severity ?? finding.severity)
  }
}
