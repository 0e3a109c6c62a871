internal import SDEIModel

extension Deviation {
  /// REGISTER, ENABLE, DISABLE, UNREGISTER and ROUTING_SET.
  static let registration: [Deviation] = [
    Deviation(
      "reserved-flags-ignored",
      "A-08",
      source: "QEMU RFC, Gunyah: REGISTER looks at bits 1:0 only",
      "REGISTER ignores must-be-zero bits of its flags"
    ) { $0[.eventRegister].remove(.reservedFlags) },
    Deviation(
      "flags-are-the-mode",
      "A-08",
      source: "KVM v4, v5, v7, TF-A: flags other than 0 and 1 are refused",
      "REGISTER takes no flag but the routing mode, relative mode included"
    ) { $0[.eventRegister].begin([Refusal(.modeUnknown, .invalidParameters)]) },
    Deviation(
      "flags-looked-at-before-event",
      "A-22",
      source: "TF-A: sdei_event_register checks the affinity of private events, too",
      "REGISTER with RM_PE refuses an affinity that names no PE for private events, too"
    ) { $0[.eventRegister].begin([Refusal(.affinityUnknownForAny, .invalidParameters)]) },
    Deviation(
      "affinity-not-checked",
      source: "KVM v4, v5, v7: affinities are stored and not looked at",
      "REGISTER and ROUTING_SET take any affinity"
    ) {
      $0[.eventRegister].remove(.affinityUnknown)
      $0[.eventRoutingSet].remove(.affinityUnknown)
    },
    Deviation(
      "affinity-strict",
      "A-17",
      source: "DEN0054C 5.1.2: bits 63:40 and 31:24 must be zero",
      "an affinity with a must-be-zero bit set names no PE",
      .strictAffinity
    ),
    Deviation(
      "entry-zero-refused",
      source: "TF-A: sdei_event_register",
      "REGISTER refuses the entry point 0"
    ) { $0[.eventRegister].begin([Refusal(.entryZero, .invalidParameters)]) },
    Deviation(
      "entry-misaligned-refused",
      source: "Gunyah: sdei_dispatcher.c",
      "REGISTER refuses an entry point that is not 4-byte aligned"
    ) { $0[.eventRegister].begin([Refusal(.entryMisaligned, .invalidParameters)]) },
    Deviation(
      "registrations-limited",
      source: "KVM v5: KVM_SDEI_MAX_EVENTS (recorded: kvm-v5 fault 31)",
      "at most 128 events are registered at a time; the next one is OUT_OF_RESOURCE"
    ) {
      $0.maxEvents = 128
      $0[.eventRegister].insert([Refusal(.registrationsFull, .outOfResource)])
    },
    Deviation(
      "mode-takes-affinity",
      source: "KVM v4, v5: hypercall_register (recorded: kvm-v5 fault 01)",
      "the first registration of an event stores the affinity argument as its routing mode",
      .affinityStoredAsMode
    ),
    Deviation(
      "routing-kept-for-private",
      "A-22",
      source: "KVM v4, v5: route_mode and route_affinity are stored for every event",
      "REGISTER stores mode and affinity as given for private events, too",
      .routingKeptForPrivate
    ),
    Deviation(
      "affinity-kept-for-any",
      source: "TF-A: set_sdei_entry",
      "the affinity argument is stored under RM_ANY, too, and ROUTING_SET to RM_ANY keeps it",
      .affinityKeptForAny
    ),
    Deviation(
      "unknown-event-denied",
      source: "KVM v5: hypercall_enable",
      "ENABLE and DISABLE of a well-formed number that is no event's are DENIED"
    ) {
      for operation in [Operation.eventEnable, .eventDisable] {
        $0[operation].replace(
          .eventUnknown,
          with: [
            Refusal(.numberUnsupported, .invalidParameters), Refusal(.eventUnknown, .denied),
          ]
        )
      }
    },
    Deviation(
      "unregistered-anywhere-invalid",
      source: "KVM v4: hypercall_enable",
      "ENABLE and DISABLE of an event that no vCPU has registered are INVALID_PARAMETERS"
    ) {
      for operation in [Operation.eventEnable, .eventDisable] {
        $0[operation].insert([Refusal(.registeredNowhere, .invalidParameters)], before: .state)
      }
    },
    Deviation(
      "enable-waits-for-quiet",
      source: "KVM v4: hypercall_enable (recorded: kvm-v4 faults 06, 08)",
      "ENABLE, DISABLE and UNREGISTER are PENDING, and do nothing, while the event occurs anywhere"
    ) {
      for operation in [Operation.eventEnable, .eventDisable, .eventUnregister] {
        $0[operation].insert([Refusal(.occursSomewhere, .pending)], before: .state)
      }
    },
    Deviation(
      "enable-twice-denied",
      source: "KVM v4: hypercall_enable (recorded: kvm-v4 fault 06)",
      "ENABLE of an enabled and DISABLE of a disabled event are DENIED"
    ) {
      $0.set(.enabled, .enable, .denied)
      $0.set(.enabledRunning, .enable, .denied)
      $0.set(.registered, .disable, .denied)
      $0.set(.registeredRunning, .disable, .denied)
    },
    Deviation(
      "enable-out-of-bounds",
      source: "KVM v7: hypercall_enable takes an int (recorded: kvm-v7 fault 01)",
      "ENABLE and DISABLE of a negative number touch a bit far behind the bitmap"
    ) {
      for operation in [Operation.eventEnable, .eventDisable] {
        $0[operation].begin([Refusal(.numberNegative, .undefined(.outOfBounds))])
      }
    },
    Deviation(
      "unregister-of-nothing-invalid",
      source: "KVM v4, v5: hypercall_unregister (recorded: kvm-v5 fault 15)",
      "UNREGISTER of an event that no vCPU has registered is INVALID_PARAMETERS"
    ) {
      $0[.eventUnregister].insert([Refusal(.registeredNowhere, .invalidParameters)], before: .state)
    },
    Deviation(
      "unregister-twice-denied",
      "A-03",
      source: "Gunyah: sdei_dispatcher.c; DEN0054C Table 14",
      "UNREGISTER is DENIED while an unregistration waits"
    ) { $0.set(.unregisterPending, .unregister, .denied) },
    Deviation(
      "pending-unregister-keeps-bits",
      "A-23",
      source: "KVM v5, v6, QEMU RFC: a flag of its own",
      "while an unregistration waits the event stays registered, and enabled as it was"
    ) {
      $0.set(.pendingUnregisterKeepsBits)
      $0[.eventGetInfo].replace(
        .routingUnavailable,
        with: [Refusal(.routingUnregistered, .denied)]
      )
    },
    Deviation(
      "unregister-pending-stays",
      source: "KVM v5: hypercall_complete (recorded: kvm-v5 fault 03)",
      "the mark of a waiting unregistration is never taken away, and blocks REGISTER; UNREGISTER "
        + "of what is not registered is DENIED, whatever waits"
    ) {
      $0.set(.unregisterPendingStays)
      $0[.eventUnregister].insert([Refusal(.notRegistered, .denied)], before: .state)
    },
    Deviation(
      "unregister-keeps-handler",
      source: "KVM v4, v5, v7: handlers are left in place",
      "UNREGISTER leaves entry point and argument behind",
      .unregisterKeepsHandler
    ),
    Deviation(
      "unregister-keeps-pending",
      source: "KVM v7: hypercall_unregister, hypercall_reset (recorded: kvm-v7 fault 04)",
      "what was pending survives UNREGISTER and is delivered to the next registration",
      .unregisterKeepsPending
    ),
    Deviation(
      "routing-set-not-supported",
      source: "KVM v6, v7: no such call (recorded: kvm-v7 fault 08)",
      "ROUTING_SET is NOT_SUPPORTED"
    ) { $0[.eventRoutingSet].begin([Refusal(.always, .notSupported)]) },
    Deviation(
      "routing-set-private-denied",
      source: "KVM v5: hypercall_route",
      "ROUTING_SET of a registered private event is DENIED, of one that nobody registered "
        + "INVALID_PARAMETERS"
    ) {
      $0[.eventRoutingSet].replace(
        .notShared,
        with: [Refusal(.registeredNowhere, .invalidParameters), Refusal(.notShared, .denied)]
      )
    },
    Deviation(
      "routing-set-of-nothing-invalid",
      source: "KVM v4: hypercall_route",
      "ROUTING_SET of an event that no vCPU has registered is INVALID_PARAMETERS"
    ) {
      $0[.eventRoutingSet].insert([Refusal(.registeredNowhere, .invalidParameters)], before: .state)
    },
    Deviation(
      "routing-set-waits-for-quiet",
      source: "KVM v4, v5: hypercall_route",
      "ROUTING_SET is DENIED while the event waits or runs anywhere"
    ) { $0[.eventRoutingSet].insert([Refusal(.occursSomewhere, .denied)], before: .state) },
    Deviation(
      "registration-needs-bound-slot",
      "A-12",
      source: "TF-A: a dynamic number stays known while nothing is bound",
      "REGISTER of a free bind slot's number is DENIED, ROUTING_SET INVALID_PARAMETERS"
    ) {
      $0[.eventRegister].insert([Refusal(.slotUnbound, .denied)])
      $0[.eventRoutingSet].insert([Refusal(.slotUnbound, .invalidParameters)], before: .state)
    },
    Deviation(
      "registration-looks-at-interrupt",
      source: "TF-A: sdei_event_register",
      "REGISTER is DENIED while the event's interrupt is active or not the client's"
    ) {
      $0[.eventRegister].insert([
        Refusal(.eventInterruptActive, .denied), Refusal(.eventInterruptForeign, .denied),
      ])
    },
    Deviation(
      "registrations-counted",
      source: "TF-A: reg_count",
      "registrations are counted by event, apart from the handlers' states",
      .registrationsCounted
    ),
  ]
}
