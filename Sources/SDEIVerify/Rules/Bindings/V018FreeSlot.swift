internal import SDEIModel

extension StateRule {
  static let freeSlot = StateRule(
    Rule(
      id: "SDEI-V018",
      kind: .state,
      severity: .error,
      title: "state in a free bind slot",
      source: "DEN0054C 5.1.15",
      problem: "nothing is bound to the event, and it has a handler or something pending",
      action: "restore the binding from the source, or clear the slot's state on all vCPUs",
      explanation: """
        INTERRUPT_RELEASE is denied until the event is unregistered on every PE and no handler \
        runs, so a free slot has no state. TF-A looks at the calling PE only: another one may be in \
        the handler, and its COMPLETE stops the firmware ("Invalid SDEI mapping").
        """,
      example: "slot 0x40000002 without interrupt, running on vCPU 1"
    )
  ) { state, report in
    for event in state.events where event.definition?.origin == .slot && !event.isBound {
      let slots = state.slots(of: event)
      let marks = [
        ("registered", event.registered), ("enabled", event.enabled),
        ("running", state.running(event)), ("unregisterPending", event.unregisterPending),
        ("pending", event.pending.support),
      ].map { ($0, $1.intersection(slots)) }.filter { !$1.isEmpty }
      let all = marks.reduce(Bitmap()) { $0.union($1.1) }
      report.add(event, all, "", found: marks.map(\.0).joined(separator: ", "))
    }
  }
}
