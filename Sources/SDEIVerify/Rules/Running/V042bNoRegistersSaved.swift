internal import SDEIModel

extension StateRule {
  static let noRegistersSaved = StateRule(
    Rule(
      id: "SDEI-V042b",
      kind: .state,
      severity: .warning,
      title: "a handler runs, and no registers are saved",
      source: "DEN0054C 5.1.5.3, 5.2.1.2",
      problem: "a handler runs, and all registers of what it interrupted are 0",
      action:
        "look for the interrupted registers at the source: completion would go on at address 0",
      explanation: """
        CONTEXT and COMPLETE need what the handler interrupted. Registers that are all 0 are almost \
        surely registers that were never saved. They are no error, because a frame of zeros is also \
        what a client saves that was at address 0 of EL0 with nothing in its registers, and no form \
        tells the two apart.
        """,
      example: "vCPU 0's normal level runs event 0, and x0 to x17, pc and pstate are 0"
    )
  ) { state, report in
    guard state.dialect.numbersContexts else {
      let saved = Bitmap(indexes: state.contexts.level(.normal).map(\.vcpu))
      let vcpus = state.marked.subtracting(saved)
      if !vcpus.isEmpty { report.add(ModelPath.contexts(vcpus, .normal, "pc")) }
      return
    }
    var places = ContextPlaces()
    for (context, number) in state.handlers where state.runs(context) && context.frame.isZero {
      places.append(context, key: number.rawValue)
    }
    places.report(&report, "pc") { "event \(EventNumber($0.key)) runs" }
  }
}
