internal import SDEIModel

extension StateRule {
  static let clientLevel = [clientLevelKnown, clientBelowDispatcher]

  private static let clientLevelKnown = StateRule(
    Rule(
      id: "SDEI-V004a",
      kind: .state,
      severity: .error,
      title: "a client that is neither at EL1 nor at EL2",
      source: "DEN0054C 3.2.1",
      problem: "the client's exception level is neither EL1 nor EL2",
      action: "set clientEL to the level at which the guest's kernel or hypervisor runs",
      explanation: """
        The client is Non-secure software at EL1 or EL2: handlers run there, and what they \
        interrupted was there or below. Rules about PSTATE and entry points depend on it. KVM's and \
        QEMU's guests are at EL1; TF-A's client is at EL2 where there is one.
        """,
      example: "clientEL 3"
    )
  ) { state, report in
    let level = state.instance.clientEL
    if !(1...2).contains(level) { report.add("instance.clientEL", found: "EL\(level)") }
  }

  private static let clientBelowDispatcher = StateRule(
    Rule(
      id: "SDEI-V004b",
      kind: .state,
      severity: .error,
      title: "the client is not below its dispatcher",
      source: "DEN0054C 3.2.1",
      problem: "the client's exception level is that of its dispatcher",
      action: "set clientEL to 1, or name the dialect of the firmware that dispatches",
      explanation: """
        A dispatcher is above its client. A state does not tell where the dispatcher is, its \
        dialect does: KVM and the QEMU series are hypervisors, so their client is at EL1. TF-A is \
        at EL3 and its client may be at EL2. Of the specification's own dialect nothing is known, \
        and nothing is said.
        """,
      example: "dialect kvm-v5, clientEL 2"
    )
  ) { state, report in
    if state.dialect.dispatchesAtEL2 && state.instance.clientEL == 2 {
      report.add("instance.clientEL", found: "EL2, dispatched by \(state.dialect.name)")
    }
  }
}

extension DialectID {
  /// Whether the dispatcher is a hypervisor.
  fileprivate var dispatchesAtEL2: Bool {
    switch self {
    case .kvmV4, .kvmV5, .kvmV7, .qemuRFC: true
    case .specification, .tfA: false
    }
  }
}

extension Rule {
  static let dispatcherLevel = Rule(
    id: "SDEI-V004c",
    kind: .decoder,
    severity: .error,
    title: "a dispatcher at EL2 whose client is not at EL1",
    source: "DEN0054C 3.2.1",
    problem: "the dispatcher is at EL2 and the client is not at EL1",
    action: "see SDEI-V004b",
    explanation: """
      A state has no field for the dispatcher's level, so nothing in it can contradict the \
      client's: a file with such a field is refused (SDEI-D005). Where the dialect tells that the \
      dispatcher is a hypervisor, SDEI-V004b finds a client at EL2.
      """,
    example: "JSON: \"instance\": {\"dispatcherEL\": 2, ...}"
  )

  static let physicalDispatcher = Rule(
    id: "SDEI-V004d",
    kind: .decoder,
    severity: .error,
    title: "physical SDEI not dispatched at EL3",
    source: "DEN0054C 3.2.1",
    problem: "an instance of physical SDEI has a dispatcher that is not at EL3",
    action: "report it to the producer of the file",
    explanation: """
      Neither the dispatcher's level nor whether events are physical or virtual stands in a state; \
      a file with a field for it is refused (SDEI-D005). The dialect tells both: TF-A is physical \
      and at EL3, KVM and the QEMU series are virtual.
      """,
    example: "JSON: \"instance\": {\"physical\": true, ...}"
  )
}
