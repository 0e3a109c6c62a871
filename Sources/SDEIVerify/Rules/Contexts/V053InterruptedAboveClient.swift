internal import SDEIModel

extension StateRule {
  static let interruptedAboveClient = StateRule(
    Rule(
      id: "SDEI-V053",
      kind: .state,
      severity: .error,
      title: "interrupted above the client",
      source: "DEN0054C 3.2, 5.2.1; Arm DDI 0487 SPSR_EL1, SPSR_EL2",
      problem: "the interrupted PSTATE names a level above the client",
      action: "do not load it: completion would return above the client; compare with the source",
      explanation: """
        What is interrupted is the client or what runs below it. COMPLETE writes the saved PSTATE \
        back, so a mode of EL3, or of EL2 for a client at EL1, is a way out of the guest if the host \
        does not check it again. Firmware can be interrupted while a Secure world runs, but what it \
        saves is the Non-secure context. No implementation checks it on restore.
        """,
      example: "EL_C is EL1, and the pstate of vCPU 0's normal level is 0x3c9 (EL2h)"
    )
  ) { state, report in
    guard state.knowsClient else { return }
    var places = ContextPlaces()
    for context in state.interrupted {
      let pstate = PState(rawValue: context.frame.pstate)
      guard pstate.isAbove(clientEL: state.instance.clientEL) else { continue }
      places.append(context, key: pstate.modeBits)
    }
    places.report(&report, "pstate") { PState.text(mode: $0.key) }
  }
}
