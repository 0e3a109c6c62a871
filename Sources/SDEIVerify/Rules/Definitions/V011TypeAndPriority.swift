internal import SDEIModel

extension StateRule {
  static let typeAndPriority = [typeKnown, priorityKnown]

  private static let typeKnown = StateRule(
    Rule(
      id: "SDEI-V011a",
      kind: .state,
      severity: .error,
      title: "an event that is neither private nor shared",
      source: "DEN0054C 5.1.10.2",
      problem: "the event is neither private nor shared",
      action: "take the definition from the platform again",
      explanation: """
        EVENT_GET_INFO answers 0 for private and 1 for shared. KVM checks the byte in SET_EVENT and \
        SET_EXPOSED_EVENT, so a kernel refuses it; other rules take such an event for a private one.
        """,
      example: "type 0x7"
    )
  ) { state, report in
    for event in state.events {
      guard let type = event.definition?.type, type.rawValue > 1 else { continue }
      report.add(ModelPath.event(event.number, "type"), found: type.description)
    }
  }

  private static let priorityKnown = StateRule(
    Rule(
      id: "SDEI-V011b",
      kind: .state,
      severity: .error,
      title: "an event that is neither normal nor critical",
      source: "DEN0054C 5.1.10.2",
      problem: "the event is neither normal nor critical",
      action: "take the definition from the platform again",
      explanation: """
        EVENT_GET_INFO answers 0 for normal and 1 for critical. KVM checks the byte in SET_EVENT and \
        SET_EXPOSED_EVENT, so a kernel refuses it.
        """,
      example: "priority 0xff"
    )
  ) { state, report in
    for event in state.events {
      guard let priority = event.definition?.priority, priority.rawValue > 1 else { continue }
      report.add(ModelPath.event(event.number, "priority"), found: priority.description)
    }
  }
}
