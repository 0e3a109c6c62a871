internal import SDEIModel

extension StateRule {
  static let runsOffTarget = StateRule(
    Rule(
      id: "SDEI-V051b",
      kind: .state,
      severity: .error.but(
        .warning,
        in: [.kvmV4, .kvmV5],
        "what KVM v2 to v5 store of routing has no effect on delivery"
      ),
      title: "a shared event runs on a vCPU that it is not routed to",
      source: "DEN0054C 5.1.11.1, 6.2",
      problem: "a vCPU runs a shared event that is routed to another one",
      action: "compare the event's affinity and the vCPU's with the source",
      explanation: """
        With RM_PE only the named vCPU takes the event, and routing can be changed only while no \
        handler runs, so during the handler the two must agree. After an unregistration (state UP) \
        what is left of the routing is stale, and nothing is said; nor is it where the vCPU's \
        affinity is unknown.
        """,
      example:
        "event 0x40400004 is routed to affinity 0.0.0.1, and vCPU 0 (affinity 0.0.0.0) runs it"
    )
  ) { state, report in
    var places = ContextPlaces()
    for (context, number) in state.handlers where state.runs(context) {
      guard let rank = state.events.rank(of: number),
        state.isOffTarget(context.vcpu, state.events[rank])
      else { continue }
      places.append(context, key: number.rawValue)
    }
    places.report(&report, "event") { group in
      let number = EventNumber(group.key)
      let target = state.events[number]?.routing.affinity ?? Affinity(rawValue: 0)
      return "event \(number) is routed to affinity \(target)"
    }
  }
}

extension CheckedState {
  fileprivate func isOffTarget(_ vcpu: UInt32, _ event: Event) -> Bool {
    guard event.isShared, event.routing.mode == .pe, registered(event).contains(0),
      let affinity = vcpus.affinity(of: vcpu)
    else { return false }
    return affinity.rawValue != event.routing.affinity.rawValue & Affinity.fieldMask
  }
}
