internal import SDEIEngine
internal import SDEIJournal
internal import SDEIModel

extension JournalRule {
  static let unmaskedAfterReturn = JournalRule(
    Rule(
      id: "SDEI-V046b",
      kind: .journal,
      severity: .error,
      title: "unmasked after a reset or wake-up",
      source: "DEN0054C 6.5.1, 6.5.2",
      problem:
        "a vCPU is unmasked that was reset or woke up from a powerdown state and has not unmasked "
        + "itself since",
      action: "mask the vCPU whenever it comes back; its client unmasks it when it is ready",
      explanation: """
        A PE that comes out of a reset, CPU_ON or a powerdown state has lost what a handler needs: \
        its MMU may be off, its per-CPU data not set up. So the dispatcher masks it, and only its \
        own PE_UNMASK ends that. It shows in PE_MASK's answer, in a handler that is entered, or in \
        a state. TF-A masks when the PE comes up; a VMM that only stores the old mask across a reset \
        breaks it.
        """,
      example: "CPU_ON of vCPU 2, and PE_MASK there answers 1: it was unmasked"
    ),
    step: { step, report in
      guard let vcpu = step.vcpu, step.returned.contains(vcpu), step.wasUnmasked == true else {
        return
      }
      report.add(step.maskPath, found: "vCPU \(vcpu) \(step.maskText)")
    },
    state: { state, report in
      let vcpus = state.returned.all.intersection(state.after.existing)
      let unmasked = vcpus.subtracting(state.after.vcpus.masked)
      if unmasked.isEmpty { return }
      report.add(ModelPath.vcpus(unmasked, "masked"))
    }
  )

  static let maskCleared = JournalRule(
    PairRule.maskCleared.rule,
    step: { step, report in
      guard let vcpu = step.vcpu, step.before.isMasked(vcpu) == true, step.wasUnmasked == true,
        !step.returned.contains(vcpu)
      else { return }
      report.add(step.maskPath, found: "vCPU \(vcpu) was masked, and \(step.maskText)")
    }
  )

  static let maskSet = JournalRule(
    PairRule.maskSet.rule,
    step: { step, report in
      guard let vcpu = step.vcpu, step.before.isMasked(vcpu) == false, step.wasUnmasked == false
      else { return }
      report.add(step.maskPath, found: "vCPU \(vcpu) was unmasked, and \(step.maskText)")
    }
  )
}

extension ObservedStep {
  /// What tells the mask.
  fileprivate var maskPath: String { recorded.entered == nil ? "result" : "entered" }

  fileprivate var maskText: String {
    if let event = recorded.entered { return "entered the handler of \(event)" }
    let name = call.map { String($0.function.name.dropFirst("SDEI_".count)) } ?? "the call"
    return "\(name) answered \(value ?? 0)"
  }
}
