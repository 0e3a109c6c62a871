internal import SDEIModel

extension StateRule {
  static let sharedRunsNowhere = StateRule(
    Rule(
      id: "SDEI-V034a",
      kind: .state,
      severity: .ofMarks,
      title: "shared event runs, but on no vCPU",
      source: "DEN0054C 6.1.1, 6.2.1",
      problem: "a shared event is marked as running, and no vCPU's context names it",
      action: "restore the context of the vCPU that runs it from the source, or clear the mark",
      explanation: """
        A shared event has one handler for all vCPUs, and its running mark does not say which one \
        runs it: only that vCPU's context does. Without it no vCPU may complete the handler, so the \
        event runs for ever: it is never delivered again and can not be registered anew. It is what \
        remains when contexts are dropped in a move and the event's bits are not.
        """,
      example: "event 0x40400003 is marked as running, and contexts is empty"
    )
  ) { state, report in
    for event in state.events where event.isShared && event.running.contains(0) {
      if state.named[event.number].isEmpty { report.add(event, Bitmap(below: 1), "running") }
    }
  }
}
