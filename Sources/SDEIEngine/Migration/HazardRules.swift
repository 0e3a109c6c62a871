internal import SDEIModel

/// The hazards of KVM v5, and those that v2 to v4 share with it.
extension HazardRule {
  static let preemptionLost = HazardRule(
    id: "SDEI-T101",
    severity: .warning,
    place: .event,
    field: "pending",
    problem: "SET_VCPU_STATE asks for no delivery while a handler runs, so the critical event that "
      + "waits does not preempt the normal handler but comes after its completion",
    action: "move when no normal handler runs, or inject the event again at the destination",
    source: "fixtures/traces/kvm-v5/faults/17_*"
  )

  static let emptyCount = HazardRule(
    id: "SDEI-T102",
    severity: .error,
    place: .event,
    field: "pending",
    problem: "a queue entry with a count of 0 is delivered all the same, and its completion makes "
      + "the count 0xffffffff: the event is delivered without end",
    action: "take the entry out of the queue, or give it the number of its occurrences",
    source: "fixtures/traces/kvm-v5/faults/18_*"
  )

  static let inBothSlots = HazardRule(
    id: "SDEI-T103",
    severity: .error,
    place: .context,
    field: "critical.event",
    problem: "critical_num and normal_num name one event with one occurrence: the first completion "
      + "frees what the other slot still points at, in the host's kernel",
    action: "clear the number of the level on which its handler does not run",
    source: "fixtures/traces/kvm-v5/faults/19_*"
  )

  static let normalInCriticalSlot = HazardRule(
    id: "SDEI-T104",
    severity: .warning,
    place: .context,
    field: "critical.event",
    problem: "critical_num names a normal event: nothing preempts its handler, and what its "
      + "completion frees may still be pointed at",
    action: "put it and its registers into the normal slot",
    source: "fixtures/traces/kvm-v5/faults/19_*"
  )

  static let criticalInNormalSlot = HazardRule(
    id: "SDEI-T105",
    severity: .warning,
    place: .context,
    field: "normal.event",
    problem:
      "normal_num names a critical event: the next delivery enters its handler again, on top "
      + "of itself, and both slots name the event",
    action: "put it and its registers into the critical slot",
    source: "fixtures/traces/kvm-v5/faults/19_*"
  )

  static let maskedByte = HazardRule(
    id: "SDEI-T106",
    severity: .note,
    place: .vcpu,
    field: "masked",
    problem: "a masked byte above 1 is taken and means masked; no guest produces it",
    action: "write 1",
    source: "fixtures/traces/kvm-v5/faults/20_*"
  )

  static let registeredByNobody = HazardRule(
    id: "SDEI-T107",
    severity: .warning,
    place: .event,
    field: "registered",
    problem: "the event is in the registered list and no vCPU has it registered: UNREGISTER is "
      + "refused, and its place in the list is never freed",
    action: "take it out of the list",
    source: "fixtures/traces/kvm-v5/faults/20_*"
  )

  static let registeredByForeigner = HazardRule(
    id: "SDEI-T108",
    severity: .warning,
    place: .event,
    field: "registered",
    problem: "no vCPU's UNREGISTER clears these bits: the event can never be unregistered",
    action: "clear the bits beyond the vCPUs, and those of a shared event other than bit 0",
    source: "fixtures/traces/kvm-v5/faults/20_*"
  )

  static let queuedUnregistered = HazardRule(
    id: "SDEI-T109",
    severity: .error,
    place: .event,
    field: "pending",
    problem: "the event waits where it is not registered and is delivered all the same: the vCPU "
      + "jumps to what stands there as entry point, 0 if nothing ever did",
    action: "take it out of the queue",
    source: "fixtures/traces/kvm-v5/faults/29_*"
  )

  static let normalMeansNone = meansNone("normal.event")
  static let criticalMeansNone = meansNone("critical.event")

  private static func meansNone(_ field: String) -> HazardRule {
    HazardRule(
      id: "SDEI-T110",
      severity: .note,
      place: .context,
      field: field,
      problem: "an unsupported running number is taken as given, read back by GET, and means that "
        + "nothing runs",
      action: "write the ABI's number for none",
      source: "fixtures/traces/kvm-v5/faults/20_*"
    )
  }

  static let exposedTwice = HazardRule(
    id: "SDEI-T111",
    severity: .note,
    place: .state,
    field: "events",
    problem: "more than \(KVMv5Rules.maxEvents / 2) events are exposed: a second SET_EXPOSED_EVENT "
      + "of the same list returns -ERANGE, because it counts them as new",
    action: "restore into a fresh VM, once",
    source: "fixtures/traces/kvm-v5/faults/21_*"
  )

  static let queuedTwice = HazardRule(
    id: "SDEI-T112",
    severity: .note,
    place: .vcpu,
    field: "queue",
    problem: "a second SET_VCPU_EVENT of the same queue adds its counts to those that are there",
    action: "restore into a fresh VM, once",
    source: "recorded with series v5, SET_VCPU_EVENT"
  )

  static let surplusOfVM = surplus(.state, "extras")
  static let surplusOfQueues = surplus(.vcpu, "surplusQueued")

  private static func surplus(_ place: Place, _ field: String) -> HazardRule {
    HazardRule(
      id: "SDEI-T113",
      severity: .note,
      place: place,
      field: field,
      problem: "SET would take the all-zero structures that a GET with too large a count left for "
        + "event 0",
      action: "give SET only as many structures as GET_…_COUNT told",
      source: "fixtures/traces/kvm-v5/faults/26_*"
    )
  }

  static let unregisterPendingStale = HazardRule(
    id: "SDEI-T114",
    severity: .warning,
    place: .event,
    field: "unregisterPending",
    problem: "an unregistration waits where no handler runs that would end it: REGISTER is denied "
      + "there until the last vCPU has unregistered the event",
    action: "clear the bit",
    source: "fixtures/traces/kvm-v5/faults/03_*"
  )

  static let sharedTwice = HazardRule(
    id: "SDEI-T115",
    severity: .warning,
    place: .event,
    field: "running",
    problem: "the shared event runs on several vCPUs: if the guest unregisters it now, the second "
      + "completion crashes the host",
    action: "move when at most one vCPU runs its handler",
    source: "fixtures/traces/kvm-v5/faults/04_*"
  )

  static let freedWhileHeld = HazardRule(
    id: "SDEI-T116",
    severity: .error,
    place: .event,
    field: "unregisterPending",
    problem: "the event is being unregistered, and more than one vCPU runs or queues it: the first "
      + "completion frees it, and the next use crashes the host",
    action: "take it off all vCPUs but one",
    source: "fixtures/traces/kvm-v5/faults/04_*"
  )

  static let notifierPointer = HazardRule(
    id: "SDEI-T117",
    severity: .warning,
    place: .event,
    field: "notifier",
    problem: "the notifier is a function pointer of the kernel that the state comes from, and this "
      + "kernel calls it when the event is delivered and when it completes",
    action: "clear it, and register the notifier again at the destination",
    source: "fixtures/traces/kvm-v5/faults/24_*"
  )

  static let deliveredMasked = HazardRule(
    id: "SDEI-T122",
    severity: .warning,
    place: .vcpu,
    field: "masked",
    problem: "the guest has masked events, and what is queued is delivered all the same: loading a "
      + "queue asks for a delivery, which does not test the mask",
    action:
      "move when the vCPU is unmasked or its queue is empty, or inject the event again at the "
      + "destination once the guest has unmasked it",
    source: "fixtures/traces/kvm-v5/faults/05_*"
  )

  static let deliveredDisabled = HazardRule(
    id: "SDEI-T123",
    severity: .warning,
    place: .event,
    field: "pending",
    problem: "the guest has disabled the event, and it is delivered all the same: loading a queue "
      + "asks for a delivery, which does not test whether its events are enabled",
    action: "move when the event is enabled or does not wait, or inject it again at the "
      + "destination once the guest has enabled it",
    source: "fixtures/traces/kvm-v5/faults/06_*"
  )
}

/// The hazards of KVM v2 to v4.
extension HazardRule {
  static let normalHandlerLost = HazardRule(
    id: "SDEI-T118",
    severity: .error,
    place: .context,
    field: "normal.event",
    problem:
      "SET_VCPU_STATE loses the normal handler that runs: its completion returns to nothing, "
      + "and what is queued is delivered on top of it",
    action: "move when no normal handler runs",
    source: "fixtures/traces/kvm-v4/faults/03_*"
  )

  static let handlerDoubled = HazardRule(
    id: "SDEI-T119",
    severity: .error,
    place: .context,
    field: "critical.event",
    problem: "SET_VCPU_STATE puts the critical handler that runs into the normal slot, too: a "
      + "completion frees what that slot still points at, in the host's kernel",
    action: "move when no critical handler runs",
    source: "fixtures/traces/kvm-v4/faults/04_*"
  )

  static let countsDisagree = HazardRule(
    id: "SDEI-T120",
    severity: .warning,
    place: .event,
    field: "refcount",
    problem: "the event's refcount is not the sum of its queue entries', which nothing checks: "
      + "completions do not bring it to 0, and ENABLE, DISABLE and UNREGISTER answer PENDING",
    action: "make it the sum",
    source: "recorded with series v4, SET_KEVENT and SET_VEVENT"
  )

  static let builtInDefinition = HazardRule(
    id: "SDEI-T121",
    severity: .warning,
    place: .event,
    field: "definition",
    problem:
      "the event is the kernel's own there, private and critical, and the state says another "
      + "type or priority",
    action: "give the event another number",
    source: "fixtures/traces/kvm-v4/faults/04_*"
  )
}
