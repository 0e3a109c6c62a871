internal import SDEIModel

/// Loads a snapshot into a fresh KVM v2 to v4 VM as its SET ioctls would.
///
/// Each entry is a command of its own: the events that the VMM exposes (`KVMv4Rules.builtIn` is there
/// and never sent), the registered events, then on each vCPU its queue and its state. Only what a
/// refused entry names is missing later.
struct KVMv4Load {
  private let snapshot: Snapshot
  private let lists: FoldedLists
  /// The events whose definition the state does not tell, taken as exposed.
  private let unknown: [EventNumber]
  private let exposed: Set<EventNumber>
  private let registered: Set<EventNumber>
  private var destination: LoadDestination
  private var outcome = LoadOutcome()
  private var withoutState = Bitmap()

  static func load(_ snapshot: Snapshot, from source: DialectID) -> LoadOutcome {
    var port = KVMv4Load(snapshot, from: source)
    port.setEvents()
    port.setKEvents()
    port.setVEvents()
    port.setStates()
    let foreign = snapshot.events[KVMv4Rules.builtIn]?.definition.map {
      $0.type != .private || $0.priority != .critical
    }
    port.outcome.hazards = KVMHazards.v4(port.loaded(), isBuiltInForeign: foreign ?? false)
    if let hazard = UnknownDefinitions.hazard(port.unknown) { port.outcome.hazards.append(hazard) }
    return port.outcome
  }

  private init(_ snapshot: Snapshot, from source: DialectID) {
    self.snapshot = snapshot
    lists = FoldedLists(snapshot)
    let told = Set(lists.exposed).union([KVMv4Rules.builtIn])
    unknown = UnknownDefinitions.numbers(snapshot, from: source, lists: lists, exposed: told)
    exposed = told.union(unknown)
    registered = Set(lists.registered)
    // What the VMM exposes without the state's help is there from the start.
    destination = LoadDestination(exposed: Set(unknown).union([KVMv4Rules.builtIn]))
  }

  private mutating func setEvents() {
    for number in lists.exposed where number != KVMv4Rules.builtIn {
      if let broken = broken(number, KVMv4Rules.exposedEntry) {
        refuse(broken, nil, number)
      } else {
        destination.exposed.insert(number)
      }
    }
  }

  private mutating func setKEvents() {
    for number in lists.registered {
      if let broken = broken(number, KVMv4Rules.registeredEntry) {
        refuse(broken, nil, number)
      } else {
        destination.registered.insert(number)
      }
    }
  }

  /// SET_VEVENT on every vCPU with a queue; each that succeeds asks for a delivery, whatever runs.
  private mutating func setVEvents() {
    for entry in lists.entries(where: { broken($0, KVMv4Rules.queuedEntry) != nil }) {
      guard let broken = broken(entry.number, KVMv4Rules.queuedEntry) else { continue }
      refuse(broken, entry.vcpus, entry.number)
    }
    outcome.deliveryRequests = Bitmap(accepted.values.flatMap(\.ranges))
  }

  /// SET_VCPU_STATE on every vCPU: only `critical_num` is looked at.
  private mutating func setStates() {
    var vcpus: [EventNumber: [UInt32]] = [:]
    for context in snapshot.contexts.level(.critical) where context.vcpu < snapshot.vcpus.count {
      guard let number = context.event, DialectID.kvmV4.namesEvent(number) else { continue }
      let isQueued =
        destination.registered.contains(number)
        && lists.queued[number]?.contains(context.vcpu) == true
      if !isQueued { vcpus[number, default: []].append(context.vcpu) }
    }
    for number in vcpus.keys.sorted() {
      let all = Bitmap(indexes: vcpus[number] ?? [])
      let inQueue = all.intersection(lists.queued[number] ?? Bitmap())
      for part in [all.subtracting(inQueue), inQueue] {
        refuse(KVMv4Rules.runningCritical, part, number)
      }
      withoutState.formUnion(all)
    }
  }

  private func broken(_ number: EventNumber, _ rules: [EntryRule]) -> LoadRule? {
    EntryRule.broken(by: snapshot.events[number] ?? Event(number), rules, destination)
  }

  private mutating func refuse(_ rule: LoadRule, _ vcpus: Bitmap?, _ event: EventNumber) {
    if vcpus?.isEmpty == true { return }
    let isConsequence =
      switch rule.needs {
      case .exposed: exposed.contains(event)
      case .registered: registered.contains(event)
      case .queued: (vcpus ?? Bitmap()).subtracting(lists.queued[event] ?? Bitmap()).isEmpty
      case nil: false
      }
    outcome.refusals.append(
      LoadOutcome.Refusal(
        rule: rule,
        vcpus: vcpus,
        event: event,
        isDeciding: true,
        isConsequence: isConsequence
      )
    )
  }

  /// The queue entries that are taken: those of events that are registered.
  private var accepted: [EventNumber: Bitmap] {
    lists.queued.filter { destination.registered.contains($0.key) && !$0.value.isEmpty }
  }

  /// What the VM holds then: its own event as it defines it.
  private func loaded() -> LoadedState {
    var snapshot = snapshot
    if let event = snapshot.events[KVMv4Rules.builtIn] {
      var own = event.definition ?? KVMv4Rules.builtInDefinition
      (own.type, own.priority) = (.private, .critical)
      snapshot.events.update(event.number) { $0.definition = own }
    }
    return LoadedState(
      snapshot,
      exposed: destination.exposed.sorted(),
      registered: destination.registered.sorted(),
      queued: accepted,
      withoutState: withoutState
    )
  }
}
