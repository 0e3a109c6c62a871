internal import SDEIModel

extension StateRule {
  static let wrongLevel = StateRule(
    Rule(
      id: "SDEI-V036b",
      kind: .state,
      severity: .error,
      title: "a level runs an event of the other priority",
      source: "DEN0054C 4.3.2, 4.3.2.2",
      problem: "a level runs an event of the other priority",
      action: "put the context at the level of the event's priority, or correct the definition",
      explanation: """
        A critical event at the normal level can be preempted by another critical one, and a normal \
        event at the critical level keeps critical ones out. KVM v2 to v5 check only that the event is \
        queued on the vCPU. With a normal event in the critical slot the first completion frees it, \
        and the other slot keeps pointing at it (fixtures/traces/kvm-v5/faults/19_*). Where \
        the definition is unknown, nothing is said.
        """,
      example: "event 0x40400001 is normal, and vCPU 0's critical level runs it"
    )
  ) { state, report in
    for event in state.events {
      guard let level = event.level else { continue }
      let wrong: Level = level == .normal ? .critical : .normal
      let vcpus = state.named[event.number, wrong]
      if vcpus.isEmpty { continue }
      report.add(
        ModelPath.contexts(vcpus, wrong, "event"),
        found: "event \(event.number) is \(level.name)"
      )
    }
  }
}
