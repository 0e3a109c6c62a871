internal import SDEIModel

extension StateRule {
  static let signalable = [signalableOther, signalableShared]

  private static let severity = RuleSeverity.error.but(
    nil,
    in: [.kvmV7],
    "the kernel says so of its own events, and SIGNAL takes event 0 only (series v7, patches 14 and "
      + "17)"
  ).but(
    .warning,
    in: [.kvmV4, .kvmV5],
    "the VMM says so, and no SIGNAL takes the event: v4 has no such call, v5's takes event 0 only "
      + "(fixtures/traces/kvm-v5/faults/22_*)"
  )

  /// KVM v4's own events, default and Async PF: the kernel says that they can be signalled, and no
  /// owner of a VM can change it.
  private static let ownEvents: Set<UInt64> = [0x4040_0000, 0x4040_0001]

  private static let signalableOther = StateRule(
    Rule(
      id: "SDEI-V010a",
      kind: .state,
      severity: severity,
      title: "another signalable event",
      source: "DEN0054C 5.1.16.2",
      problem: "a private event other than 0 is defined as signalable",
      action: "define it as not signalable; look whether 0 and 1 were mixed up",
      explanation: """
        Only event 0 can be signalled by software in 1.0 and 1.1. KVM marks its private vendor \
        events as signalled, and its EVENT_GET_INFO answers with the opposite sense of the \
        document, so definitions that were taken from a guest's answers are often inverted. Of KVM \
        v2 to v4's own events, 0x40400000 and 0x40400001, it is not reported.
        """,
      example: "event 0x40400001, private, signalable true"
    )
  ) { state, report in
    for event in state.events where event.number != .softwareSignalled && !event.isShared {
      guard event.definition?.isSignalable == true else { continue }
      if state.dialect == .kvmV4 && ownEvents.contains(event.number.rawValue) { continue }
      report.add(ModelPath.event(event.number, "signalable"))
    }
  }

  private static let signalableShared = StateRule(
    Rule(
      id: "SDEI-V010b",
      kind: .state,
      severity: severity,
      title: "a signalable shared event",
      source: "DEN0054C 5.1.16; TF-A asserts it",
      problem: "a shared event is defined as signalable",
      action: "define it as not signalable; look whether 0 and 1 were mixed up",
      explanation: """
        EVENT_SIGNAL names the PE that is to run the handler, which a shared event does not have. \
        TF-A stops at boot where its tables have one.
        """,
      example: "event 0x40400003, shared, signalable true"
    )
  ) { state, report in
    for event in state.events where event.isShared && event.definition?.isSignalable == true {
      report.add(ModelPath.event(event.number, "signalable"))
    }
  }
}
