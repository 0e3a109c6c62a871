internal import SDEIModel

extension StateRule {
  static let eventZero = [
    eventZeroExists, eventZeroPrivate, eventZeroSignalable, eventZeroCritical, eventZeroSource,
  ]

  private static let eventZeroExists = StateRule(
    Rule(
      id: "SDEI-V008",
      kind: .state,
      severity: .error.but(
        nil,
        in: [.kvmV4],
        "0 is KVM v4's value for no event; its own event is 0x40400000 (series v4, patch 02)"
      ).but(
        .warning,
        in: [.kvmV5],
        "KVM v5 has no event of its own: the VMM exposes them (SET_EXPOSED_EVENT)"
      ),
      title: "event 0 is missing",
      source: "DEN0054C 4.4, 5.1.16",
      problem: "the software-signalled event 0 is not defined",
      action: "add event 0 to the definitions; where the VMM chooses the events, let it expose 0",
      explanation: """
        Every instance has event 0: EVENT_SIGNAL knows no other one. A state without it comes from \
        a list of definitions that is not complete, or from a VMM of KVM v5 that did not expose it, \
        so that its guests get INVALID_PARAMETERS. An event 0 of which only the handlers are told \
        is not there either: calls ask what it is.
        """,
      example: "events 0x40400000 and 0x40400001 only"
    )
  ) { state, report in
    guard let event = state.events[.softwareSignalled] else { return report.add("events") }
    if event.definition == nil {
      report.add(ModelPath.event(.softwareSignalled, "definition"))
    }
  }

  private static let eventZeroPrivate = StateRule(
    Rule(
      id: "SDEI-V009a",
      kind: .state,
      severity: .error,
      title: "event 0 is not private",
      source: "DEN0054C 5.1.16.1",
      problem: "event 0 is not private",
      action: "define event 0 as a private event",
      explanation: """
        EVENT_SIGNAL has a target PE, and the handler runs there: event 0 is private. TF-A asserts \
        it. KVM v5 lets a VMM expose event 0 as a shared one, and then guests that register it on \
        each vCPU are refused on the second.
        """,
      example: "event 0 of type shared"
    )
  ) { state, report in
    guard let type = state.zero?.type, type != .private else { return }
    report.add(ModelPath.event(.softwareSignalled, "type"), found: type.description)
  }

  private static let eventZeroSignalable = StateRule(
    Rule(
      id: "SDEI-V009b",
      kind: .state,
      severity: .error.but(
        .warning,
        in: [.kvmV4, .kvmV5],
        "the kernel keeps the byte and never looks at it (fixtures/traces/kvm-v5/faults/22_*)"
      ),
      title: "event 0 is not signalable",
      source: "DEN0054C 5.1.16.2",
      problem: "event 0 is defined as one that software can not signal",
      action: "define event 0 as signalable; look whether 0 and 1 were mixed up",
      explanation: """
        Event 0 is there to be signalled. EVENT_GET_INFO answers 0 for an event that can be \
        signalled and 1 for one that can not: KVM, and the QEMU series, answer the other way round, \
        and a definition that was made from such an answer is inverted.
        """,
      example: "event 0 with signalable false"
    )
  ) { state, report in
    guard state.zero?.isSignalable == false else { return }
    report.add(ModelPath.event(.softwareSignalled, "signalable"))
  }

  private static let eventZeroCritical = StateRule(
    Rule(
      id: "SDEI-V009c",
      kind: .state,
      severity: .warning,
      title: "event 0 is critical",
      source: "DEN0054C 4.3.2.1; TF-A, QEMU, KVM v7 have it normal",
      problem: "event 0 is critical",
      action: "check that the destination has it critical, too",
      explanation: """
        The document does not say which priority event 0 has. TF-A, the QEMU series and KVM v7 have \
        it normal; Gunyah, which has one class only, has it critical. A guest may rely on \
        critical events that preempt the handler of event 0.
        """,
      example: "event 0 with priority critical"
    )
  ) { state, report in
    guard state.zero?.priority == .critical else { return }
    report.add(ModelPath.event(.softwareSignalled, "priority"))
  }

  private static let eventZeroSource = StateRule(
    Rule(
      id: "SDEI-V009d",
      kind: .state,
      severity: .error,
      title: "event 0 has a source of another kind",
      source: "DEN0054C 5.1.16.1",
      problem:
        "event 0 is not what EVENT_SIGNAL makes: edge-triggered, and not the firmware's alone",
      action: "define event 0 as edge-triggered and the platform's",
      explanation: """
        EVENT_SIGNAL is what produces event 0. Signals that nobody took collapse into one, so it is \
        edge-triggered: there is no level that a client could clear, and a level-triggered event 0 \
        would come again for ever. An event that firmware alone dispatches could not be signalled. \
        That the platform sends the signal with an interrupt of its own, as TF-A does with an SGI, \
        is no matter of this rule, and a binding of event 0 is SDEI-V014.
        """,
      example: "event 0 with trigger level"
    )
  ) { state, report in
    guard let zero = state.zero else { return }
    if zero.trigger != .edge {
      report.add(ModelPath.event(.softwareSignalled, "trigger"), found: zero.trigger.rawValue)
    }
    if zero.origin == .firmware {
      report.add(ModelPath.event(.softwareSignalled, "origin"), found: zero.origin.rawValue)
    }
  }
}

extension CheckedState {
  /// What event 0 is, nil where it is missing or unknown.
  fileprivate var zero: EventDefinition? { events[.softwareSignalled]?.definition }
}
