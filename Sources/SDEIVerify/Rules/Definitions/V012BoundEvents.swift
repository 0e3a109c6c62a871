internal import SDEIModel

extension StateRule {
  static let boundEvents = [boundPriority, boundNumber]

  private static let boundPriority = StateRule(
    Rule(
      id: "SDEI-V012a",
      kind: .state,
      severity: .error,
      title: "a bound event that is not normal",
      source: "DEN0054C 4.3.2.1",
      problem: "an event that an interrupt is bound to is not of normal priority",
      action: "give the bind slot normal priority",
      explanation: """
        Bound events are always normal: a client must not make its own interrupts critical. TF-A \
        gives all its bind slots normal priority; the QEMU series keeps a flag for each slot, which \
        nothing checks when a stream is read.
        """,
      example: "event 0x40000001 bound to interrupt 40, critical"
    )
  ) { state, report in
    for event in state.events where event.isBound {
      guard let priority = event.definition?.priority, priority != .normal else { continue }
      report.add(ModelPath.event(event.number, "priority"), found: priority.description)
    }
  }

  private static let boundNumber = StateRule(
    Rule(
      id: "SDEI-V012b",
      kind: .state,
      severity: .error.but(
        .warning,
        in: [.tfA],
        "its platforms number their bind slots 1000 to 1002 and 2000 to 2002"
      ),
      title: "a bound event outside the vendor numbers",
      source: "DEN0054C 4.4, Table 4",
      problem: "an event that an interrupt is bound to has no vendor number",
      action: "number bind slots from 0x40000000 on, where the platform can be changed",
      explanation: """
        All bound events are numbered 0x40000000 to 0x40ffffff, so that they can not collide with \
        standard events. The QEMU series does so; TF-A's Arm platforms take 1000 and 2000 and \
        following, which lie in the range that is reserved for Arm.
        """,
      example: "event 0x3e8 bound to interrupt 40"
    )
  ) { state, report in
    for event in state.events where event.isBound && event.number.space != .vendor {
      report.add(ModelPath.event(event.number), found: "a \(event.number.space.rawValue) number")
    }
  }
}
