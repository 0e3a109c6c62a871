internal import SDEIModel

extension StateRule {
  static let entryAddress = [entryAligned, entryCanonical]

  private static let entryAligned = StateRule(
    Rule(
      id: "SDEI-V025a",
      kind: .state,
      severity: .warning,
      title: "a misaligned entry point",
      source: "DEN0054C 5.1.2.2; Gunyah refuses it",
      problem: "the entry point of a handler is not aligned to 4 bytes",
      action: "compare the entry point with the source's",
      explanation: """
        Handlers are AArch64 code, so a misaligned entry point is a PC alignment fault at the first \
        event. Checking it at REGISTER is left to the dispatcher: Gunyah does, TF-A, KVM and the \
        QEMU series do not. Of vCPUs whose entry points lie in equal steps all are named as soon as \
        one is misaligned.
        """,
      example: "entry 0xffff800008100002"
    )
  ) { state, report in
    for event in state.events {
      let broken = event.entry.offenders(
        in: state.absolute(event),
        literal: { $0 & 3 != 0 },
        progression: { ($0.base | $0.stride) & 3 != 0 }
      )
      report.add(event, broken.slots, "entry", found: broken.first.map(hex) ?? "")
    }
  }

  /// Bits 63:55 of a canonical address are equal, whatever the size of addresses is.
  private static let half: UInt64 = 1 << 55

  private static let entryCanonical = StateRule(
    Rule(
      id: "SDEI-V025b",
      kind: .state,
      severity: .warning,
      title: "an entry point that is no address",
      source: "DEN0054C 5.1.2.2; Arm ARM, translation of VAs",
      problem: "bits 63 to 55 of a handler's entry point are neither all 0 nor all 1",
      action: "compare the entry point with the source's",
      explanation: """
        Bits 63:55 of a virtual address are all equal, whatever its size is; tags and pointer \
        authentication do not apply to a PC that is set at exception level EL_C. Physical addresses \
        have fewer bits and are legal. Bits below 55 are not judged, as in SDEI-V056c: the size of \
        addresses is not in the state. Such an address faults at the first event. No dispatcher \
        checks it.
        """,
      example: "entry 0x0fff800008100000"
    )
  ) { state, report in
    for event in state.events {
      let broken = event.entry.offenders(
        in: state.absolute(event),
        literal: { $0 &+ half >= 2 * half },
        progression: { !$0.lies(from: 0 &- half, length: 2 * half) }
      )
      report.add(event, broken.slots, "entry", found: broken.first.map(hex) ?? "")
    }
  }
}
