internal import SDEIModel

extension PairRule {
  static let bindingKept = PairRule(
    Rule(
      id: "SDEI-V066a",
      kind: .pair,
      severity: .error,
      title: "binding lost",
      source: "DEN0054C 5.1.14, 5.1.15, 5.1.19",
      problem: "an interrupt's binding has gone without INTERRUPT_RELEASE or SHARED_RESET",
      action: "restore the binding; the client still expects the interrupt as an event",
      explanation: """
        A number that INTERRUPT_BIND gave is the client's until it gives it back. One operation can \
        release it or bind it, not both: a number that names another interrupt one operation later \
        lost its binding on the way. A journal tells more: which operation it was, and what STATUS \
        answers. QEMU drops bindings when the system is reset, which is a new start and no step.
        """,
      example: "0x40000000 bound to interrupt 20, one call later to interrupt 21"
    )
  ) { pair, report in
    for event in pair.events {
      guard let old = event.old.definition?.boundInterrupt,
        let new = event.new.definition?.boundInterrupt, old != new
      else { continue }
      report.add(
        ModelPath.event(event.number, "interrupt"),
        found: "\(old) was bound before, \(new) is now"
      )
    }
  }

  static let bindingReleased = PairRule(
    Rule(
      id: "SDEI-V066b",
      kind: .pair,
      severity: .error.but(
        .warning,
        in: [.tfA],
        "INTERRUPT_RELEASE looks at the count of registrations and at the calling PE's handler "
          + "only, so a handler that runs elsewhere does not keep its interrupt "
          + "(fixtures/traces/tf-a/faults/panic-sdei_intr_handler.jsonl)"
      ),
      title: "released while in use",
      source: "DEN0054C 5.1.15, 5.1.19",
      problem: "a bound number was released although it was in use",
      action: "unregister and complete its handlers on all vCPUs before it is released",
      explanation: """
        RELEASE is denied, and SHARED_RESET leaves the binding, unless no handler of the number is \
        registered or runs on any PE. TF-A looks at the calling PE only, and panics when the \
        handler completes whose interrupt was released.
        """,
      example: "0x40000001 runs on vCPU 2, one call later the number has no interrupt"
    )
  ) { pair, report in
    for event in pair.events where event.wasReleased && !event.from.used.isEmpty {
      let path =
        event.old.isShared
        ? ModelPath.event(event.number, "interrupt")
        : ModelPath.event(event.number, vcpus: event.from.used, "registered")
      report.add(
        path,
        found: event.from[.unregisterPending].isEmpty ? "it was registered" : "its handler ran"
      )
    }
  }
}
