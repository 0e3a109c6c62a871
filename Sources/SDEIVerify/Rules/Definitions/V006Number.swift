internal import SDEIModel

extension StateRule {
  static let number = [numberSign, numberReserved, numberWidth]

  private static let numberSign = StateRule(
    Rule(
      id: "SDEI-V006a",
      kind: .state,
      severity: .error.but(
        .warning,
        in: [.kvmV4, .kvmV5],
        "the kernel looks at bits 23:22 only, so a VMM can offer such an event (kvm_sdei_is_virtual)"
      ),
      title: "negative event number",
      source: "DEN0054C 4.4, Table 3",
      problem: "bit 31 of the event's number is set",
      action: "remove the event, or give it the number that the guest uses",
      explanation: """
        An event number is an int32 that is not negative: a call with a negative one is \
        INVALID_PARAMETERS, and ACPI says 0x80000000 for no event. KVM v2 to v5 look at bits 23:22 \
        of 32 only, so a VMM can expose 0x80400000 to a guest; KVM v7's EVENT_ENABLE lets negative \
        numbers pass and writes beyond its bitmap.
        """,
      example: "event 0x80400000"
    )
  ) { state, report in
    for event in state.events where event.number.rawValue >> 31 == 1 {
      report.add(ModelPath.event(event.number))
    }
  }

  private static let numberReserved = StateRule(
    Rule(
      id: "SDEI-V006b",
      kind: .state,
      severity: .error.but(
        .warning,
        in: [.kvmV4, .kvmV5],
        "the kernel looks at bits 23:22 only, so a VMM can offer such an event (kvm_sdei_is_virtual)"
      ),
      title: "reserved bits of an event number are set",
      source: "DEN0054C 4.4, Table 3",
      problem: "a bit of 29:24 of the event's number is set",
      action: "remove the event, or give it the number that the guest uses",
      explanation: """
        Bit 30 tells standard and vendor events apart, bits 23:0 are the number, and bits 29:24 are \
        zero: a dispatcher takes a number with one of them for an unknown event. KVM v2 to v5 do \
        not look at these bits, so their VMM can expose such an event and the guest can use it.
        """,
      example: "event 0x41400000"
    )
  ) { state, report in
    for event in state.events where event.number.rawValue & 0x3F00_0000 != 0 {
      report.add(ModelPath.event(event.number))
    }
  }

  private static let numberWidth = StateRule(
    Rule(
      id: "SDEI-V006c",
      kind: .state,
      severity: .error,
      title: "an event number of more than 32 bits",
      source: "DEN0054C 4.4, Table 3",
      problem: "a bit of 63:32 of the event's number is set",
      action: "remove the event, or give it the number that the guest uses",
      explanation: """
        An event number has 32 bits. Structures of KVM and registers have 64 for it, so a damaged \
        file can have more. KVM v2 to v5 check that the upper half is 0, and offer no such event.
        """,
      example: "event 0x140400000"
    )
  ) { state, report in
    for event in state.events where event.number.rawValue >> 32 != 0 {
      report.add(ModelPath.event(event.number))
    }
  }
}
