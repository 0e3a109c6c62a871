internal import SDEIModel

extension StateRule {
  static let misalignedPC32 = StateRule(
    Rule(
      id: "SDEI-V056b",
      kind: .state,
      severity: .warning,
      title: "interrupted PC of AArch32 is not aligned",
      source: "Arm DDI 0487 G1 (PC alignment)",
      problem: "the interrupted PC of an AArch32 context is not aligned",
      action: "compare pc and bit 5 (T) of pstate with the source",
      explanation: """
        Instructions of A32 are 4 bytes long, those of T32 2 or 4, at even addresses; bit 5 of PSTATE \
        tells the two apart. As with AArch64 it is suspicious and no error: an interrupt can come \
        before the fault. Where the mode is none of the client's, nothing is said of PC.
        """,
      example: "pstate of vCPU 0's normal level is 0x10 (User, A32), and pc is 0x8002"
    )
  ) { state, report in
    var places = ContextPlaces()
    for context in state.interrupted where state.ranAArch32(context) {
      let isThumb = context.frame.pstate & 0x20 != 0
      if context.frame.pc & (isThumb ? 1 : 3) != 0 { places.append(context) }
    }
    places.report(&report, "pc") { state.pc($0) }
  }
}
