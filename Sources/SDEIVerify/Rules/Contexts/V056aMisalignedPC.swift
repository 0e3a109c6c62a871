internal import SDEIModel

extension StateRule {
  static let misalignedPC = StateRule(
    Rule(
      id: "SDEI-V056a",
      kind: .state,
      severity: .warning,
      title: "interrupted PC is not 4-byte aligned",
      source: "Arm DDI 0487 D1 (PC alignment)",
      problem: "the interrupted PC of an AArch64 context is not 4-byte aligned",
      action:
        "look whether the frame was read at the wrong offset; else the guest was about to fault",
      explanation: """
        Instructions of AArch64 are 4 bytes long. It is no error: an interrupt can be taken after a \
        branch to such an address and before the fault. But a frame that was stored with its words \
        in another order mostly shows here.
        """,
      example: "pc of vCPU 0's normal level is 0xffff800000012342"
    )
  ) { state, report in
    var places = ContextPlaces()
    for context in state.interrupted
    where context.frame.pc & 3 != 0 && !PState(rawValue: context.frame.pstate).isAArch32 {
      places.append(context)
    }
    places.report(&report, "pc") { state.pc($0) }
  }
}
