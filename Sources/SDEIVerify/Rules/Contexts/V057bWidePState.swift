internal import SDEIModel

extension StateRule {
  static let widePState = StateRule(
    Rule(
      id: "SDEI-V057b",
      kind: .state,
      severity: .never.but(
        .error,
        in: [.qemuRFC],
        "QEMU's RFC keeps PSTATE in 32 bits, so that nothing can have come from there"
      ),
      title: "PSTATE is wider than its field",
      source: "QEMU RFC 2019, sdei_int.h",
      problem: "the saved PSTATE has bits above 31, which the dialect can not hold",
      action: "correct pstate or the dialect: whatever wrote the state is not what it says",
      explanation: """
        SPSR has 64 bits, of which recent features use some above 31; QEMU's RFC keeps pstate as a \
        32-bit number. In the bytes of a qemu_sdei section the bits can not be; a state in another form \
        that says it is in that dialect and has them is not what it claims to be. Registers of idle \
        levels count, too. The other dialects hold 64 bits.
        """,
      example: "dialect qemu-rfc, and pstate of vCPU 0's normal level is 0x1000003c5"
    )
  ) { state, report in
    var places = ContextPlaces()
    for context in state.contexts where context.frame.pstate >> 32 != 0 {
      places.append(context)
    }
    places.report(&report, "pstate") { state.pstate($0) }
  }
}
