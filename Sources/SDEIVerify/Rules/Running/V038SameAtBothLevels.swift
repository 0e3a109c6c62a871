internal import SDEIModel

extension StateRule {
  static let sameAtBothLevels = StateRule(
    Rule(
      id: "SDEI-V038",
      kind: .state,
      severity: .error,
      title: "one event at both levels",
      source: "DEN0054C 4.3.2, 6.2",
      problem: "both levels of a vCPU run the same event",
      action: "drop the context at the level that is not of the event's priority",
      explanation: """
        An event has one priority and does not preempt itself. The second completion ends what is \
        over already: KVM v5 frees the event at the first one and follows a dangling pointer at the \
        second (fixtures/traces/kvm-v5/faults/19_*). KVM v2 to v4 make this state themselves: \
        SET_VCPU_STATE takes critical_num for the normal level, too \
        (fixtures/traces/kvm-v4/faults/04_*).
        """,
      example: "critical_num and normal_num of vCPU 0 are both 0x40400002"
    )
  ) { state, report in
    for number in state.named.numbers(.critical) {
      let both = state.named[number, .normal].intersection(state.named[number, .critical])
      if both.isEmpty { continue }
      report.add(ModelPath.contexts(both, .critical, "event"), found: "event \(number)")
    }
  }
}
