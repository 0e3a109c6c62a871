internal import SDEIModel

extension StateRule {
  static let routingModeIsAffinity = StateRule(
    Rule(
      id: "SDEI-K001",
      kind: .defect,
      severity: .never.but(
        .note,
        in: [.kvmV4, .kvmV5],
        "hypercall_register of KVM v2 to v5"
      ),
      title: "routing mode that is the affinity's low byte",
      source: """
        KVM/arm64 SDEI series v2 and v5, hypercall_register; fixtures/traces/kvm-v5/faults/01_*
        """,
      problem: """
        the routing mode is the low byte of the affinity: the kernel stored the wrong argument \
        when the event was first registered
        """,
      action: """
        set the mode that the guest asked for (RM_PE, 1, where its affinity names a PE), then load \
        the state
        """,
      explanation: """
        KVM v2 to v5 assign the affinity to route_mode, which keeps 8 bits of it. GET_INFO tells \
        the guest that mode, and the kernel's own SET refuses it (SDEI-T007, SDEI-T026), so that \
        such a VM can not be moved. A later ROUTING_SET, or another vCPU that registers the same \
        private event, puts the right mode there.
        """,
      example: "routing.mode 0x2 with affinity 0x102"
    )
  ) { state, report in
    for event in state.events where !event.routing.mode.isDefined {
      let (mode, affinity) = (event.routing.mode.rawValue, event.routing.affinity)
      if mode != affinity.aff0 { continue }
      report.add(
        ModelPath.event(event.number, "routing.mode"),
        found: "mode \(hex(UInt64(mode))), affinity \(hex(affinity.rawValue))"
      )
    }
  }
}
