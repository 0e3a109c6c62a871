internal import SDEIModel

extension StateRule {
  static let nestedAArch32 = StateRule(
    Rule(
      id: "SDEI-V058b",
      kind: .state,
      severity: .warning,
      title: "a preempted handler runs AArch32",
      source: "DEN0054C 4.1, 5.2.1, Table 5",
      problem: "a critical handler interrupted AArch32 inside a normal handler",
      action: "compare pstate of both levels with the source: they may be exchanged",
      explanation: """
        Client and handlers run AArch64, and a handler finishes before anything of AArch32 goes on. \
        An AArch32 context that was interrupted while the normal handler runs is mostly the normal \
        level's own context, stored at the wrong level. It is no error: after a resumption out of a \
        nested handler the client goes on while the normal handler counts as running.
        """,
      example: "both levels of vCPU 1 run, and pstate of the critical one is 0x10 (User)"
    )
  ) { state, report in
    var places = ContextPlaces()
    for (critical, _) in state.nested where PState(rawValue: critical.frame.pstate).isAArch32 {
      places.append(critical)
    }
    places.report(&report, "pstate") { state.pstate($0) }
  }
}
