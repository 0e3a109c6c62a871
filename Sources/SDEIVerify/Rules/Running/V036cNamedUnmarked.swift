internal import SDEIModel

extension StateRule {
  static let namedUnmarked = StateRule(
    Rule(
      id: "SDEI-V036c",
      kind: .state,
      severity: .ofMarks.but(
        .warning,
        in: [.tfA],
        "CPU_ON empties the vCPU's private handlers and leaves on its stack what ran there"
      ),
      title: "a level runs an event that is not marked as running",
      source: "DEN0054C 5.1.9, 6.1.1",
      problem: "a level runs an event that is not marked as running there",
      action: "set the event's running mark, or drop the context, as the source has it",
      explanation: """
        The context says that the vCPU is inside the handler, the mark that it is not. STATUS reads \
        the mark: the guest would see no running handler, and REGISTER would succeed while the old \
        handler still runs. A dispatcher that looks at the mark alone never completes it. QEMU's RFC \
        restores both and compares nothing.
        """,
      example: "vCPU 0's normal level runs event 0x40400001, and running of the event is empty"
    )
  ) { state, report in
    for event in state.events {
      if event.isShared ? event.isMarkedSomewhere(state) : !state.unmatched(event).marks.isEmpty {
        continue
      }
      let marks = event.isShared ? Bitmap() : event.running
      for level in Level.allCases {
        let vcpus = state.named[event.number, level].subtracting(marks)
        if vcpus.isEmpty { continue }
        report.add(
          ModelPath.contexts(vcpus, level, "event"),
          found: "event \(event.number)"
        )
      }
    }
  }
}

extension Event {
  /// Whether a shared event is marked in its slot, or wrongly in one of a vCPU that exists.
  fileprivate func isMarkedSomewhere(_ state: CheckedState) -> Bool {
    !running.intersection(state.existing.union(Bitmap(below: 1))).isEmpty
  }
}
