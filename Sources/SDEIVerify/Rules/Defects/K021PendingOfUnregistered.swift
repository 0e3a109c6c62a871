internal import SDEIModel

extension StateRule {
  static let pendingOfUnregistered = StateRule(
    Rule(
      id: "SDEI-K021",
      kind: .defect,
      severity: .never.but(
        .warning,
        in: [.kvmV7],
        "hypercall_unregister and hypercall_reset of KVM v7"
      ),
      title: "pending event that nobody has registered",
      source: """
        KVM/arm64 SDEI series v7, hypercall_unregister and hypercall_reset; \
        fixtures/traces/kvm-v7/faults/04_*
        """,
      problem: """
        the event is pending where it is not registered: UNREGISTER and PRIVATE_RESET leave the \
        bit, and the next registration gets an event that happened before it
        """,
      action: "clear the pending bit",
      explanation: """
        DEN0054C lets a dispatcher drop what is pending when an event is unregistered; v7 keeps \
        it. Until the event is registered and enabled again, delivery finds it lowest and \
        disabled, and the host loops (SDEI-T131 to SDEI-T133). SIGNAL and injection refuse an \
        event that is not registered, so the bit has no other origin in a guest. Of events 0 and 1 \
        only: no others can be registered in v7 (SDEI-D033, SDEI-T135).
        """,
      example: "pending {0}, registered {}"
    )
  ) { state, report in
    for event in state.events where event.number.rawValue < 2 {
      let waiting = event.pending.support.intersection(state.existing)
      report.add(event, waiting.subtracting(event.registered), "pending")
    }
  }
}
