internal import SDEIModel

extension StateRule {
  static let interruptedNowhere = StateRule(
    Rule(
      id: "SDEI-V054",
      kind: .state,
      severity: .error,
      title: "interrupted in a mode that is none",
      source: "DEN0054C 4.1; Arm DDI 0487 SPSR_EL1, SPSR_EL2",
      problem: "the interrupted PSTATE has a mode that the client can not have run in",
      action: "look whether pc and pstate were exchanged or shifted, and compare with the source",
      explanation: """
        A client at EL1 runs AArch64 there and is interrupted in EL0t, EL1t, EL1h or AArch32 User \
        mode; a client at EL2 also in EL2t, EL2h and the AArch32 modes of EL1. Any other value makes \
        the exception return illegal. It is the commonest sign of a frame that was read at the wrong \
        offset: KVM v7 stores PC and PSTATE before the registers, KVM v2 to v5 behind them. No \
        implementation checks it on restore.
        """,
      example: "EL_C is EL1, and the pstate of vCPU 0's normal level is 0x13 (AArch32 SVC)"
    )
  ) { state, report in
    guard state.knowsClient else { return }
    let client = state.instance.clientEL
    var places = ContextPlaces()
    for context in state.interrupted {
      let pstate = PState(rawValue: context.frame.pstate)
      if pstate.isPossible(clientEL: client) || pstate.isAbove(clientEL: client) { continue }
      places.append(context, key: pstate.modeBits)
    }
    places.report(&report, "pstate") { PState.text(mode: $0.key) }
  }
}
