internal import SDEIModel

extension StateRule {
  static let signalsCounted = StateRule(
    Rule(
      id: "SDEI-V048",
      kind: .state,
      severity: .error.but(
        .warning,
        in: [.kvmV4, .kvmV5],
        "KVM v2 to v5 count occurrences and deliver each (fixtures/traces/kvm-v5/faults/16_*)"
      ),
      title: "several signals of event 0 wait",
      source: "DEN0054C 5.1.16.1",
      problem: "event 0 is pending more than once on a vCPU",
      action: "count one: signals that nobody has taken collapse into one",
      explanation: """
        Event 0 is edge-triggered: a second signal before the first is taken changes nothing, so one \
        or none waits on a vCPU. KVM v2 to v5 keep a counter, in which the occurrence that is being \
        handled counts, too (it is left out here), and run the handler once for each: legal to keep \
        there, but a destination that does not count delivers one.
        """,
      example: "event 0 has a pending count of 3 on vCPU 2, where its handler does not run"
    )
  ) { state, report in
    guard let zero = state.events[.softwareSignalled] else { return }
    let slots = state.waiting(zero, moreThan: 1)
    report.add(zero, slots, "pending", found: state.occurrences(of: zero, on: slots))
  }
}
