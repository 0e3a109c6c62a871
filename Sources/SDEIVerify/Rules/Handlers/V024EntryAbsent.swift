internal import SDEIModel

extension StateRule {
  static let entryAbsent = StateRule(
    Rule(
      id: "SDEI-V024",
      kind: .state,
      severity: .warning.but(.error, in: [.tfA], "TF-A refuses to register 0"),
      title: "a handler at address 0",
      source: "DEN0054C 5.1.2.2; TF-A refuses it",
      problem: "a handler is registered whose entry point is address 0",
      action:
        "restore the entry point from the source; restore registrations before running states",
      explanation: """
        The document does not say that 0 is invalid, and no guest has its handler there: the \
        registration was restored without the entry point. KVM v5's SET_VCPU_EVENT takes an event \
        that the vCPU has not registered, and the guest then jumps to 0.
        """,
      example: "registered {0-3}, entry at vCPUs 0-2 only"
    )
  ) { state, report in
    for event in state.events {
      let absent = state.absolute(event).subtracting(event.entry.support)
      report.add(event, absent, "entry")
    }
  }
}

extension CheckedState {
  /// The slots with a registered handler whose entry point is an address.
  func absolute(_ event: Event) -> Bitmap {
    registered(event).subtracting(event.relative).intersection(slots(of: event))
  }
}
