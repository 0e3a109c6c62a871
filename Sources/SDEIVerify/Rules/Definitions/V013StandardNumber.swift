internal import SDEIModel

extension StateRule {
  static let standardNumber = StateRule(
    Rule(
      id: "SDEI-V013",
      kind: .state,
      severity: .warning.but(
        nil,
        in: .kvm,
        "v7's event 1, Async PF, is always there; v4 and v5 take any number whose bits 23:22 are 01, "
          + "and neither the VM's owner nor its guest can change it"
      ).but(
        .note,
        in: [.tfA],
        "its platforms have 804, 805 and 5000 to 5004, and so has the document's own example"
      ),
      title: "a platform event among the standard numbers",
      source: "DEN0054C 4.4, Table 4",
      problem: "a platform's event has a number that is reserved for standard events",
      action: "number platform events from 0x40000000 on, where the platform can be changed",
      explanation: """
        0x1 to 0xffffff are for events that Arm may define. A platform that takes one now may have \
        it twice later. TF-A's platforms use 804 and 5000 and following, KVM v7 numbers Async PF 1, \
        and the document's ACPI example uses 804.
        """,
      example: "event 0x324, defined by the platform"
    )
  ) { state, report in
    for event in state.events where event.number.space == .standard {
      guard let definition = event.definition, definition.origin != .slot else { continue }
      report.add(ModelPath.event(event.number))
    }
  }
}
