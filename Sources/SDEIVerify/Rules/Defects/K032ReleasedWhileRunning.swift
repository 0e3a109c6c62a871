internal import SDEIModel

extension StateRule {
  static let releasedWhileRunning = StateRule(
    Rule(
      id: "SDEI-K032",
      kind: .defect,
      severity: .never.but(
        .warning,
        in: [.tfA],
        "sdei_interrupt_release of Trusted Firmware-A"
      ),
      title: "binding that was released under a running handler",
      source: """
        Trusted Firmware-A, sdei_interrupt_release; \
        fixtures/traces/tf-a/faults/panic-sdei_intr_handler.jsonl
        """,
      problem: """
        the handler of a free bind slot runs: another PE released the interrupt meanwhile, and the \
        completion stops the firmware
        """,
      action: """
        nothing helps at this firmware; do not load the state elsewhere before the handler has \
        completed
        """,
      explanation: """
        INTERRUPT_RELEASE and SHARED_RESET look at the calling PE's handler and at the count of \
        registrations. A PE that unregistered inside its handler counts no more, so that a release \
        on another PE succeeds. The completion finds no interrupt and stops EL3: Invalid SDEI \
        mapping.
        """,
      example: "a slot without an interrupt whose handler runs on PE 1"
    )
  ) { state, report in
    for event in state.events
    where event.definition?.origin == .slot && event.definition?.interrupt == nil {
      report.add(event, state.running(event), "running")
    }
  }
}
