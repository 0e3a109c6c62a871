internal import SDEIModel

extension StateRule {
  static let preemptionForgotten = StateRule(
    Rule(
      id: "SDEI-K006",
      kind: .defect,
      severity: .never.but(
        .note,
        in: [.kvmV5],
        "SET_VCPU_STATE of KVM v5"
      ),
      condition: .atRest,
      title: "preemption that a restore forgot",
      source: "KVM/arm64 SDEI series v5, patch 19; fixtures/traces/kvm-v5/faults/17_*",
      problem: """
        a critical event is due and does not preempt the normal handler that runs: a restore that \
        finds a handler running asks for no delivery
        """,
      action: "inject the event again, or wait for the normal handler's completion",
      explanation: """
        Requests to deliver are in no ABI; the kernel makes them anew from what it is given, and \
        only where nothing runs. So a state at rest in which a critical event waits behind a \
        normal handler went through a migration.
        """,
      example: """
        at rest, 0x400000 (normal) runs on vCPU 0, and 0x400001 (critical) waits there enabled
        """
    )
  ) { state, report in
    let normal = state.busy(.normal).subtracting(state.busy(.critical))
    let open = normal.subtracting(state.vcpus.masked)
    for event in state.events where event.definition?.priority == .critical {
      let running = state.named[event.number]
      let waiting = event.pending.support.subtracting(running).intersection(open)
      let everywhere = event.isShared && event.enabled.contains(0)
      let due =
        everywhere ? waiting : event.isShared ? Bitmap() : waiting.intersection(event.enabled)
      if due.isEmpty { continue }
      report.add(ModelPath.event(event.number, vcpus: due, "pending"))
    }
  }
}
