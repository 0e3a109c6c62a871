internal import SDEIModel

extension Deviation {
  /// COMPLETE and COMPLETE_AND_RESUME.
  static let completion: [Deviation] = [
    Deviation(
      "complete-outside-silent",
      source: "KVM v4, v5, v7: no result is written (recorded: kvm-v5 fault 12)",
      "COMPLETE and COMPLETE_AND_RESUME outside a handler give no result: X0 keeps the function"
    ) {
      $0[.eventComplete].set(.nothingRuns, .silence)
      $0[.eventCompleteAndResume].set(.nothingRuns, .silence)
    },
    Deviation(
      "resume-unchecked",
      "A-13",
      source: "KVM, QEMU RFC, TF-A's default hook: the resume address is not looked at",
      "COMPLETE_AND_RESUME takes a resume address that is not 4-byte aligned"
    ) { $0[.eventCompleteAndResume].remove(.resumeMisaligned) },
    Deviation(
      "resume-denied-first",
      "A-13",
      source: "Gunyah: DENIED comes before the address is looked at",
      "COMPLETE_AND_RESUME looks for a running handler before it looks at the address"
    ) { $0[.eventCompleteAndResume].move(.nothingRuns, before: .resumeMisaligned) },
    Deviation(
      "resume-is-complete",
      "A-07",
      source: "KVM v4, v5, v6: an ineffective IRQ is queued (recorded: kvm-v5 fault 13)",
      "COMPLETE_AND_RESUME ignores its address and goes on where the handler interrupted",
      .resumeIsComplete
    ),
    Deviation(
      "resume-pstate-fresh",
      "A-07",
      source: "TF-A: sdei_event_complete builds a new SPSR",
      "PSTATE of the resume context keeps nothing of the interrupted one",
      .resumePStateIsFresh
    ),
    Deviation(
      "unknown-status-refused",
      "A-24",
      source: "DEN0054C 5.1.6: silent; no dispatcher seen does it",
      "COMPLETE with a status other than EV_HANDLED and EV_FAILED is INVALID_PARAMETERS"
    ) { $0[.eventComplete].begin([Refusal(.statusUnknown, .invalidParameters)]) },
    Deviation(
      "resume-from-nested-denied",
      "A-16",
      source: "DEN0054C 5.1.7: silent; no dispatcher seen does it",
      "COMPLETE_AND_RESUME of a critical handler inside a normal one is DENIED"
    ) { $0[.eventCompleteAndResume].insert([Refusal(.runsNested, .denied)]) },
    Deviation(
      "context-hides-errors",
      "A-14",
      source: "DEN0054C 5.1.5: silent; no dispatcher seen does it",
      "CONTEXT answers 0 for a register whose value reads as an error code",
      .contextHidesErrors
    ),
    Deviation(
      "frames-stay",
      source: "KVM v4, v5, v7: saved registers are left in place",
      "the interrupted registers stay stored when a handler completes",
      .completionKeepsFrame
    ),
  ]

  /// Triggers and the way into a handler.
  static let delivery: [Deviation] = [
    Deviation(
      "triggers-kept-while-unregistered",
      "A-19",
      source: "Gunyah: pends in state U",
      "a trigger of an event that is not registered, or about not to be, waits",
      .keepsTriggersWhileUnregistered
    ),
    Deviation(
      "critical-event-zero",
      "A-18",
      source: "Gunyah: has one class, critical",
      "event 0 of a new instance is critical"
    ) { $0.isEventZeroCritical = true },
    Deviation(
      "mask-in-handler-deferred",
      "A-06",
      source: "DEN0054C 5.1.12: takes full effect on completion; no dispatcher seen waits",
      "PE_MASK inside a handler does not keep a critical event from preempting it",
      .maskDeferredInHandler
    ),
    Deviation(
      "relative-at-registration",
      "A-10",
      source: "DEN0054C 5.1.2: only says relative to VBAR_EL_C",
      "a relative entry point is resolved with VBAR_EL_C as it is at REGISTER",
      .relativeAtRegistration
    ),
    Deviation(
      "counts-occurrences",
      source: "KVM v4, v5: refcount, event_count (recorded: kvm-v5 fault 16)",
      "every occurrence is counted and delivered; none collapse",
      .countsOccurrences
    ),
    Deviation(
      "first-in-first-out",
      source: "KVM v4, v5: lists of waiting events (recorded: kvm-v5 fault 16)",
      "of several waiting events of a priority the one that came first is delivered, to its end",
      .firstInFirstOut
    ),
    Deviation(
      "shared-waits-per-vcpu",
      source: "KVM v4, v5: shared events are queued on a vCPU (recorded: kvm-v5 fault 23)",
      "a shared event waits for the vCPU on which it was injected; routing has no effect",
      .sharedWaitsPerVCPU
    ),
    Deviation(
      "delivers-while-masked",
      source: "KVM v4, v5: kvm_sdei_deliver (recorded: kvm-v5 fault 05)",
      "delivery does not look at the mask",
      .deliversWhileMasked
    ),
    Deviation(
      "delivers-while-disabled",
      source: "KVM v4, v5: kvm_sdei_deliver (recorded: kvm-v5 fault 06)",
      "delivery does not look at whether the event is enabled",
      .deliversWhileDisabled
    ),
    Deviation(
      "delivers-shared-concurrently",
      source: "KVM v4, v5: kvm_sdei_deliver (recorded: kvm-v5 fault 25)",
      "a shared event's handler may run on several vCPUs at a time",
      .deliversSharedConcurrently
    ),
    Deviation(
      "one-level",
      source: "KVM v7: one context",
      "no handler preempts another",
      .oneLevel
    ),
    Deviation(
      "running-is-marks-only",
      source: "KVM v7: the running bitmap tells what runs",
      "the lowest event marked running is the one that completes",
      .runningMarksOnly
    ),
    Deviation(
      "search-stops-at-disabled",
      source: "KVM v7: kvm_sdei_deliver never advances (recorded: kvm-v7 faults 02, 05)",
      "delivery loops for ever when the lowest pending event is not enabled",
      .searchStopsAtDisabled
    ),
    Deviation(
      "entry-clears-registers",
      "A-20",
      source: "KVM v4, v5, v7: x0 to x17 are zeroed",
      "X4 to X17 are 0 at a handler's entry",
      .entryClearsRegisters
    ),
    Deviation(
      "entry-writes-spsr",
      source: "KVM v4, v5: kvm_sdei_deliver (recorded: kvm-v5 fault 14)",
      "entering a handler writes SPSR_EL1, and nothing restores it",
      .entryWritesSPSR
    ),
    Deviation(
      "entry-keeps-pstate",
      source: "KVM v4, v5, v7, QEMU RFC: only DAIF, nRW and M change",
      "PSTATE keeps IL, SS, BTYPE and UAO at a handler's entry, and the bits of an interrupted "
        + "AArch32 context there and at a resumption",
      .entryKeepsPState
    ),
    Deviation(
      "entry-keeps-feature-bits",
      source: "TF-A on a core without optional features: create_spsr",
      "PSTATE keeps BTYPE and UAO at a handler's entry",
      .entryKeepsFeatureBits
    ),
    Deviation(
      "priority-mask-sticks",
      source: "TF-A: ehf.c",
      "a critical explicit event cannot follow one that was nested in a normal explicit handler",
      .priorityMaskSticks
    ),
    Deviation(
      "event-zero-asserts",
      source: "TF-A: plat_gicv3.c, plat_ic_set_interrupt_pending",
      "event 0 that is taken while registered and not enabled stops the firmware",
      .eventZeroAsserts
    ),
    Deviation(
      "explicit-dispatch-only",
      source: "TF-A: sdei_dispatch_event",
      "firmware dispatches only events that are its own, and not event 0"
    ) { $0[.dispatch].insert([Refusal(.notFirmwares, .value(-1))], before: .notDispatchable) },
    Deviation(
      "power-on-clears-private",
      "A-09",
      source: "TF-A: sdei_cpu_on_init",
      "CPU_ON empties the vCPU's private handlers",
      .powerOnClearsPrivate
    ),
    Deviation(
      "power-off-keeps-handlers",
      source: "TF-A: no hook at CPU_OFF",
      "CPU_OFF or a reset inside a handler does not complete it",
      .powerOffKeepsHandlers
    ),
  ]
}
