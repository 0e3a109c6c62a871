internal import SDEIEngine
internal import SDEIJournal
internal import SDEIModel

extension JournalRule {
  static let completionRestores = JournalRule(
    Rule(
      id: "SDEI-V065a",
      kind: .journal,
      severity: .error,
      title: "COMPLETE does not restore the registers",
      source: "DEN0054C 5.1.6, 5.2.1.2",
      problem: "COMPLETE did not give back the registers that the handler interrupted",
      action:
        "restore X0 to X17, PC and PSTATE from the context saved at entry; X0 is no result here",
      explanation: """
        The interrupted code must not notice that a handler ran: X0 to X17, PC and PSTATE are again \
        what they were. A usual slip is to write a return code into X0 after they were restored.
        """,
      example: "interrupted with x0 = 0x2a, completed with x0 = 0x0"
    ),
    step: { step, report in
      guard let done = step.completion, done.resumeAt == nil else { return }
      report.add(
        SeenRegister.words(
          0..<RegisterFrame.wordCount,
          of: done.registers.frame,
          expected: done.interrupted
        )
      )
    }
  )

  static let resumptionRestores = JournalRule(
    Rule(
      id: "SDEI-V065b",
      kind: .journal,
      severity: .error.but(
        .warning,
        in: [.kvmV4, .kvmV5],
        "the address is ignored, and the vCPU goes on where it was interrupted "
          + "(fixtures/traces/kvm-v5/faults/13_*)"
      ),
      title: "COMPLETE_AND_RESUME does not go on as asked",
      source: "DEN0054C 5.1.7, 5.2.2",
      problem:
        "COMPLETE_AND_RESUME did not go on at its address with the interrupted registers, and PC and "
        + "PSTATE in ELR_EL_C and SPSR_EL_C",
      action: "restore X0 to X17, write ELR_EL_C and SPSR_EL_C, and go on at the address given",
      explanation: """
        The client goes on at the address that it named, at EL_C with DAIF set, as if an exception \
        had been taken where the event interrupted: X0 to X17 are the interrupted ones, ELR_EL_C \
        and SPSR_EL_C the interrupted PC and PSTATE. Linux enters its interrupt vector this way. \
        KVM v4 to v6 take the call for COMPLETE, and pend an interrupt that has no effect.
        """,
      example: "asked to resume at 0xffff800008011280, went on at the interrupted PC"
    ),
    step: { step, report in
      guard let done = step.completion, let address = done.resumeAt else { return }
      let (now, then) = (done.registers, done.interrupted)
      let pstate = HandlerPState.seen(now.frame.pstate, clientEL: step.before.clientEL)
      report.add(
        SeenRegister.words(0..<18, of: now.frame, expected: then) + [
          SeenRegister("pc", now.frame.pc, address), pstate,
          SeenRegister("elr", now.elr, then.pc), SeenRegister("spsr", now.spsr, then.pstate),
        ]
      )
    }
  )
}

/// A completion whose registers were recorded.
private struct SeenCompletion {
  let registers: LiveRegisters
  let interrupted: RegisterFrame
  /// Where COMPLETE_AND_RESUME was asked to go on, nil for COMPLETE.
  let resumeAt: UInt64?
}

extension ObservedStep {
  /// The completion that was seen, nil where there was none or its registers are not known.
  fileprivate var completion: SeenCompletion? {
    guard let (function, call) = call, let vcpu, let registers = recorded.registers,
      let frame = before.interruptedFrame(vcpu)
    else { return nil }
    switch function {
    case .eventComplete:
      return SeenCompletion(registers: registers, interrupted: frame, resumeAt: nil)
    case .eventCompleteAndResume:
      return SeenCompletion(registers: registers, interrupted: frame, resumeAt: call.x1)
    default: return nil
    }
  }
}
