internal import SDEIModel

/// The checks of KVM v2 to v4's SET commands, in the kernel's order (KVM/arm64 SDEI series v2,
/// patches 16 and 17, arch/arm64/kvm/sdei.c; v3 and v4 share the file).
///
/// The engine's port applies them command by command, `KVMv4Load` to a whole snapshot at once; for
/// the latter an event that is there already is one that a list names twice.
enum KVMv4Rules {
  /// `KVM_SDEI_DEFAULT_NUM`: private and critical, there from the start, and never sent.
  static let builtIn = EventNumber(0x4040_0000)

  /// What the kernel defines it as.
  static let builtInDefinition = EventDefinition(
    type: .private,
    priority: .critical,
    isSignalable: true
  )

  private static func numberRule(_ id: String, _ command: LoadCommand) -> EntryRule {
    EntryRule(
      rule: LoadRule(
        id: id,
        command: command,
        errno: .invalid,
        field: "number",
        problem: "the number does not have bits 23:22 = 01 in 32 bits",
        action: "use a number that KVM v2 to v4 support; event 0 is none of theirs"
      ),
      isBroken: { event, _ in !DialectID.kvmV4.namesEvent(event.number) }
    )
  }

  static let exposedEntry: [EntryRule] = [
    numberRule("SDEI-T021", .setEvent),
    EntryRule(
      rule: LoadRule(
        id: "SDEI-T022",
        command: .setEvent,
        errno: .invalid,
        field: "type",
        problem: "the type is neither private nor shared",
        action: "correct the type"
      ),
      isBroken: { event, _ in event.definition?.type.isDefined != true }
    ),
    EntryRule(
      rule: LoadRule(
        id: "SDEI-T023",
        command: .setEvent,
        errno: .invalid,
        field: "priority",
        problem: "the priority is neither normal nor critical",
        action: "correct the priority"
      ),
      isBroken: { event, _ in event.definition?.priority.isDefined != true }
    ),
    EntryRule(
      rule: LoadRule(
        id: "SDEI-T024",
        command: .setEvent,
        errno: .exists,
        field: "definition",
        problem: "the event is exposed already",
        action: "expose an event once; \(builtIn) is there from the start"
      ),
      isBroken: { event, destination in destination.exposed.contains(event.number) }
    ),
  ]

  static let registeredEntry: [EntryRule] = [
    numberRule("SDEI-T025", .setKEvent),
    EntryRule(
      rule: LoadRule(
        id: "SDEI-T026",
        command: .setKEvent,
        errno: .invalid,
        field: "routing.mode",
        problem:
          "the routing mode is neither any nor pe; v4 stores the affinity there when an event "
          + "is first registered",
        action: "set the mode that the guest asked for (RM_ANY is 0, RM_PE is 1) before loading"
      ),
      isBroken: { event, _ in !event.routing.mode.isDefined }
    ),
    EntryRule(
      rule: LoadRule(
        id: "SDEI-T027",
        command: .setKEvent,
        errno: .noEntry,
        needs: .exposed,
        field: "definition",
        problem: "the event is registered but not exposed",
        action: "let the VMM expose it first: no GET tells which events it exposed"
      ),
      isBroken: { event, destination in !destination.exposed.contains(event.number) }
    ),
    EntryRule(
      rule: LoadRule(
        id: "SDEI-T028",
        command: .setKEvent,
        errno: .exists,
        field: "registered",
        problem: "the event is registered already",
        action: "load into an instance in which nothing is registered"
      ),
      isBroken: { event, destination in destination.registered.contains(event.number) }
    ),
  ]

  static let queuedEntry: [EntryRule] = [
    numberRule("SDEI-T029", .setVEvent),
    EntryRule(
      rule: LoadRule(
        id: "SDEI-T030",
        command: .setVEvent,
        errno: .noEntry,
        needs: .registered,
        field: "pending",
        problem: "the event is queued but not registered",
        action: "register it first"
      ),
      isBroken: { event, destination in !destination.registered.contains(event.number) }
    ),
    EntryRule(
      rule: LoadRule(
        id: "SDEI-T031",
        command: .setVEvent,
        errno: .exists,
        field: "pending",
        problem: "the event is in the vCPU's queue already",
        action: "load into an instance in which nothing is queued"
      ),
      isBroken: { event, destination in destination.queued.contains(event.number) }
    ),
  ]

  /// The only check of SET_VCPU_STATE: as posted it looks `critical_num` up twice and `normal_num`
  /// never (fixtures/traces/kvm-v4/faults/03_* and 04_*).
  static let runningCritical = LoadRule(
    id: "SDEI-T032",
    command: .setVCPUState,
    errno: .invalid,
    needs: .queued,
    field: "critical.event",
    problem: "critical_num names an event that is not in the vCPU's queue",
    action: "queue it (an event that runs is counted in its queue), or clear the number"
  )

  /// All of them.
  static let all: [LoadRule] =
    (exposedEntry + registeredEntry + queuedEntry).map(\.rule) + [runningCritical]
}
