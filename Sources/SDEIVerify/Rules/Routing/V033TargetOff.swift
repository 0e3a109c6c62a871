internal import SDEIModel

extension StateRule {
  static let targetOff = StateRule(
    Rule(
      id: "SDEI-V033",
      kind: .state,
      severity: .warning,
      title: "a target that is powered off",
      source: "DEN0054C 6.5.2.1.1",
      problem: "an event is routed to a PE that is powered off",
      action: "nothing for the VM's sake; tell the guest's owner that the event reaches nobody",
      explanation: """
        A client has to route or unregister events before their target goes off: the dispatcher \
        must not wake it, and what becomes of the event is the platform's matter. The state is \
        legal and a compliance test of Arm's makes it. Power states are known where the source tells \
        them: KVM's SDEI interfaces do not.
        """,
      example: "mode pe, affinity 0.0.0.3, and vCPU 3 is off"
    )
  ) { state, report in
    let (events, vcpus) = state.targets()
    for (event, affinity) in events {
      guard let vcpu = vcpus?[affinity.rawValue & Affinity.fieldMask],
        state.vcpus.powerState(of: vcpu) == .off
      else { continue }
      report.add(
        ModelPath.event(event.number, "routing.affinity"),
        found: "\(affinity.rawAndFields), vCPU \(vcpu)"
      )
    }
  }
}
