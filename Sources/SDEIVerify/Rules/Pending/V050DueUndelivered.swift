internal import SDEIModel

extension StateRule {
  static let dueUndelivered = StateRule(
    Rule(
      id: "SDEI-V050",
      kind: .state,
      severity: .error,
      condition: .atRest,
      title: "due, but not delivered",
      source: "DEN0054C 6.2, Appendix C",
      problem: "an event is pending and enabled, and the vCPU could enter its handler",
      action: "let the source deliver it before the state is taken, or ask the vCPU to look for it",
      explanation: """
        At rest everything that can be delivered was delivered: what waits is disabled, or its vCPU is \
        masked, off or in a handler that it can not preempt. An event that waits with nothing in its \
        way has lost its wake-up, and stays until some unrelated call makes the dispatcher look. KVM \
        v5 loses it for a critical event behind a normal handler \
        (fixtures/traces/kvm-v5/faults/17_*), KVM v7 for whatever came while a handler ran \
        (fixtures/traces/kvm-v7/faults/03_*). Shared events that any vCPU may take \
        are SDEI-V052.
        """,
      example: "event 0 is enabled and pending on vCPU 2, which is unmasked and runs nothing"
    )
  ) { state, report in
    let takers = [
      Level.normal: RangeIndex(state.takers(.normal)),
      .critical: RangeIndex(state.takers(.critical)),
    ]
    let targets = state.targets().vcpus ?? [:]
    for event in state.events {
      guard let level = event.level, let takers = takers[level], !takers.isEmpty else { continue }
      if event.isShared && !state.sharedWaitsPerVCPU {
        let routing = state.routing(of: event)
        guard routing.mode == .pe, state.ready(event).contains(0) else { continue }
        let affinity = routing.affinity.rawValue & Affinity.fieldMask
        guard let vcpu = targets[affinity], takers.members.contains(vcpu) else { continue }
        report.add(
          ModelPath.event(event.number, "pending"),
          found: "it is routed to vCPU \(vcpu), which can take it"
        )
      } else {
        let ready = state.ready(event)
        guard takers.meets(ready) else { continue }
        report.add(
          ModelPath.event(
            event.number,
            vcpus: ready.intersection(takers.members),
            "pending"
          )
        )
      }
    }
  }
}
