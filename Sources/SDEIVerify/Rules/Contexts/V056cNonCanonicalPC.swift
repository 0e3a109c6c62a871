internal import SDEIModel

extension StateRule {
  static let nonCanonicalPC = StateRule(
    Rule(
      id: "SDEI-V056c",
      kind: .state,
      severity: .warning,
      title: "interrupted PC is no address",
      source: "Arm DDI 0487 D8 (virtual address spaces)",
      problem: "the interrupted PC is an address that no translation regime has",
      action:
        "look whether the frame was read at the wrong offset; else the guest was about to fault",
      explanation: """
        Bits 63:55 of an AArch64 PC are all equal, whatever the size of virtual addresses is; tags \
        and authentication codes are gone when an address is in PC. An AArch32 PC has 32 bits. Bits \
        below 55 are not judged, since the size of addresses is not in the state. It is no error: an \
        interrupt can be taken before the fault.
        """,
      example: "pc of vCPU 0's normal level is 0x0123456789abcdef"
    )
  ) { state, report in
    var places = ContextPlaces()
    for context in state.interrupted {
      let pc = context.frame.pc
      let isCanonical = pc >> 55 == 0 || pc >> 55 == 0x1FF
      let isAddress = isCanonical && (pc >> 32 == 0 || !state.ranAArch32(context))
      if !isAddress { places.append(context) }
    }
    places.report(&report, "pc") { state.pc($0) }
  }
}
