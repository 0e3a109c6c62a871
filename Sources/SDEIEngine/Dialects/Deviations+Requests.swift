internal import SDEIModel

extension Deviation {
  /// When a vCPU is asked to look for an event to deliver.
  static let requests: [Deviation] = [
    Deviation(
      "request-on-injection",
      source: "KVM v4, v5: kvm_sdei_inject_event",
      "every occurrence that comes asks the vCPU to look, whether or not it can be entered",
      .requestsOnInjection
    ),
    Deviation(
      "request-while-busy",
      source: "KVM v7: kvm_sdei_inject_event, hypercall_enable",
      "a request does not look at whether a handler is in the way",
      .requestsWhileBusy
    ),
    Deviation(
      "signal-of-pending-silent",
      source: "KVM v7: hypercall_signal",
      "EVENT_SIGNAL of an event that waits already asks for nothing",
      .signalOfPendingIsSilent
    ),
    Deviation(
      "request-only-for-unmask",
      source: "TF-A: pending_enables; the interrupt controller delivers",
      "a request only says that PE_UNMASK has an interrupt to enable again",
      .requestsOnlyForUnmask
    ),
    Deviation(
      "request-whatever-waits",
      source: "KVM v4, v5: hypercall_complete",
      "a completion asks the vCPU to look when anything waits there",
      .requestsWhateverWaitsOnCompletion
    ),
    Deviation(
      "no-request-on-completion",
      source: "KVM v7: hypercall_complete (recorded: kvm-v7 fault 03)",
      "a completion asks for nothing: what came meanwhile stays pending",
      .noRequestOnCompletion
    ),
    Deviation(
      "no-request-on-enable",
      source: "KVM v4, v5 (recorded: kvm-v5 fault 07)",
      "ENABLE asks for nothing",
      .noRequestOnEnable
    ),
    Deviation(
      "no-request-on-unmask",
      source: "KVM v4, v5 (recorded: kvm-v5 fault 07)",
      "PE_UNMASK asks for nothing",
      .noRequestOnUnmask
    ),
    Deviation(
      "request-whatever-waits-on-unmask",
      source: "KVM v7: hypercall_mask (recorded: kvm-v7 fault 02)",
      "PE_UNMASK asks the vCPU to look when anything is pending, enabled or not",
      .requestsWhateverWaitsOnUnmask
    ),
  ]

  /// SIGNAL, and what a host does.
  static let signals: [Deviation] = [
    Deviation(
      "signal-not-supported",
      source: "KVM v4: no such call",
      "EVENT_SIGNAL is NOT_SUPPORTED"
    ) { $0[.eventSignal].begin([Refusal(.always, .notSupported)]) },
    Deviation(
      "signal-goes-to-caller",
      source: "KVM v5, v7: the target is ignored (recorded: kvm-v5 fault 23)",
      "EVENT_SIGNAL signals the calling vCPU, whatever its target",
      .signalGoesToCaller
    ),
    Deviation(
      "signal-needs-registration",
      "A-02",
      source: "KVM v5, v7, TF-A, QEMU RFC: hypercall_signal",
      "EVENT_SIGNAL of an event that the target has not registered is INVALID_PARAMETERS"
    ) { $0[.eventSignal].insert([Refusal(.targetUnregistered, .invalidParameters)]) },
    Deviation(
      "signal-needs-enable",
      "A-02",
      source: "KVM v5, TF-A since b142ede74",
      "EVENT_SIGNAL of an event that is not enabled on the target is INVALID_PARAMETERS"
    ) { $0[.eventSignal].insert([Refusal(.targetDisabled, .invalidParameters)]) },
    Deviation(
      "signal-needs-unmasked",
      "A-02",
      source: "KVM v5, TF-A since b142ede74",
      "EVENT_SIGNAL of a masked target is INVALID_PARAMETERS"
    ) { $0[.eventSignal].insert([Refusal(.targetMasked, .invalidParameters)]) },
    Deviation(
      "signal-looks-at-no-property",
      source: "KVM v5: the number must be 0, whatever `signaled` says (recorded: kvm-v5 fault 22)",
      "EVENT_SIGNAL asks for event 0, and not whether it is signalable"
    ) {
      $0[.eventSignal].replace(.notSignalable, with: [Refusal(.eventUnknown, .invalidParameters)])
    },
    Deviation(
      "signal-respects-unregistration",
      source: "KVM v5: hypercall_signal",
      "EVENT_SIGNAL is INVALID_PARAMETERS while an unregistration waits"
    ) { $0[.eventSignal].insert([Refusal(.unregisterPending, .invalidParameters)]) },
    Deviation(
      "inject-refused-not-pended",
      "A-02",
      source: "KVM v4, v5: kvm_sdei_inject_event (recorded: kvm-v5 fault 07)",
      "a host's injection is refused while the event is not registered and enabled, or the vCPU "
        + "is masked"
    ) {
      $0[.inject] = Plan([
        Refusal(.numberUnsupported, .invalid), Refusal(.registeredNowhere, .noEntry),
        Refusal(.notRegistered, .notPermitted), Refusal(.notEnabled, .notPermitted),
        Refusal(.unregisterPending, .notPermitted), Refusal(.masked, .notPermitted),
        Refusal(.immediateBehindOthers, .noSpace), Refusal(.queueFull, .outOfRange),
      ])
    },
    Deviation(
      "inject-needs-registration",
      source: "KVM v7: kvm_sdei_inject_event",
      "a host's injection of an event that the vCPU has not registered is -ENOENT"
    ) { $0[.inject].insert([Refusal(.notRegistered, .noEntry)], before: .immediateImpossible) },
    Deviation(
      "immediate-needs-quiet",
      source: "KVM v7: kvm_sdei_inject_event",
      "immediate injection is -EBUSY while any event waits on the vCPU"
    ) { $0[.inject].insert([Refusal(.immediateBehindAny, .busy)]) },
    Deviation(
      "cancel-of-nothing-invalid",
      source: "KVM v4, v5: kvm_sdei_cancel_event",
      "a host's cancellation of an event that does not occur on the vCPU is -EINVAL"
    ) {
      $0[.cancel] = Plan([
        Refusal(.numberUnsupported, .invalid), Refusal(.registeredNowhere, .invalid),
        Refusal(.notOccurring, .invalid), Refusal(.onlyRunning, .inProgress),
      ])
    },
    Deviation(
      "cancel-busy-while-running",
      source: "KVM v7: kvm_sdei_cancel_event",
      "a host's cancellation is -ENOENT while the event is not registered, -EBUSY while it runs, "
        + "and succeeds where nothing waits"
    ) {
      $0[.cancel] = Plan([
        Refusal(.eventUnknown, .noEntry), Refusal(.notRegistered, .noEntry),
        Refusal(.running, .busy),
      ])
    },
  ]
}
