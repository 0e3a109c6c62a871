internal import SDEIModel

extension StateRule {
  static let numberCheckTooWide = StateRule(
    Rule(
      id: "SDEI-K008",
      kind: .defect,
      severity: .never.but(
        .note,
        in: [.kvmV4, .kvmV5],
        "kvm_sdei_is_virtual of KVM v2 to v5"
      ),
      title: "number that only KVM takes for one",
      source: """
        KVM/arm64 SDEI series v2 and v5, kvm_sdei_is_virtual; fixtures/traces/kvm-v5/faults/22_*
        """,
      problem: """
        the number is none of DEN0054C's, and passes the kernel's check, which looks at bits 23:22 \
        only
        """,
      action: """
        expect destinations that follow the specification to refuse the event; let the guest \
        unregister it before such a move
        """,
      explanation: """
        Bit 31 must be 0 and so must bits 29:24 (DEN0054C Table 3). KVM v2 to v5 ask for bits \
        23:22 = 01 in 32 bits and leave the others free. The VMM chose such a number, and nothing \
        told it.
        """,
      example: "0x80400000 is exposed"
    )
  ) { state, report in
    for event in state.events
    where event.number.space == .invalid && state.dialect.namesEvent(event.number) {
      report.add(ModelPath.event(event.number))
    }
  }
}
