internal import SDEIModel

extension StateRule {
  static let unusedRouting = [anyWithAffinity, routingOfPrivate]

  private static let anyWithAffinity = StateRule(
    Rule(
      id: "SDEI-V032a",
      kind: .state,
      severity: .warning.but(
        .note,
        in: .kvm,
        "KVM stores what the guest gave, whether it means something or not"
      ).but(
        nil,
        in: [.tfA, .qemuRFC],
        "TF-A keeps the affinity when the mode becomes RM_ANY, and the QEMU series keeps that of the "
          + "PE that registered"
      ),
      title: "an affinity that routes nothing",
      source: "DEN0054C 5.1.2.2",
      problem: "a shared event goes to any PE, and has an affinity all the same",
      action: "clear the affinity; look whether the mode was meant to be RM_PE",
      explanation: """
        Under RM_ANY the affinity has no meaning, GET_INFO does not tell it, and in the \
        specification's own form it is 0. It hurts nobody, but two states that are equal to a guest \
        differ by it, and a mode that was lost looks just like this.
        """,
      example: "mode any, affinity 0.0.0.3"
    )
  ) { state, report in
    for event in state.events where event.isShared {
      // What an unregistered event has left over is a rule of its own.
      let isAlive = !event.registered.union(state.running(event)).isEmpty
      let routing = state.routing(of: event)
      guard isAlive, routing.mode == .any, routing.affinity.rawValue != 0 else { continue }
      report.add(
        ModelPath.event(event.number, "routing.affinity"),
        found: routing.affinity.rawAndFields
      )
    }
  }

  private static let routingOfPrivate = StateRule(
    Rule(
      id: "SDEI-V032b",
      kind: .state,
      severity: .warning.but(nil, in: [.kvmV4, .kvmV5], "SDEI-K009 tells it").but(
        .note,
        in: [.kvmV7],
        "v7 takes a routing and drops it, so that none comes from its kernel"
      ).but(
        nil,
        in: [.tfA, .qemuRFC],
        "both store RM_PE and the PE's own affinity for private events (DESIGN.md, A-22)"
      ),
      title: "a private event with a routing",
      source: "DEN0054C 5.1.2.2",
      problem: "a private event has a routing, which only shared events have",
      action: "clear it; look whether the event was meant to be shared",
      explanation: """
        The document ignores mode and affinity of private events. TF-A and the QEMU series store \
        the PE itself, KVM v2 to v5 what the guest gave (SDEI-K009). A mode above 1 there, which \
        comes from their defect of storing the affinity as the mode (SDEI-K001), makes their SET \
        commands refuse the state.
        """,
      example: "private event 0x40400001, mode pe, affinity 0.0.0.1"
    )
  ) { state, report in
    for event in state.events where event.definition?.type == .private {
      let hasOwn =
        event.slotExtras[.slotRouteMode] != nil || event.slotExtras[.slotRouteAffinity] != nil
      guard hasOwn || event.routing != Routing() else { continue }
      let routing = event.routing
      report.add(
        ModelPath.event(event.number, "routing"),
        found: hasOwn
          ? "on its vCPUs" : "mode \(routing.mode), affinity \(routing.affinity.rawAndFields)"
      )
    }
  }
}
