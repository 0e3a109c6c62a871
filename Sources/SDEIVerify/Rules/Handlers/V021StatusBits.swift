internal import SDEIModel

extension StateRule {
  static let statusBits = StateRule(
    Rule(
      id: "SDEI-V021",
      kind: .state,
      severity: .error,
      title: "a bit of a state byte without a meaning",
      source: "DEN0054C 5.1.9.2; split structures of KVM, 24 March 2022",
      problem: "the state of a handler has a bit above 2 set",
      action: "look what wrote the byte; clear bits 7:3 of it",
      explanation: """
        EVENT_STATUS has three bits, and the state byte of KVM's split structures, which was \
        proposed and never merged, has three, too: registered, enabled, unregister-pending. A bit \
        above them is memory that was not cleared, or of a later version. A state keeps it as \
        stateBits; no other format has a word in which it could stand.
        """,
      example: "kvm-split: state 0x9, so stateBits is 1"
    )
  ) { state, report in
    for event in state.events {
      guard let bits = event.slotExtras[.stateBits], let first = bits.runs.first else { continue }
      let value = bits.value(of: first, at: first.range.first)
      report.add(event, bits.support, "stateBits", found: "\(hex(value << 3)) besides bits 2:0")
    }
  }
}
