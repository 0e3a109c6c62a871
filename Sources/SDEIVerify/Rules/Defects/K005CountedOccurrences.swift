internal import SDEIModel

extension StateRule {
  static let countedOccurrences = StateRule(
    Rule(
      id: "SDEI-K005",
      kind: .defect,
      severity: .never.but(
        .note,
        in: [.kvmV4, .kvmV5],
        "refcount and event_count of KVM v2 to v5"
      ),
      title: "occurrences that are counted",
      source: """
        KVM/arm64 SDEI series v2 and v5, kvm_sdei_inject_event; \
        fixtures/traces/kvm-v5/faults/16_*
        """,
      problem: """
        several occurrences of the event wait: the kernel counts injections and delivers each one
        """,
      action: """
        nothing, at this kernel; where a pending event is one bit, one of them is delivered
        """,
      explanation: """
        In DEN0054C an event is pending or not, and edges that come meanwhile collapse (5.1.16.1). \
        KVM v2 to v5 count, and deliver the head of the queue as often as it was injected before \
        anything else of that priority. The review replaced the counters by bits.
        """,
      example: "event_count 3 of 0x400000 on vCPU 0, which does not run it"
    )
  ) { state, report in
    for event in state.events {
      let wrapped = event.pending.indexes(in: (CountWrapped.largestPlausible + 1)...UInt64.max)
      let waiting = state.waiting(event, moreThan: 1).subtracting(wrapped)
      if waiting.isEmpty { continue }
      report.add(
        ModelPath.event(event.number, vcpus: waiting, "pending"),
        found: state.occurrences(of: event, on: waiting)
      )
    }
  }
}
