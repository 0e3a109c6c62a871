internal import SDEIModel

extension StateRule {
  static let unknownEventRuns = StateRule(
    Rule(
      id: "SDEI-V036a",
      kind: .state,
      severity: .error,
      title: "a level runs an event that does not exist",
      source: "DEN0054C 4.3.2.2, 6.2",
      problem: "a level runs an event that the state does not have",
      action: "add the event's definition and registration from the source, or drop the context",
      explanation: """
        Completing such a handler ends an event of which nothing is known: not where it was \
        registered, nor whether it is to be unregistered now. KVM v5 refuses it (SET_VCPU_STATE, \
        EINVAL), KVM v4 looks at the critical number only, and QEMU's RFC looks at neither. A number \
        that the dialect takes for "none" names no event and is not meant here.
        """,
      example: "vCPU 0's normal level runs event 0x40400009, and events has no 0x40400009"
    )
  ) { state, report in
    for level in Level.allCases {
      for number in state.named.numbers(level) where state.events.rank(of: number) == nil {
        report.add(
          ModelPath.contexts(state.named[number, level], level, "event"),
          found: "event \(number)"
        )
      }
    }
  }
}
