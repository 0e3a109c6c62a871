internal import SDEIModel

extension StateRule {
  static let registrationsCounted = StateRule(
    Rule(
      id: "SDEI-K031",
      kind: .defect,
      severity: .never.but(
        .warning,
        in: [.tfA],
        "sdei_cpu_on_init of Trusted Firmware-A"
      ),
      title: "registration count that leaked",
      source: "Trusted Firmware-A, sdei_cpu_on_init; recorded with Trusted Firmware-A",
      problem: """
        more registrations are counted than there are: CPU_ON empties a PE's private handlers and \
        does not count them off
        """,
      action: """
        restore the count to the number of PEs that have the event registered, or reset the \
        machine
        """,
      explanation: """
        Trusted Firmware-A counts the PEs that have a private event registered (reg_count), and a \
        release asks for 0. After CPU_OFF and CPU_ON of a PE that had it registered the count \
        never gets there: INTERRUPT_RELEASE and SHARED_RESET answer DENIED for good.
        """,
      example: "registrationCount 2, and only PE 0 has the event registered"
    )
  ) { state, report in
    for event in state.events where !event.isShared {
      guard let stored = event.extras[.registrationCount] else { continue }
      let (told, there) = (stored &- ExtraField.registrationCount.addend, event.registered.count)
      if told <= there { continue }
      report.add(
        ModelPath.event(event.number, "registrationCount"),
        found: "\(told) counted, \(there) registered"
      )
    }
  }
}
