internal import SDEIModel

extension StateRule {
  static let markedUnnamed = StateRule(
    Rule(
      id: "SDEI-V037",
      kind: .state,
      severity: .ofMarks,
      title: "marked as running, but no level runs it",
      source: "DEN0054C 5.1.6, 6.1.1",
      problem: "a private event is marked as running, and no level of the vCPU names it",
      action: "restore the vCPU's context from the source, or clear the mark",
      explanation: """
        Nobody can complete this handler: COMPLETE ends what the vCPU's levels run. Until a reset the \
        event is not delivered there again, and cannot be unregistered and registered anew. For \
        shared events SDEI-V034a says it, and SDEI-V034c where the contexts of other vCPUs name \
        the event.
        """,
      example: "event 0x40400001 is marked as running on vCPU 2, which has no context"
    )
  ) { state, report in
    for event in state.events where !event.isShared {
      let (marks, names) = state.unmatched(event)
      if names.isEmpty { report.add(event, marks, "running") }
    }
  }
}
