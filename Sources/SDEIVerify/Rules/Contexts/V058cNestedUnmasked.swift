internal import SDEIModel

extension StateRule {
  static let nestedUnmasked = StateRule(
    Rule(
      id: "SDEI-V058c",
      kind: .state,
      severity: .warning,
      title: "a preempted handler has unmasked exceptions",
      source: "DEN0054C 5.2.1, 5.2.1.1",
      problem:
        "a critical handler interrupted a normal one that had not all of D, A, I and F masked",
      action: "look at the guest's handler, and compare pstate of both levels with the source",
      explanation: """
        A handler starts with D, A, I and F set and should not clear them, though it may. Where the \
        critical level's PSTATE has one clear, the two contexts may have been exchanged, or the \
        handler takes exceptions that it is not made for.
        """,
      example: "both levels of vCPU 1 run, and pstate of the critical one is 0x5 (no mask set)"
    )
  ) { state, report in
    var places = ContextPlaces()
    for (critical, _) in state.nested
    where !PState(rawValue: critical.frame.pstate).isAArch32
      && critical.frame.pstate & 0x3C0 != 0x3C0
    {
      places.append(critical)
    }
    places.report(&report, "pstate") { state.pstate($0) }
  }
}
