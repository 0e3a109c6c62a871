internal import SDEIModel

extension StateRule {
  static let routingMode = StateRule(
    Rule(
      id: "SDEI-V030",
      kind: .state,
      severity: .error.but(
        .warning,
        in: [.kvmV4, .kvmV5],
        "the kernel's own defect, and routing does nothing there; that its SET commands refuse the "
          + "state is a finding of its own (SDEI-T007, SDEI-T026)"
      ),
      title: "a shared event with a routing mode that is none",
      source: "DEN0054C 5.1.2.1, 5.1.11",
      problem: "a shared event is registered with a routing mode that is neither RM_ANY nor RM_PE",
      action: "set the mode to 1 where the affinity names the PE that the guest meant, else to 0",
      explanation: """
        The mode is 0 or 1. KVM v2 to v5 store the affinity argument in it when an event is \
        registered first, cut to 8 bits, and their SET commands then refuse the state with EINVAL: \
        such a VM can not be migrated before the mode is corrected.
        """,
      example: "kvm-v5: mode 0x5, affinity 0.0.0.5"
    )
  ) { state, report in
    for (event, routing) in state.routed where routing.mode.rawValue > 1 {
      report.add(ModelPath.event(event.number, "routing.mode"), found: "mode \(routing.mode)")
    }
  }
}
