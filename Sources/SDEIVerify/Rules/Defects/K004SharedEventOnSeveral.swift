internal import SDEIModel

extension StateRule {
  static let sharedEventOnSeveral = StateRule(
    Rule(
      id: "SDEI-K004",
      kind: .defect,
      severity: .never.but(
        .note,
        in: [.kvmV4, .kvmV5],
        "kvm_sdei_deliver of KVM v2 to v5"
      ),
      title: "shared event that was delivered to several vCPUs",
      source: """
        KVM/arm64 SDEI series v2 and v5, kvm_sdei_deliver; fixtures/traces/kvm-v5/faults/04_* \
        and 25_*
        """,
      problem: """
        the kernel entered the handler of a shared event on several vCPUs, since it queues shared \
        events for each of them
        """,
      action: """
        move when at most one vCPU runs the handler; until then the guest must not unregister the \
        event
        """,
      explanation: """
        Queues belong to vCPUs, whatever the event's type, and delivery does not ask whether the \
        handler runs elsewhere. In v5 an UNREGISTER in this state frees the event while another \
        vCPU still uses it, and the host crashes (SDEI-T115, SDEI-T116); v2 to v4 answer PENDING \
        and do nothing.
        """,
      example: "normal_num 0x400010 on vCPUs 0 and 1, and 0x400010 is shared"
    )
  ) { state, report in
    for event in state.events where event.isShared {
      let vcpus = state.named[event.number]
      if vcpus.count < 2 { continue }
      report.add(ModelPath.event(event.number, vcpus: vcpus, "running"))
    }
  }
}
