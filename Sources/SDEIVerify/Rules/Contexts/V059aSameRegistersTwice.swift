internal import SDEIModel

extension StateRule {
  static let sameRegistersTwice = StateRule(
    Rule(
      id: "SDEI-V059a",
      kind: .state,
      severity: .warning,
      title: "both levels saved the same registers",
      source: "DEN0054C 5.2.1.2",
      problem: "the registers of the critical level are saved for the normal level, too",
      action: "compare both frames with the source: one of them was overwritten by the other",
      explanation: """
        The critical level holds what the normal handler had in its registers, the normal level what \
        the client had before. The two have nothing to do with each other: where X0 to X17 and PC \
        agree, one was written over the other, and one of the two completions will go on at the \
        wrong place. Frames of zeros are SDEI-V042b.
        """,
      example: "both levels of vCPU 1 run, and have the same x0 to x17 and pc"
    )
  ) { state, report in
    var places = ContextPlaces()
    for (critical, normal) in state.nested
    where !critical.frame.isZero && critical.frame.hasSameRegisters(normal.frame) {
      places.append(critical)
    }
    places.report(&report, "") { "pc " + state.pc($0) }
  }
}

extension RegisterFrame {
  /// Whether X0 to X17 and PC are the same.
  fileprivate func hasSameRegisters(_ other: RegisterFrame) -> Bool {
    pc == other.pc && x.indices.allSatisfy { x[$0] == other.x[$0] }
  }
}
