internal import SDEIModel

extension StateRule {
  static let requestForgotten = StateRule(
    Rule(
      id: "SDEI-K022",
      kind: .defect,
      severity: .never.but(
        .note,
        in: [.kvmV7],
        "hypercall_complete of KVM v7"
      ),
      condition: .atRest,
      title: "event that a completion forgot",
      source: "KVM/arm64 SDEI series v7, hypercall_complete; fixtures/traces/kvm-v7/faults/03_*",
      problem: """
        an event is due and is not delivered: a completion asks for no delivery of what came while \
        the handler ran
        """,
      action: """
        let the host inject any event, or the guest mask and unmask: either asks for a delivery
        """,
      explanation: """
        The patch's description says that a completion asks again, and the code does not. The \
        event stays pending until something unrelated asks. Loading the state does (SDEI-T134), so \
        that a migration cures it.
        """,
      example: """
        at rest, event 0 is pending, registered and enabled on vCPU 0, which is unmasked and runs \
        nothing
        """
    )
  ) { state, report in
    let open = state.existing.subtracting(state.vcpus.masked).subtracting(state.marked)
    for event in state.events {
      let ready = event.registered.intersection(event.enabled).intersection(open)
      report.add(event, event.pending.support.intersection(ready), "pending")
    }
  }
}
