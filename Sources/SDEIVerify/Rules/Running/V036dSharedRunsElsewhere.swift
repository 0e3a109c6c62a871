internal import SDEIModel

extension StateRule {
  static let sharedRunsElsewhere = StateRule(
    Rule(
      id: "SDEI-V036d",
      kind: .state,
      severity: .ofMarks,
      title: "a level runs a shared event that runs elsewhere",
      source: "DEN0054C 6.2, 6.2.1",
      problem: "a level runs a shared event whose running marks are of other vCPUs",
      action: "keep the shared event's mark in slot 0, and the context of the vCPU that runs it",
      explanation: """
        A shared event's one mark is in slot 0, and the context tells which vCPU runs it. A form that \
        marks the slot of that vCPU instead can contradict its own context: then it is unknown which \
        of the two may complete the handler. Two contexts that name one shared event are \
        SDEI-V034b.
        """,
      example: "vCPU 0's normal level runs shared event 0x40400003, which is marked in slot 2"
    )
  ) { state, report in
    for event in state.events where event.isShared && !event.running.contains(0) {
      let marks = event.running.intersection(state.existing)
      if marks.isEmpty { continue }
      for level in Level.allCases {
        let names = state.named[event.number, level]
        let vcpus = marks.count == 1 ? names.subtracting(marks) : names
        if vcpus.isEmpty { continue }
        report.add(
          ModelPath.contexts(vcpus, level, "event"),
          found: "event \(event.number) is marked in the slots of vCPUs \(marks.listed)"
        )
      }
    }
  }
}
