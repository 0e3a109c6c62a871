internal import SDEIModel

extension StateRule {
  static let boundSlots = StateRule(
    Rule(
      id: "SDEI-V017",
      kind: .state,
      severity: .error,
      title: "more bound events than slots",
      source: "DEN0054C 5.1.14.3, 5.1.17.2",
      problem: "more events are bound than the instance has bind slots of their type",
      action: "correct the slot counts as the guest was told them, or release events",
      explanation: """
        SDEI_FEATURES tells how many bind slots there are, free ones included, and INTERRUPT_BIND \
        answers OUT_OF_RESOURCE behind them. A guest that sized a table by that answer has no room \
        for more. Often the counts were left at 0 when a state was made by hand.
        """,
      example: "privateSlots 1, and two private events are bound"
    )
  ) { state, report in
    let features = state.instance.features
    for (type, field, slots) in [
      (EventType.private, "privateSlots", features.privateSlots),
      (EventType.shared, "sharedSlots", features.sharedSlots),
    ] {
      let bound = state.events.count { $0.isBound && $0.definition?.type == type }
      if bound > Int(slots) {
        report.add("instance.features.\(field)", found: "\(bound) bound, \(slots) slots")
      }
    }
  }
}
