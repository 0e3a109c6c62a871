internal import SDEIModel

extension StateRule {
  static let nestedMode = StateRule(
    Rule(
      id: "SDEI-V058a",
      kind: .state,
      severity: .warning,
      title: "a preempted handler runs with SP_EL0",
      source: "DEN0054C 5.2.1, Table 5",
      problem:
        "a critical handler interrupted a normal one that ran on SP_EL0 at the client's level",
      action: "compare pstate of both levels with the source: they may be exchanged",
      explanation: """
        A handler starts at EL_C with its own stack pointer. It may go below, but has no reason to \
        choose SP_EL0; where the mode says so, the saved PSTATE is more probably that of another \
        context. DEN0054C does not forbid it: the warning is a choice of this tool. Modes that are \
        no mode, or above the client, are SDEI-V053 and SDEI-V054.
        """,
      example:
        "EL_C is EL1, both levels of vCPU 1 run, and pstate of the critical one is 0x3c4 (EL1t)"
    )
  ) { state, report in
    guard state.knowsClient else { return }
    let clientWithZero: UInt64 = state.instance.clientEL == 2 ? 0b01000 : 0b00100
    var places = ContextPlaces()
    for (critical, _) in state.nested
    where PState(rawValue: critical.frame.pstate).modeBits == clientWithZero {
      places.append(critical)
    }
    places.report(&report, "pstate") { state.pstate($0) }
  }
}
