internal import SDEIModel

extension Deviation {
  /// INTERRUPT_BIND and INTERRUPT_RELEASE.
  static let interrupts: [Deviation] = [
    Deviation(
      "bind-not-supported",
      source: "KVM v4, v5, v7: no such calls (recorded: kvm-v7 fault 08)",
      "INTERRUPT_BIND and INTERRUPT_RELEASE are NOT_SUPPORTED"
    ) {
      $0[.interruptBind].begin([Refusal(.always, .notSupported)])
      $0[.interruptRelease].begin([Refusal(.always, .notSupported)])
    },
    Deviation(
      "bind-foreign-denied",
      "A-11",
      source: "TF-A: sdei_interrupt_bind",
      "INTERRUPT_BIND of an interrupt that is not the client's is DENIED, behind OUT_OF_RESOURCE"
    ) {
      $0[.interruptBind].remove(.interruptForeign)
      $0[.interruptBind].insert([Refusal(.interruptForeign, .denied)])
    },
    Deviation(
      "bind-active-allowed",
      "A-11",
      source: "TF-A: activity is looked at by REGISTER",
      "INTERRUPT_BIND takes an active interrupt"
    ) { $0[.interruptBind].remove(.interruptActive) },
    Deviation(
      "bind-no-extended",
      source: "TF-A: PPIs and SPIs up to 1019",
      "INTERRUPT_BIND knows no extended PPIs and SPIs",
      .noExtendedInterrupts
    ),
    Deviation(
      "slots-keep-numbers",
      "A-12",
      source: "TF-A: event tables with dynamic entries",
      "a bind slot has its number for good, and the number stays known while nothing is bound",
      .slotsKeepNumbers
    ),
    Deviation(
      "slots-share-search",
      source: "TF-A: find_event_map_by_intr",
      "INTERRUPT_BIND takes the first event without an interrupt for the free slot",
      .slotsShareSearch
    ),
    Deviation(
      "registration-takes-interrupt",
      source: "TF-A: sdei_event_register",
      "an interrupt changes hands at REGISTER and UNREGISTER, not at BIND and RELEASE",
      .registrationTakesInterrupt
    ),
    Deviation(
      "release-looks-here",
      source: "TF-A: sdei_interrupt_release",
      "INTERRUPT_RELEASE looks at the count of registrations and at the calling PE's handler only, "
        + "and is DENIED while the interrupt is active"
    ) {
      $0[.interruptRelease] = Plan([
        Refusal(.eventUnknown, .invalidParameters), Refusal(.notSlot, .invalidParameters),
        Refusal(.registeredSomewhere, .denied), Refusal(.inUse, .denied),
        Refusal(.slotUnbound, .invalidParameters), Refusal(.eventInterruptActive, .denied),
      ])
    },
  ]

  /// PRIVATE_RESET and SHARED_RESET.
  static let resets: [Deviation] = [
    Deviation(
      "shared-handler-denies-private-reset",
      "A-04",
      source: "Gunyah: any current event; DEN0054C 5.1.18: at least one event handler running",
      "PRIVATE_RESET is DENIED also while a shared event's handler runs on the vCPU",
      .sharedHandlerDeniesPrivateReset
    ),
    Deviation(
      "resets-swapped",
      source: "KVM v5: hypercall_reset (recorded: kvm-v5 fault 02)",
      "PRIVATE_RESET resets the shared events and SHARED_RESET the private ones",
      .resetsSwapped
    ),
    Deviation(
      "reset-reaches-all-vcpus",
      source: "KVM v4, v5: hypercall_reset (recorded: kvm-v5 fault 02; kvm-v4 fault 09)",
      "a reset of private events reaches all vCPUs",
      .resetReachesAllVCPUs
    ),
    Deviation(
      "reset-answers-pending",
      source: "KVM v5: hypercall_reset",
      "a reset answers PENDING, not DENIED, while a handler runs",
      .resetAnswersPending
    ),
    Deviation(
      "reset-skips-occurring",
      source: "KVM v4: hypercall_reset (recorded: kvm-v4 fault 09)",
      "a reset skips events that wait or run somewhere",
      .resetSkipsOccurring
    ),
    Deviation(
      "reset-succeeds",
      source: "KVM v4, v7: hypercall_reset (recorded: kvm-v7 fault 06)",
      "a reset answers SUCCESS although a handler runs",
      .resetSucceeds
    ),
    Deviation(
      "shared-reset-does-nothing",
      source: "KVM v6, v7: there are no shared events",
      "SHARED_RESET answers SUCCESS and does nothing",
      .sharedResetDoesNothing
    ),
  ]

  /// How KVM keeps its state.
  static let kernels: [Deviation] = [
    Deviation(
      "kernel-objects",
      source: "KVM v2 to v5: lists of registered and of waiting events",
      "registered and waiting events are objects with a life of their own",
      .kernelObjects
    ),
    Deviation(
      "refcount-kept",
      source: "KVM v2 to v4: kvm_sdei_kvm_event.refcount",
      "occurrences are counted by event, too, and migrated",
      .refcountKept
    ),
    Deviation(
      "virtual-numbers",
      source: "KVM v5: kvm_sdei_is_virtual (recorded: kvm-v5 fault 22)",
      "a number is well-formed if it is 0 or has bits 23:22 = 01 in 32 bits"
    ) { $0.supports = .virtual(zero: true) },
    Deviation(
      "virtual-numbers-without-zero",
      source: "KVM v2 to v4: kvm_sdei_is_valid_event_num",
      "a number is well-formed if it has bits 23:22 = 01 in 32 bits; 0 is none"
    ) { $0.supports = .virtual(zero: false) },
  ]
}
