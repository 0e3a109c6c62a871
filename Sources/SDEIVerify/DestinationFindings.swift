public import SDEIEngine
public import SDEIModel

/// What a destination does with a state, as findings.
public enum DestinationFindings {
  /// A finding for each refusal, an error, in the order of the commands; then one for each hazard.
  ///
  /// `destination` is how the texts name it: a dialect, or the profile that has it.
  public static func findings(_ outcome: LoadOutcome, destination: String) -> [Finding] {
    outcome.refusals.map { finding($0, destination) }
      + outcome.hazards.map { finding($0, destination) }
  }

  private static func finding(_ refusal: LoadOutcome.Refusal, _ destination: String) -> Finding {
    let rule = refusal.rule
    let path: String
    switch (refusal.event, refusal.vcpus) {
    case (_, let vcpus?) where rule.command == .setVCPUState:
      path = "contexts[\(vcpus.listed)].\(rule.field)"
    case (let event?, let vcpus?): path = ModelPath.event(event, vcpus: vcpus, rule.field)
    case (let event?, nil): path = ModelPath.event(event, rule.field)
    case (nil, let vcpus?): path = ModelPath.vcpus(vcpus, rule.field)
    case (nil, nil): path = "events"
    }
    let verdict =
      refusal.isDeciding
      ? "\(rule.command.rawValue)\(place(refusal.vcpus)) returns \(rule.errno.name)"
      : "a further reason for \(rule.command.rawValue)\(place(refusal.vcpus)) to fail"
    let reason =
      refusal.isConsequence
      ? "the command that would have set it up is refused, too: " + rule.problem : rule.problem
    return Finding(
      id: rule.id,
      severity: .error,
      path: path,
      problem: "\(destination) refuses the state: \(verdict), because \(reason)",
      action: refusal.isConsequence ? "resolve the refusal before it" : rule.action
    )
  }

  private static func finding(_ hazard: LoadHazard, _ destination: String) -> Finding {
    let rule = hazard.rule
    let path: String
    switch (rule.place, hazard.event, hazard.vcpus) {
    case (.event, let event?, let vcpus?):
      path = ModelPath.event(event, vcpus: vcpus, rule.field)
    case (.event, let event?, nil): path = ModelPath.event(event, rule.field)
    case (.context, _, let vcpus?): path = "contexts[\(vcpus.listed)].\(rule.field)"
    case (.vcpu, _, let vcpus?): path = ModelPath.vcpus(vcpus, rule.field)
    default: path = rule.field
    }
    let verdict =
      rule.isCondition
      ? "whether \(destination) takes the state is for its VMM to decide: "
      : "once \(destination) has loaded the state\(place(hazard.vcpus)): "
    return Finding(
      id: rule.id,
      severity: rule.severity,
      path: path,
      problem: verdict + "\(rule.problem) (\(rule.source))",
      action: rule.action
    )
  }

  private static func place(_ vcpus: Bitmap?) -> String {
    vcpus.map { " on vCPU\($0.count == 1 ? "" : "s") \($0)" } ?? ""
  }
}
