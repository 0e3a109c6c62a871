internal import SDEIEngine
internal import SDEIModel

extension JournalRule {
  /// The registers at a handler's first instruction (45), by groups: dialects differ in them.
  static let entry: [JournalRule] = [
    entryArguments, entryInterrupted, entryKept, entryPoint, entryPState, entrySystem,
  ]

  private static let entryAction =
    "compare the dispatcher's way into a handler with DEN0054C Table 5"

  private static let entryArguments = JournalRule(
    Rule(
      id: "SDEI-V045a",
      kind: .journal,
      severity: .error,
      title: "a handler entered with another X0 or X1",
      source: "DEN0054C 5.2.1, Table 5",
      problem: "a handler was entered without its event's number in X0 and its argument in X1",
      action: entryAction,
      explanation: """
        X0 tells a handler which event it is called for, X1 is what its client registered for it. \
        Linux takes X1 for the address of its registered event: a wrong one is a wild pointer.
        """,
      example: "event 0x40400001 with argument 0x1000 entered: x0 is 0x40400001, x1 is 0x0"
    ),
    step: { step, report in
      guard let entry = step.entry else { return }
      var seen = [SeenRegister("x0", entry.handler.frame.x[0], entry.event.rawValue)]
      if let registration = entry.registration {
        seen.append(SeenRegister("x1", entry.handler.frame.x[1], registration.argument))
      }
      report.add(seen)
    }
  )

  private static let entryInterrupted = JournalRule(
    Rule(
      id: "SDEI-V045b",
      kind: .journal,
      severity: .error,
      title: "a handler entered with another X2 or X3",
      source: "DEN0054C 5.2.1, Table 5",
      problem: "a handler was entered without the interrupted PC in X2 and PSTATE in X3",
      action: entryAction,
      explanation: """
        X2 and X3 tell where the event interrupted. Linux decides by them whether kernel code was \
        interrupted, and whether it may enter its interrupt vector afterwards.
        """,
      example: "interrupted at 0xffff800008020004: x2 is 0x0"
    ),
    step: { step, report in
      guard let entry = step.entry else { return }
      let (now, then) = (entry.handler.frame, entry.interrupted.frame)
      report.add([
        SeenRegister("x2", now.x[2], then.pc), SeenRegister("x3", now.x[3], then.pstate),
      ])
    }
  )

  private static let entryKept = JournalRule(
    Rule(
      id: "SDEI-V045c",
      kind: .journal,
      severity: .error.but(
        .note,
        in: .kvm,
        "X4 to X17 are zeroed at entry in all series; CONTEXT still gives the interrupted ones "
          + "(DESIGN.md, A-20)"
      ),
      title: "a handler entered with other X4 to X17",
      source: "DEN0054C 5.2.1, Table 5",
      problem: "a handler was entered with other values in X4 to X17 than were interrupted",
      action: entryAction,
      explanation: """
        X4 to X17 keep the interrupted values, so a handler can look at them without a call. The \
        KVM series set them to 0, which Linux does not notice because it asks with CONTEXT. Values \
        that are neither 0 nor interrupted come from the dispatcher, and none may leak.
        """,
      example: "interrupted with x4 = 0x104: the handler begins with x4 = 0x0"
    ),
    step: { step, report in
      guard let entry = step.entry else { return }
      report.add(
        SeenRegister.words(4..<18, of: entry.handler.frame, expected: entry.interrupted.frame)
      )
    }
  )

  private static let entryPoint = JournalRule(
    Rule(
      id: "SDEI-V045d",
      kind: .journal,
      severity: .error,
      title: "a handler entered at another address",
      source: "DEN0054C 5.2.1, Table 5; 5.1.2",
      problem: "a handler was entered at another address than its entry point",
      action: entryAction,
      explanation: """
        PC is the address that the client registered, or in relative mode VBAR_EL_C at the moment \
        of delivery plus the offset that it registered. Anything else runs code that nobody named.
        """,
      example: "registered at 0xffff800008100000, entered at 0xffff800008100004"
    ),
    step: { step, report in
      guard let entry = step.entry, let registration = entry.registration else { return }
      let base = registration.isRelative ? entry.interrupted.vbar : 0
      report.add([SeenRegister("pc", entry.handler.frame.pc, base &+ registration.entry)])
    }
  )

  private static let entryPState = JournalRule(
    Rule(
      id: "SDEI-V045e",
      kind: .journal,
      severity: .error,
      title: "a handler entered with another PSTATE",
      source: "DEN0054C 5.2.1, Table 5",
      problem:
        "a handler was entered without DAIF set, or not in AArch64 at EL_C with its stack pointer",
      action: entryAction,
      explanation: """
        A handler begins with all exceptions masked, at the client's exception level, on SP_EL_C. \
        With an exception unmasked it can be interrupted before it has a stack. The other bits are \
        what taking an exception leaves, and differ between implementations.
        """,
      example: "pstate 0x205: interrupts are not masked"
    ),
    step: { step, report in
      guard let entry = step.entry else { return }
      report.add([HandlerPState.seen(entry.handler.frame.pstate, clientEL: entry.clientEL)])
    }
  )

  private static let entrySystem = JournalRule(
    Rule(
      id: "SDEI-V045f",
      kind: .journal,
      severity: .error.but(
        .warning,
        in: [.kvmV4, .kvmV5],
        "entering a handler writes SPSR_EL1, and nothing restores it "
          + "(fixtures/traces/kvm-v5/faults/14_*)"
      ),
      title: "ELR or SPSR changed by a handler's entry",
      source: "DEN0054C 5.2.1, Table 5",
      problem: "entering a handler changed ELR_EL_C or SPSR_EL_C",
      action: entryAction,
      explanation: """
        System registers keep the interrupted values: an event may come between an exception and \
        the handler's saving of ELR and SPSR, and both would be lost. KVM v4 and v5 inject the event \
        as an exception would be and write SPSR_EL1, so code that was interrupted there returns \
        with a wrong PSTATE.
        """,
      example: "spsr 0x60000005 interrupted, 0x20001000 in the handler"
    ),
    step: { step, report in
      guard let entry = step.entry else { return }
      let (now, then) = (entry.handler, entry.interrupted)
      report.add([
        SeenRegister("elr", now.elr, then.elr), SeenRegister("spsr", now.spsr, then.spsr),
      ])
    }
  )
}
