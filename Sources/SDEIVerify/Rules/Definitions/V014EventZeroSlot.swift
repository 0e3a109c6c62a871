internal import SDEIModel

extension StateRule {
  static let eventZeroSlot = StateRule(
    Rule(
      id: "SDEI-V014",
      kind: .state,
      severity: .error,
      title: "event 0 is a bind slot",
      source: "DEN0054C 5.1.15, 5.1.16",
      problem: "event 0 is one that INTERRUPT_BIND gives and INTERRUPT_RELEASE takes away",
      action: "define event 0 as the platform's",
      explanation: """
        Event 0 is always there and no interrupt is bound to it. The QEMU series does not check in \
        INTERRUPT_RELEASE that something is bound, so its guest can release event 0. TF-A sends \
        event 0 with an interrupt of its own, which is no binding.
        """,
      example: "event 0 with origin slot"
    )
  ) { state, report in
    guard let zero = state.events[.softwareSignalled]?.definition, zero.origin == .slot else {
      return
    }
    report.add(
      ModelPath.event(.softwareSignalled, "origin"),
      found: zero.interrupt.map { "interrupt \($0) is bound to it" } ?? "nothing is bound to it"
    )
  }
}
