internal import SDEIModel

extension StateRule {
  static let enabledUnregistered = StateRule(
    Rule(
      id: "SDEI-V020",
      kind: .state,
      severity: .error,
      title: "enabled without registered",
      source: "DEN0054C 5.1.9, Table 13",
      problem: "a handler is enabled that is not registered",
      action: "clear the enabled bit, or restore the registration from the source",
      explanation: """
        EVENT_STATUS never reads 2 or 6: ENABLE is denied unless a handler is registered, and \
        UNREGISTER clears both bits. A dispatcher that finds such a handler jumps to an entry point \
        that nobody gave. No SET command of KVM checks it.
        """,
      example: "registered {}, enabled {3}: STATUS on vCPU 3 would read 2"
    )
  ) { state, report in
    for event in state.events {
      let broken = event.enabled.subtracting(event.registered)
      report.add(event, broken.intersection(state.slots(of: event)), "enabled")
    }
  }
}
