internal import SDEIModel

extension StateRule {
  static let routingTarget = [targetReserved, targetExists]

  private static let severity = RuleSeverity.error.but(
    .warning,
    in: [.kvmV4, .kvmV5],
    "the affinity is not checked and routes nothing there (recorded with v4 and v5)"
  )

  private static let targetReserved = StateRule(
    Rule(
      id: "SDEI-V031a",
      kind: .state,
      severity: severity,
      title: "reserved bits of a target are set",
      source: "DEN0054C 5.1.2.3",
      problem: "the affinity of an event that is routed to a PE has bits of 63:40 or 31:24 set",
      action: "keep the fields Aff3 to Aff0 only",
      explanation: """
        The affinity argument has four fields and zeros elsewhere. The test suites TFTF and ACS pass \
        MPIDR_EL1 as it is, with bit 31 set; Linux never uses RM_PE (DESIGN.md, A-17). TF-A and \
        Gunyah strip the bits and store the fields; KVM stores the argument raw. A destination that \
        compares all bits finds no such PE.
        """,
      example: "mode pe, affinity 0x80000001"
    )
  ) { state, report in
    for (event, routing) in state.routed
    where routing.mode == .pe && routing.affinity.reservedBits != 0 {
      report.add(
        ModelPath.event(event.number, "routing.affinity"),
        found: routing.affinity.rawAndFields
      )
    }
  }

  private static let targetExists = StateRule(
    Rule(
      id: "SDEI-V031b",
      kind: .state,
      severity: severity,
      title: "a target that does not exist",
      source: "DEN0054C 5.1.2.3",
      problem: "an event is routed to a PE that does not exist",
      action: "restore the vCPUs' affinities, or route the event to one of them",
      explanation: """
        RM_PE with an affinity that names no PE is refused, since such an event would never be \
        handled. It comes about when a VM is restored with other MPIDRs than it had. Where the \
        affinities of vCPUs are not known the rule can not tell, and says so once.
        """,
      example: "mode pe, affinity 0.0.0.9, and the vCPUs have 0.0.0.0 to 0.0.0.3"
    )
  ) { state, report in
    let (events, vcpus) = state.targets()
    guard let vcpus else {
      return report.addUnchecked("events", because: "the affinities overlap too often")
    }
    let isKnown = state.existing.subtracting(state.vcpus.affinityKnown).isEmpty
    let unnamed = events.filter { vcpus[$0.affinity.rawValue & Affinity.fieldMask] == nil }
    if !isKnown, let (event, affinity) = unnamed.first {
      let more = unnamed.count > 1 ? ", and that of \(unnamed.count - 1) more events," : ""
      return report.addUnchecked(
        ModelPath.event(event.number, "routing.affinity"),
        because:
          "affinities of vCPUs are unknown, and \(affinity.rawAndFields)\(more) is none of the known ones"
      )
    }
    for (event, affinity) in unnamed {
      report.add(
        ModelPath.event(event.number, "routing.affinity"),
        found: affinity.rawAndFields
      )
    }
  }
}
