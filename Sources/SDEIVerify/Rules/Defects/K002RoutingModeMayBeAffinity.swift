internal import SDEIModel

extension StateRule {
  static let routingModeMayBeAffinity = StateRule(
    Rule(
      id: "SDEI-K002",
      kind: .defect,
      severity: .never.but(
        .note,
        in: [.kvmV4, .kvmV5],
        "hypercall_register of KVM v2 to v5"
      ),
      title: "routing to any PE that may be to one",
      source: """
        KVM/arm64 SDEI series v2 and v5, hypercall_register; fixtures/traces/kvm-v5/faults/01_*
        """,
      problem: """
        the event goes to any PE and has an affinity whose low byte is 0: the guest may have asked \
        for that PE
        """,
      action: """
        find out which mode the guest asked for, and set it at a destination that routes
        """,
      explanation: """
        The same wrong argument as in SDEI-K001 gives RM_ANY where the affinity's low byte is 0, \
        and nothing refuses it. A guest that asks for RM_ANY passes 0 as a rule. KVM itself routes \
        nothing: shared events go where they are injected.
        """,
      example: "routing.mode any with affinity 0x100"
    )
  ) { state, report in
    for event in state.events where event.definition?.type != .private {
      guard event.routing.mode == .any, !event.registered.isEmpty else { continue }
      let affinity = event.routing.affinity
      if affinity.rawValue == 0 || affinity.aff0 != 0 { continue }
      report.add(
        ModelPath.event(event.number, "routing.affinity"),
        found: "affinity \(hex(affinity.rawValue))"
      )
    }
  }
}
