internal import SDEIModel

extension StateRule {
  static let affinityOfAny = StateRule(
    Rule(
      id: "SDEI-K035",
      kind: .defect,
      severity: .never.but(
        .note,
        in: [.tfA],
        "set_sdei_entry of Trusted Firmware-A"
      ),
      title: "affinity that is kept under RM_ANY",
      source: "Trusted Firmware-A, set_sdei_entry",
      problem: """
        the event goes to any PE and has an affinity: the firmware stores the argument all the \
        same, and ROUTING_SET to RM_ANY keeps the old one
        """,
      action: "nothing: the affinity is not looked at",
      explanation: """
        DEN0054C 5.1.2 ignores the affinity under RM_ANY. It is what REGISTER was given, or what \
        an earlier RM_PE left.
        """,
      example: "routing.mode any with affinity 0x1 of a shared event"
    )
  ) { state, report in
    for event in state.events where event.isShared && !event.registered.isEmpty {
      guard event.routing.mode == .any, event.routing.affinity.rawValue != 0 else { continue }
      report.add(
        ModelPath.event(event.number, "routing.affinity"),
        found: "affinity \(hex(event.routing.affinity.rawValue))"
      )
    }
  }
}
