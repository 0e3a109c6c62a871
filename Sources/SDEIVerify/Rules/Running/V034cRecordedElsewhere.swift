internal import SDEIModel

extension StateRule {
  static let recordedElsewhere = StateRule(
    Rule(
      id: "SDEI-V034c",
      kind: .state,
      severity: .ofMarks,
      title: "private event runs on one vCPU and is recorded at another",
      source: "DEN0054C 6.1.1, 6.2.1",
      problem: "a private event is marked as running here, and contexts of other vCPUs name it",
      action: "compare the vCPU indexes of contexts and of running marks with the source",
      explanation: """
        A private event's handler runs on the vCPU that the event was produced for, so mark and \
        context are of one vCPU. Where the marks are of some vCPUs and the contexts of others, one of \
        the two was stored under wrong indexes, as happens when vCPUs are numbered differently at \
        the destination. This one finding stands for both sides; where only one side is there, \
        SDEI-V036c or SDEI-V037 says it.
        """,
      example: "event 0x40400001 is marked as running on vCPU 2, and only vCPU 0's context names it"
    )
  ) { state, report in
    for event in state.events where !event.isShared {
      let (marks, names) = state.unmatched(event)
      if marks.isEmpty || names.isEmpty { continue }
      report.add(event, marks, "running", found: "contexts of vCPUs \(names.listed) name it")
    }
  }
}
