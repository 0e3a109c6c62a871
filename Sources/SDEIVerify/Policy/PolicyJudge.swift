public import SDEIModel

/// Judges the findings of one input by a policy and a baseline.
public struct PolicyJudge: FindingJudge {
  private let policy: Policy
  /// The positions of the tolerances that hold, by rule.
  private var tolerances: [String: [Int]] = [:]
  private let known: Set<String>

  /// Makes a judge; `known` are the keys that a baseline has for the input.
  public init(_ policy: Policy?, today: CalendarDate?, known: Set<String> = []) {
    self.policy = policy ?? Policy()
    self.known = known
    for (position, tolerance) in self.policy.tolerances.enumerated() where tolerance.holds(today) {
      tolerances[tolerance.rule, default: []].append(position)
    }
  }

  /// What is made of a finding: tolerated, known, or reported with the policy's severity.
  public func judge(_ finding: Finding) -> Judgement {
    // By rule first: a state may have as many findings as a policy has tolerances.
    let own = tolerances[finding.id] ?? []
    let whole = tolerances[String(finding.id.dropLast())] ?? []
    let isCase = finding.id.last?.isLetter == true
    let tolerance = (isCase ? own + whole : own).sorted().first { position in
      policy.tolerances[position].path?.matches(finding.path) ?? true
    }
    if let tolerance { return .tolerated(by: tolerance) }
    let setting = policy.settings.first { Policy.names($0.rule, finding.id) }
    if let setting, setting.severity == nil { return .tolerated(by: nil) }
    if known.contains(Baseline.key(finding)) { return .known }
    return .reported(setting?.severity ?? finding.severity)
  }
}
