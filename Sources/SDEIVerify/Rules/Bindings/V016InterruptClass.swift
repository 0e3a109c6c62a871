internal import SDEIModel

extension StateRule {
  static let interruptClass = [interruptBindable, interruptType]

  private static let interruptBindable = StateRule(
    Rule(
      id: "SDEI-V016a",
      kind: .state,
      severity: .error,
      title: "an interrupt that can not be bound",
      source: "DEN0054C 5.1.14.1; GICv3 INTID ranges",
      problem: "what is bound to the event is neither a PPI nor an SPI",
      action:
        "release the event, and bind a PPI (16-31) or an SPI (32-1019), or an extended one: PPI "
        + "1056-1119, SPI 4096-5119",
      explanation: """
        INTERRUPT_BIND refuses SGIs (0 to 15), and special, reserved and message-based numbers are \
        no interrupts that a client could bind: a binding of one never fires. TF-A 2.8.0 takes \
        1020 and above.
        """,
      example: "event 0x40000001 bound to interrupt 5"
    )
  ) { state, report in
    for event in state.events where event.isBound {
      guard let interrupt = event.definition?.interrupt, !isPPI(interrupt), !isSPI(interrupt)
      else { continue }
      let kind = interrupt < 16 ? "an SGI" : "no PPI or SPI"
      report.add(
        ModelPath.event(event.number, "interrupt"),
        found: "interrupt \(interrupt), \(kind)"
      )
    }
  }

  private static let interruptType = StateRule(
    Rule(
      id: "SDEI-V016b",
      kind: .state,
      severity: .error,
      title: "a bound event whose type does not fit its interrupt",
      source: "DEN0054C 5.1.14, 6.3",
      problem: "a PPI is bound to a shared event, or an SPI to a private one",
      action: "bind PPIs to private events and SPIs to shared ones",
      explanation: """
        A PPI is a PE's own interrupt and makes a private event; an SPI is the system's and makes a \
        shared one. The other way round a dispatcher would look for the handler in a slot that \
        nobody registered. TF-A and the QEMU series choose the slot by the interrupt's number.
        """,
      example: "shared event 0x40000001 bound to interrupt 20"
    )
  ) { state, report in
    for event in state.events where event.isBound {
      guard let definition = event.definition, let interrupt = definition.interrupt else {
        continue
      }
      let isWrong =
        definition.type == .shared
        ? isPPI(interrupt) : definition.type == .private && isSPI(interrupt)
      guard isWrong else { continue }
      report.add(
        ModelPath.event(event.number, "interrupt"),
        found: (isPPI(interrupt) ? "PPI" : "SPI")
          + " \(interrupt), bound to a \(definition.type) event"
      )
    }
  }

  /// Whether an INTID is a PE's own interrupt, one of the extended range included.
  private static func isPPI(_ interrupt: UInt32) -> Bool {
    (16...31).contains(interrupt) || (1056...1119).contains(interrupt)
  }

  /// Whether an INTID is an interrupt of the system, one of the extended range included.
  private static func isSPI(_ interrupt: UInt32) -> Bool {
    (32...1019).contains(interrupt) || (4096...5119).contains(interrupt)
  }
}
