extension Rule {
  /// What looks like an invariant of running handlers and contexts, and is none (34 to 59).
  static let nonRulesRunning: [Rule] = [
    Rule(
      id: "SDEI-V041a",
      kind: .nonRule,
      severity: .never,
      title: "running, but not registered",
      source: "DEN0054C 5.1.8, Table 13",
      problem: "a handler runs that is not registered",
      action: "nothing: completion ends the unregistration",
      explanation: """
        An UNREGISTER inside the handler answers PENDING and leaves the state \
        handler-unregister-pending, which reads (0,0,1): it runs and is not registered. What must hold \
        of a running handler is that its state is this one, (1,0,1) or (1,1,1) (SDEI-V020 finds the \
        others), and that contexts and marks agree (36, 37 and 42).
        """,
      example:
        "registered and enabled are empty, running is {0}, and vCPU 0's context names the event"
    ),
    Rule(
      id: "SDEI-V041b",
      kind: .nonRule,
      severity: .never,
      title: "running, but not enabled",
      source: "DEN0054C 5.1.4, Table 13",
      problem: "a handler runs that is not enabled",
      action: "nothing: later occurrences wait until it is enabled",
      explanation: """
        DISABLE does not touch the instance that runs, so (1,0,1) is a state like any other; a handler \
        may disable its own event.
        """,
      example: "registered is {0}, enabled is empty, and vCPU 0's context names the event"
    ),
    Rule(
      id: "SDEI-V051a",
      kind: .nonRule,
      severity: .never,
      title: "a masked vCPU runs a handler, or a disabled event runs",
      source: "DEN0054C 5.1.4, 5.1.12",
      problem: "a handler runs on a masked vCPU, or of a disabled event",
      action: "nothing: mask and disablement concern what comes next",
      explanation: """
        PE_MASK and DISABLE are legal inside a handler. They keep further events out, and let the one \
        that runs go on.
        """,
      example: "vCPU 0 is masked, and its normal level runs event 0"
    ),
    Rule(
      id: "SDEI-V055",
      kind: .nonRule,
      severity: .never,
      title: "interrupted with D, A, I, F, IL, SS or BTYPE in any state",
      source: "DEN0054C 5.2.1; Arm DDI 0487 SPSR_EL1",
      problem: "the interrupted PSTATE has D, A, I, F, IL, SS or BTYPE in some state",
      action: "nothing: events are taken whatever these bits are",
      explanation: """
        Events look at the SDEI mask and not at DAIF: that is what they are for. IL, SS and BTYPE are \
        saved as they were, and each of them can be set when an event comes.
        """,
      example: "pstate of vCPU 0's normal level is 0x300fc5"
    ),
    Rule(
      id: "SDEI-V059b",
      kind: .nonRule,
      severity: .never,
      title: "preempted handler's PC outside the guest's handlers",
      source: "DEN0054C 5.2.1.2",
      problem: "the PC that the critical level saved lies outside the guest's handlers",
      action: "compare it with the guest's symbols",
      explanation: """
        The critical level interrupted the normal handler, so its PC lies in code that the handler \
        runs. A state has the handlers' entry points and not where their code ends, nor what they \
        call: without the guest's symbols nothing can be said, and nothing is.
        """,
      example: "both levels of vCPU 1 run, and pc of the critical one is in no handler's section"
    ),
  ]
}
