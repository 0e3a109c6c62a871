internal import SDEIModel

extension Rule {
  /// Whether the guest meets the events that it knows.
  static let offered: [Rule] = [
    Rule(
      id: "SDEI-T210",
      kind: .target,
      severity: .error.or(.warning, "where the guest does not use the event"),
      title: "an event that is not offered",
      source: "DEN0054C 4.3.2.1",
      problem: "the destination does not offer an event that the guest knows",
      action: "let the guest unregister it, or use a destination that offers it",
      explanation: """
        The events of an instance are its platform's. A guest that has found one (in ACPI, a \
        device tree, a vendor's document) may use it at any time; one with a handler relies on it \
        now.
        """,
      example: "a handler for 0x40400001, which kvm-v7 does not have"
    ),
    Rule(
      id: "SDEI-T211",
      kind: .target,
      severity: .error.or(.warning, "where the guest does not use the event"),
      title: "another type",
      source: "DEN0054C 4.3.2.1, 5.1.10",
      problem: "the destination offers the event with another type than the guest knows",
      action: "use a destination that offers it as the guest knows it",
      explanation: """
        A private event has a handler for each PE and a shared one has one handler: one can not be \
        loaded as the other. What a number is never changes while a guest knows it.
        """,
      example: "0x40400001 is private, and shared at the destination"
    ),
    Rule(
      id: "SDEI-T212",
      kind: .target,
      severity: .error.or(.warning, "where the guest does not use the event"),
      title: "another priority",
      source: "DEN0054C 4.3.2.1, 5.1.10",
      problem: "the destination offers the event with another priority than the guest knows",
      action: "use a destination that offers it as the guest knows it",
      explanation: """
        A critical handler preempts a normal one. A guest whose handler was written for one of \
        them can be entered where it does not expect it. KVM's own event 0x40400000 is critical in \
        v2 to v4.
        """,
      example: "0x40400000 is critical, and normal at the destination"
    ),
    Rule(
      id: "SDEI-T213",
      kind: .target,
      severity: .error.or(
        .warning,
        "where the guest does not use the event, or only the destination's can be signalled"
      ),
      title: "other signalling",
      source: "DEN0054C 5.1.10, 5.1.16",
      problem: """
        one of the guest and the destination knows the event as signalable, and the other not
        """,
      action: "use a destination that offers it as the guest knows it",
      explanation: """
        A guest that signals an event which can not be signalled there gets INVALID_PARAMETERS. \
        KVM and QEMU's RFC read EV_SIGNALED the other way round than DEN0054C: compare what both \
        mean by it.
        """,
      example: "event 0 is signalable, and the destination's is not"
    ),
    Rule(
      id: "SDEI-T214",
      kind: .target,
      severity: .warning,
      title: "another trigger",
      source: "DEN0054C 4.3.2.1, 5.1.10",
      problem: "the destination offers the event with another trigger than the guest knows",
      action: "use a destination that offers it as the guest knows it",
      explanation: """
        An edge collapses while it waits, and a level comes again until its source is cleared: a \
        handler that does not clear its source is entered without end.
        """,
      example: "edge-triggered, and level-triggered at the destination"
    ),
    Rule(
      id: "SDEI-T215",
      kind: .target,
      severity: .warning,
      title: "another origin",
      source: "DEN0054C 4.3.2.1, 5.1.10",
      problem: "the destination offers the event with another origin than the guest knows",
      action: "use a destination that offers it as the guest knows it",
      explanation: """
        Whether a number is the platform's, the firmware's or a bind slot's decides whether \
        INTERRUPT_RELEASE takes it and who produces it.
        """,
      example: "the platform's, and a bind slot's at the destination"
    ),
    Rule(
      id: "SDEI-T216",
      kind: .target,
      severity: .warning,
      title: "another interrupt",
      source: "DEN0054C 4.3.2.1, 5.1.10",
      problem: "the destination offers the event with another interrupt than the guest knows",
      action: "use a destination that offers it as the guest knows it",
      explanation: """
        The event is produced by another interrupt there. The guest does not see the number, but \
        what its devices assert must arrive.
        """,
      example: "interrupt 40, and interrupt 42 at the destination"
    ),
  ]
}
