internal import SDEIModel

extension Deviation {
  /// How arguments are read and what the calls that change nothing answer.
  static let answers: [Deviation] = [
    Deviation(
      "wide-arguments",
      source: "KVM v4, v5: arch/arm64/kvm/sdei.c (recorded: kvm-v5 fault 22)",
      "event numbers and selectors are compared in all 64 bits of their register",
      .wideArguments
    ),
    Deviation(
      "features-at-0x50",
      source: "KVM v5: sdei.c (recorded: kvm-v5 fault 10)",
      "SDEI_FEATURES is called by 0xc4000050, and 0xc4000030 is unknown"
    ) { $0.featuresFunction = 0xC400_0050 },
    Deviation(
      "no-features",
      source: "KVM v4: sdei.c has no FEATURES",
      "SDEI_FEATURES is not supported"
    ) { $0[.features].begin([Refusal(.always, .notSupported)]) },
    Deviation(
      "signalable-is-one",
      "A-01",
      source: "KVM v4, v5, v7; QEMU RFC: GET_INFO answers the `signaled` byte",
      "GET_INFO(EV_SIGNALED) is 1 for an event that software can signal",
      .signalableIsOne
    ),
    Deviation(
      "mask-answers-zero",
      "A-21",
      source: "KVM v4, v5, v7: hypercall_mask (recorded: kvm-v5 fault 11)",
      "PE_MASK answers 0 also when it masked the vCPU",
      .maskAnswersZero
    ),
    Deviation(
      "mask-twice-denied",
      "A-21",
      source: "KVM v4: hypercall_mask (recorded: kvm-v4 fault 05)",
      "PE_MASK of a masked and PE_UNMASK of an unmasked vCPU are DENIED"
    ) {
      $0[.peMask].begin([Refusal(.masked, .denied)])
      $0[.peUnmask].begin([Refusal(.unmasked, .denied)])
    },
    Deviation(
      "context-denied-first",
      "A-15",
      source: "KVM v5, v7, Gunyah: hypercall_context",
      "CONTEXT looks for a running handler before it looks at the register number"
    ) { $0[.eventContext].move(.nothingRuns, before: .registerUnknown) },
    Deviation(
      "context-knows-x18",
      source: "KVM v4: hypercall_context (recorded: kvm-v4 fault 02)",
      "CONTEXT takes register 18 and answers the interrupted PC"
    ) { $0.contextRegisters = 19 },
    Deviation(
      "status-of-unknown-is-zero",
      source: "KVM v4, v5: hypercall_status (recorded: kvm-v5 fault 09)",
      "STATUS of a well-formed number that is no event's is 0"
    ) {
      $0[.eventStatus].replace(
        .eventUnknown,
        with: [
          Refusal(.numberUnsupported, .invalidParameters), Refusal(.eventUnknown, .value(0)),
        ]
      )
    },
    Deviation(
      "status-running-is-anywhere",
      source: "KVM v4, v5: hypercall_status (recorded: kvm-v5 fault 08)",
      "STATUS says running when the event waits or runs on any vCPU",
      .statusRunningIsAnywhere
    ),
    Deviation(
      "status-oopses",
      source: "KVM v4: hypercall_status (recorded: kvm-v4 fault 01)",
      "STATUS of a registered event dereferences a null pointer"
    ) {
      $0[.eventStatus].insert([
        Refusal(.registeredNowhere, .value(0)), Refusal(.always, .undefined(.nullDereference)),
      ])
    },
    Deviation(
      "routing-not-told",
      source: "KVM v7: hypercall_info",
      "GET_INFO knows no routing"
    ) { $0[.eventGetInfo].insert([Refusal(.routingAsked, .invalidParameters)]) },
    Deviation(
      "routing-only-when-registered",
      "A-05",
      source: "Gunyah: GET_INFO 3 and 4 in exactly handler-registered; DEN0054C 5.1.10 condition",
      "GET_INFO tells the routing in state R only"
    ) {
      for state in [HandlerState.enabled, .registeredRunning, .enabledRunning] {
        $0.set(state, .routingInfo, .denied)
      }
    },
    Deviation(
      "routing-of-unregistered-is-any",
      source: "KVM v4: hypercall_info",
      "GET_INFO tells the routing mode of a shared event that is not registered: RM_ANY"
    ) { $0[.eventGetInfo].remove(.routingUnavailable) },
    Deviation(
      "affinity-of-any-told",
      source: "KVM v4, v5: hypercall_info",
      "GET_INFO tells the affinity of an event that is routed to any PE"
    ) { $0[.eventGetInfo].remove(.affinityOfAny) },
  ]
}
