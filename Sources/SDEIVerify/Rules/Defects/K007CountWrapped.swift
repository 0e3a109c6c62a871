internal import SDEIModel

extension StateRule {
  static let countWrapped = StateRule(
    Rule(
      id: "SDEI-K007",
      kind: .defect,
      severity: .never.but(
        .warning,
        in: [.kvmV4, .kvmV5],
        "hypercall_complete of KVM v2 to v5"
      ),
      title: "count that fell below 0",
      source: """
        KVM/arm64 SDEI series v2 and v5, hypercall_complete; fixtures/traces/kvm-v5/faults/18_*
        """,
      problem: """
        the event occurs some billion times: a completion subtracted 1 from 0, and the event is \
        delivered without end
        """,
      action: """
        set the count to the number of occurrences that really wait, usually 0, and take the event \
        out of the queue then
        """,
      explanation: """
        SET takes a queue entry with a count of 0 (SDEI-T102). It is delivered all the same, and \
        its completion leaves 0xffffffff. Counts beyond 2^31 have no other origin: so many \
        injections take years.
        """,
      example: "event_count 0xffffffff of 0x400000 on vCPU 0"
    )
  ) { state, report in
    for event in state.events {
      let wrapped = event.pending.indexes(in: (CountWrapped.largestPlausible + 1)...UInt64.max)
      let slots = wrapped.intersection(state.existing)
      guard let first = slots.ranges.first?.first else { continue }
      report.add(
        ModelPath.event(event.number, vcpus: slots, "pending"),
        found: "count \(hex(event.pending[first])) on vCPU \(first)"
      )
    }
  }
}

/// How counts that fell below 0 are told from others.
enum CountWrapped {
  /// The largest count that injections can have led to.
  static let largestPlausible: UInt64 = 0x7FFF_FFFF
}
