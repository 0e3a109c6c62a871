internal import SDEIModel

extension StateRule {
  static let staleUnregistration = StateRule(
    Rule(
      id: "SDEI-K003",
      kind: .defect,
      severity: .never.but(
        .note,
        in: [.kvmV5],
        "hypercall_complete of KVM v5"
      ),
      title: "unregistration that is never forgotten",
      source: "KVM/arm64 SDEI series v5, hypercall_complete; fixtures/traces/kvm-v5/faults/03_*",
      problem: """
        an unregistration is marked as waiting on a vCPU that has not registered the event any \
        more: the completion that carried it out did not clear the mark
        """,
      action: "clear the mark: nothing waits",
      explanation: """
        UNREGISTER inside the handler marks the vCPU; the completion clears registered and \
        enabled, and not the mark. It stays as long as another vCPU has the event registered, is \
        migrated, and denies every REGISTER on this vCPU until then (SDEI-T114).
        """,
      example: "unregister_pending {0}, registered {1}, and nothing runs on vCPU 0"
    )
  ) { state, report in
    // A shared event's only registration is the one that ended: then the event is gone.
    for event in state.events where !event.isShared && !event.registered.isEmpty {
      let marked = event.unregisterPending.intersection(state.existing)
      let stale = marked.subtracting(event.registered).subtracting(state.running(event))
      report.add(event, stale, "unregisterPending")
    }
  }
}
