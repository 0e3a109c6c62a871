internal import SDEIModel

extension StateRule {
  static let reservedPState = StateRule(
    Rule(
      id: "SDEI-V057a",
      kind: .state,
      severity: .warning,
      title: "reserved bits of PSTATE are set",
      source: "Arm DDI 0487 SPSR_EL1, SPSR_EL2",
      problem: "the interrupted PSTATE has bits that are 0 in every version of the architecture",
      action: "look whether the frame was read at the wrong offset, and compare with the source",
      explanation: """
        No processor saves these bits as 1, whatever features it has: 63:37, 27:26, 19:14 and 5 for \
        AArch64, 63:34 and 32 for AArch32. Bits that only some features have are not judged, because \
        the state does not tell which ones the processor has. It is a warning, since a later version \
        of the architecture can use them.
        """,
      example: "pstate of vCPU 0's normal level is 0x0c000005 (bits 26 and 27)"
    )
  ) { state, report in
    var places = ContextPlaces()
    for context in state.interrupted
    where PState(rawValue: context.frame.pstate).reservedBits != 0 {
      places.append(context)
    }
    places.report(&report, "pstate") { state.pstate($0) }
  }
}
