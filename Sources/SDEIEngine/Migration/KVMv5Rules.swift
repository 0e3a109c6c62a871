internal import SDEIModel

/// The checks of KVM v5's SET commands, in the kernel's order (KVM/arm64 SDEI series v5, patches 18
/// and 19, arch/arm64/kvm/sdei.c).
///
/// The engine's port applies them command by command, `KVMv5Load` to a whole snapshot at once; for
/// the latter those about an event that exists can not fail.
enum KVMv5Rules {
  /// `KVM_SDEI_MAX_EVENTS`: the largest exposed or registered list.
  static let maxEvents = 128

  /// All list commands look at the number first.
  private static func numberRule(_ id: String, _ command: LoadCommand) -> EntryRule {
    EntryRule(
      rule: LoadRule(
        id: id,
        command: command,
        errno: .invalid,
        field: "number",
        problem: "the number is neither 0 nor has bits 23:22 = 01 in 32 bits",
        action: "use a number that KVM v5 supports"
      ),
      isBroken: { event, _ in !DialectID.kvmV5.namesEvent(event.number) }
    )
  }

  static let exposedCount = LoadRule(
    id: "SDEI-T001",
    command: .setExposedEvent,
    errno: .outOfRange,
    field: "",
    problem: "more than \(maxEvents) events are exposed",
    action: "expose fewer events, or move to a destination without this limit"
  )

  static let exposedEntry: [EntryRule] = [
    numberRule("SDEI-T002", .setExposedEvent),
    EntryRule(
      rule: LoadRule(
        id: "SDEI-T003",
        command: .setExposedEvent,
        errno: .invalid,
        field: "type",
        problem: "the type is neither private nor shared",
        action: "correct the type"
      ),
      isBroken: { event, _ in event.definition?.type.isDefined != true }
    ),
    EntryRule(
      rule: LoadRule(
        id: "SDEI-T004",
        command: .setExposedEvent,
        errno: .invalid,
        field: "priority",
        problem: "the priority is neither normal nor critical",
        action: "correct the priority"
      ),
      isBroken: { event, _ in event.definition?.priority.isDefined != true }
    ),
    twiceRule("SDEI-T015", .setExposedEvent),
    EntryRule(
      rule: LoadRule(
        id: "SDEI-T016",
        command: .setExposedEvent,
        errno: .exists,
        field: "definition",
        problem: "the event is exposed already, with another type, signaled byte or priority",
        action: "expose an event once, or with equal properties"
      ),
      isBroken: { event, destination in
        guard let known = destination.definitions[event.number] else { return false }
        return known.type != event.definition?.type
          || known.priority != event.definition?.priority
          || known.isSignalable != event.definition?.isSignalable
          || destination.signaled[event.number] != event.extras[.signaled]
      }
    ),
  ]

  private static func twiceRule(_ id: String, _ command: LoadCommand) -> EntryRule {
    EntryRule(
      rule: LoadRule(
        id: id,
        command: command,
        errno: .invalid,
        field: "number",
        problem: "the request names the event twice",
        action: "name each event once"
      ),
      isBroken: { event, destination in destination.request.contains(event.number) }
    )
  }

  static let registeredCount = LoadRule(
    id: "SDEI-T005",
    command: .setRegisteredEvent,
    errno: .outOfRange,
    field: "",
    problem: "more than \(maxEvents) events are registered",
    action: "unregister some in the guest, or move to a destination without this limit"
  )

  static let registeredEntry: [EntryRule] = [
    numberRule("SDEI-T006", .setRegisteredEvent),
    EntryRule(
      rule: LoadRule(
        id: "SDEI-T007",
        command: .setRegisteredEvent,
        errno: .invalid,
        field: "routing.mode",
        problem:
          "the routing mode is neither any nor pe; v5 stores the affinity there when an event "
          + "is first registered",
        action: "set the mode that the guest asked for (RM_ANY is 0, RM_PE is 1) before loading"
      ),
      isBroken: { event, _ in !event.routing.mode.isDefined }
    ),
    EntryRule(
      rule: LoadRule(
        id: "SDEI-T008",
        command: .setRegisteredEvent,
        errno: .noEntry,
        needs: .exposed,
        field: "definition",
        problem: "the event is registered but not exposed",
        action: "expose it first: its definition is missing from the state"
      ),
      isBroken: { event, destination in !destination.exposed.contains(event.number) }
    ),
    EntryRule(
      rule: LoadRule(
        id: "SDEI-T017",
        command: .setRegisteredEvent,
        errno: .exists,
        field: "registered",
        problem: "the event is registered already",
        action: "load into an instance in which nothing is registered"
      ),
      isBroken: { event, destination in destination.registered.contains(event.number) }
    ),
    twiceRule("SDEI-T018", .setRegisteredEvent),
  ]

  static let queuedEntry: [EntryRule] = [
    numberRule("SDEI-T009", .setVCPUEvent),
    EntryRule(
      rule: LoadRule(
        id: "SDEI-T010",
        command: .setVCPUEvent,
        errno: .noEntry,
        needs: .exposed,
        field: "pending",
        problem: "the event is queued but not exposed",
        action: "expose it first"
      ),
      isBroken: { event, destination in !destination.exposed.contains(event.number) }
    ),
    EntryRule(
      rule: LoadRule(
        id: "SDEI-T011",
        command: .setVCPUEvent,
        errno: .noEntry,
        needs: .registered,
        field: "pending",
        problem: "the event is queued but not registered",
        action: "register it first"
      ),
      isBroken: { event, destination in !destination.registered.contains(event.number) }
    ),
  ]

  /// Checked behind all entries.
  static let queuedCount = LoadRule(
    id: "SDEI-T014",
    command: .setVCPUEvent,
    errno: .outOfRange,
    field: "queue",
    problem: "more than \(maxEvents) different events are queued",
    action: "let the guest handle some, or move to a destination without this limit"
  )

  /// Checked first.
  static let runningCritical = LoadRule(
    id: "SDEI-T012",
    command: .setVCPUState,
    errno: .invalid,
    needs: .queued,
    field: "critical.event",
    problem: "critical_num names an event that is not in the vCPU's queue",
    action: "queue it (an event that runs is counted in its queue), or clear the number"
  )

  /// Checked second.
  static let runningNormal = LoadRule(
    id: "SDEI-T013",
    command: .setVCPUState,
    errno: .invalid,
    needs: .queued,
    field: "normal.event",
    problem: "normal_num names an event that is not in the vCPU's queue",
    action: "queue it (an event that runs is counted in its queue), or clear the number"
  )

  /// All of them.
  static let all: [LoadRule] =
    (exposedEntry + registeredEntry + queuedEntry).map(\.rule)
    + [exposedCount, registeredCount, queuedCount, runningCritical, runningNormal]
}
