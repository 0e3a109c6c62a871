internal import SDEIModel

extension StateRule {
  static let sharedRunsTwice = StateRule(
    Rule(
      id: "SDEI-V034b",
      kind: .state,
      severity: .error.but(
        .warning,
        in: [.kvmV4, .kvmV5],
        "nothing in KVM v2 to v5 keeps a shared event from being delivered on a second vCPU "
          + "(fixtures/traces/kvm-v5/faults/25_*)"
      ),
      title: "shared event runs on more than one vCPU",
      source: "DEN0054C 6.2, 6.2.1, Appendix C",
      problem: "a shared event's handler runs on more than one vCPU",
      action: "take the state again when one vCPU at most runs it",
      explanation: """
        A shared event is handled by one vCPU at a time: while its handler runs anywhere, another \
        occurrence waits. Handlers of such events are written for that and take no lock against \
        themselves. KVM v5 delivers to any vCPU on which the event is queued; if the guest then \
        unregisters the event, the first completion frees what the second one still uses, and the \
        host crashes. The last clause of number 36 (a level names a shared event that runs on \
        another PE) is the same state where both vCPUs' contexts name the event.
        """,
      example: "the contexts of vCPU 0 and of vCPU 3 both name shared event 0x40400003"
    )
  ) { state, report in
    for event in state.events where event.isShared {
      let vcpus = state.named[event.number]
      if vcpus.count < 2 { continue }
      report.add(
        ModelPath.event(event.number, "running"),
        found: "vCPUs \(vcpus.listed) run it"
      )
    }
  }
}
