internal import SDEIModel

extension StateRule {
  static let pendingUndefined = StateRule(
    Rule(
      id: "SDEI-V047b",
      kind: .state,
      severity: .error.but(
        nil,
        in: [.kvmV4],
        "no GET of KVM v2 to v4 gives definitions back: an event without one may be defined"
      ),
      title: "pending, but not defined",
      source: "DEN0054C 4.3.2.1, 5.1.10",
      problem: "an event is pending that has no definition",
      action: "add the definition from the source, or clear what is pending",
      explanation: """
        Whether an event is private or shared, normal or critical decides where and when it is \
        delivered; without a definition nobody can deliver it. KVM v5 refuses a queued event that is \
        not exposed (ENOENT), and KVM v7 drops bits of events that it does not have without a word.
        """,
      example: "event 0x40400009 has pending occurrences and neither type nor priority"
    )
  ) { state, report in
    for event in state.events where event.definition == nil {
      report.add(event, event.pending.support, "pending")
    }
  }
}
