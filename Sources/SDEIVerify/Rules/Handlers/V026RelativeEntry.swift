internal import SDEIModel

extension StateRule {
  static let relativeEntry = [relativeUnsupported, relativeAligned]

  private static let relativeUnsupported = StateRule(
    Rule(
      id: "SDEI-V026a",
      kind: .state,
      severity: .error,
      title: "a relative handler without relative mode",
      source: "DEN0054C 5.1.2.1, 5.1.17",
      problem: "a handler is relative to VBAR, and the instance does not support that",
      action: "set instance.features.relativeMode if the guest was told so, or clear the flag",
      explanation: """
        REGISTER with the relative flag is refused where the feature is 0. A dispatcher that does \
        not know the flag takes the offset for an address and jumps there. TF-A, KVM v7 and Gunyah \
        refuse the flag; the QEMU series ignores it.
        """,
      example: "relativeMode false, relative {0-3}"
    )
  ) { state, report in
    if state.instance.features.relativeMode { return }
    for event in state.events {
      report.add(event, event.relative.intersection(state.slots(of: event)), "relative")
    }
  }

  private static let relativeAligned = StateRule(
    Rule(
      id: "SDEI-V026b",
      kind: .state,
      severity: .warning,
      title: "a misaligned offset",
      source: "DEN0054C 5.1.2.1",
      problem: "the offset of a relative handler is not aligned to 4 bytes",
      action: "compare the entry point with the source's",
      explanation: """
        VBAR is aligned to 2 KiB, so a misaligned offset gives a misaligned entry point and a fault \
        at the first event. Of vCPUs whose offsets lie in equal steps all are named as soon as one \
        is misaligned. No known dispatcher has relative mode, so none checks it.
        """,
      example: "relative {0}, entry 0x402 at vCPU 0"
    )
  ) { state, report in
    for event in state.events {
      let slots = state.registered(event).intersection(event.relative)
        .intersection(state.slots(of: event))
      let broken = event.entry.offenders(
        in: slots,
        literal: { $0 & 3 != 0 },
        progression: { ($0.base | $0.stride) & 3 != 0 }
      )
      report.add(event, broken.slots, "entry", found: broken.first.map(hex) ?? "")
    }
  }
}

extension Rule {
  static let relativeTarget = Rule(
    id: "SDEI-V026c",
    kind: .nonRule,
    severity: .never,
    title: "a relative entry point that is no address",
    source: "DEN0054C 5.1.2.1, 5.2.1",
    problem: "the entry point of a relative handler is no canonical address",
    action: "nothing: it is an offset",
    explanation: """
      The entry point of a relative handler is an offset, and any number may be one: VBAR is added \
      when the event is delivered, modulo 2^64. A state does not hold VBAR_EL1, so where the handler \
      lies is not known, and SDEI-V025b does not look at it. 0 is an offset like others.
      """,
    example: "relative {0}, entry 0x7fffffffffff0000: no finding"
  )
}
