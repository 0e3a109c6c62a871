internal import SDEIModel

extension StateRule {
  static let keptRouting = StateRule(
    Rule(
      id: "SDEI-K009",
      kind: .defect,
      severity: .never.but(
        .note,
        in: [.kvmV4, .kvmV5],
        "hypercall_register of KVM v2 to v5"
      ),
      title: "routing that is kept for a private event",
      source: "KVM/arm64 SDEI series v2 and v5, hypercall_register",
      problem: """
        a private event has a routing: the kernel stores what REGISTER was given, once for all \
        vCPUs
        """,
      action: "nothing: a private event goes to its own PE, whatever is stored",
      explanation: """
        DEN0054C 5.1.2.2 ignores mode and affinity of private events. KVM v2 to v5 store both for \
        every event, in one place for all vCPUs, so what is there is what the last vCPU gave. A \
        mode that is the affinity's low byte is SDEI-K001. In other dialects this is SDEI-V032b.
        """,
      example: "a private event with routing.mode pe and affinity 0x1"
    )
  ) { state, report in
    for event in state.events where event.definition?.type == .private {
      let routing = event.routing
      let isCut = !routing.mode.isDefined && routing.mode.rawValue == routing.affinity.aff0
      if routing == Routing() || isCut { continue }
      report.add(
        ModelPath.event(event.number, "routing"),
        found: "mode \(routing.mode), affinity \(hex(routing.affinity.rawValue))"
      )
    }
  }
}
