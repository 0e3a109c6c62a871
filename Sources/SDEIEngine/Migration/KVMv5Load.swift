internal import SDEIModel

/// Loads a snapshot into a fresh KVM v5 VM as its SET ioctls would.
///
/// The order is the one that a restore must use: exposed events, registered events, then on each
/// vCPU its queue and its state; an array is taken as a whole or not at all.
struct KVMv5Load {
  private let snapshot: Snapshot
  private let lists: FoldedLists
  /// The events whose definition the state does not tell, taken as exposed.
  private let unknown: [EventNumber]
  private let exposed: Set<EventNumber>
  private let registered: Set<EventNumber>
  private var destination = LoadDestination()
  private var outcome = LoadOutcome()
  /// The vCPUs whose SET_VCPU_EVENT is refused, so that their queue stays empty.
  private var withoutQueue = Bitmap()
  /// The vCPUs whose SET_VCPU_STATE is refused.
  private var withoutState = Bitmap()

  static func load(_ snapshot: Snapshot, from source: DialectID) -> LoadOutcome {
    var port = KVMv5Load(snapshot, from: source)
    port.setExposed()
    port.setRegistered()
    port.setQueues()
    port.setStates()
    port.outcome.hazards = KVMHazards.v5(port.loaded())
    if let hazard = UnknownDefinitions.hazard(port.unknown) { port.outcome.hazards.append(hazard) }
    return port.outcome
  }

  private init(_ snapshot: Snapshot, from source: DialectID) {
    self.snapshot = snapshot
    lists = FoldedLists(snapshot)
    let told = Set(lists.exposed)
    unknown = UnknownDefinitions.numbers(snapshot, from: source, lists: lists, exposed: told)
    exposed = told.union(unknown)
    registered = Set(lists.registered)
  }

  private mutating func setExposed() {
    let count = lists.exposed.count + unknown.count
    if check(lists.exposed, count, KVMv5Rules.exposedCount, KVMv5Rules.exposedEntry) {
      destination.exposed = exposed
    }
  }

  private mutating func setRegistered() {
    let count = lists.registered.count
    if check(lists.registered, count, KVMv5Rules.registeredCount, KVMv5Rules.registeredEntry) {
      destination.registered = registered
    }
  }

  /// Checks a list of the VM: how long it is with what is unknown, then entry by entry; true when the
  /// command succeeds.
  private mutating func check(
    _ list: [EventNumber],
    _ count: Int,
    _ limit: LoadRule,
    _ rules: [EntryRule]
  ) -> Bool {
    var isRefused = count > KVMv5Rules.maxEvents
    if isRefused { refuse(limit, nil, nil, isDeciding: true) }
    destination.request = []
    for number in list {
      if let broken = broken(number, rules) {
        refuse(broken, nil, number, isDeciding: !isRefused)
        isRefused = true
      }
      destination.request.insert(number)
    }
    return !isRefused
  }

  /// The first rule that an entry breaks.
  private func broken(_ number: EventNumber, _ rules: [EntryRule]) -> LoadRule? {
    EntryRule.broken(by: snapshot.events[number] ?? Event(number), rules, destination)
  }

  private mutating func refuse(
    _ rule: LoadRule,
    _ vcpus: Bitmap?,
    _ event: EventNumber?,
    isDeciding: Bool
  ) {
    if vcpus?.isEmpty == true { return }
    outcome.refusals.append(
      LoadOutcome.Refusal(
        rule: rule,
        vcpus: vcpus,
        event: event,
        isDeciding: isDeciding,
        isConsequence: isConsequence(rule, event, vcpus ?? Bitmap())
      )
    )
  }

  /// Whether the entry that is missed is in the snapshot, and only its own command was refused.
  private func isConsequence(_ rule: LoadRule, _ event: EventNumber?, _ vcpus: Bitmap) -> Bool {
    guard let event else { return false }
    return switch rule.needs {
    case .exposed: exposed.contains(event)
    case .registered: registered.contains(event)
    case .queued: vcpus.subtracting(lists.queued[event] ?? Bitmap()).isEmpty
    case nil: false
    }
  }

  /// SET_VCPU_EVENT on every vCPU with a queue: the entries' own order decides which errno comes.
  private mutating func setQueues() {
    let faulty = lists.entries { broken($0, KVMv5Rules.queuedEntry) != nil }
    let full = overfull()
    var claims = Claims(faulty.map(\.vcpus) + [full])
    for entry in faulty {
      guard let broken = broken(entry.number, KVMv5Rules.queuedEntry) else { continue }
      let deciding = claims.claim(entry.vcpus)
      refuse(broken, deciding, entry.number, isDeciding: true)
      refuse(broken, entry.vcpus.subtracting(deciding), entry.number, isDeciding: false)
    }
    let deciding = claims.claim(full)
    refuse(KVMv5Rules.queuedCount, deciding, nil, isDeciding: true)
    refuse(KVMv5Rules.queuedCount, full.subtracting(deciding), nil, isDeciding: false)
    withoutQueue = Bitmap(faulty.flatMap(\.vcpus.ranges) + full.ranges)
  }

  /// The vCPUs with more different events than may be, the last check of SET_VCPU_EVENT.
  private func overfull() -> Bitmap {
    guard lists.queued.count > KVMv5Rules.maxEvents else { return Bitmap() }
    var edges: [(index: UInt64, change: Int)] = []
    for vcpus in lists.queued.values {
      for range in vcpus.ranges {
        edges.append((UInt64(range.first), 1))
        edges.append((UInt64(range.last) + 1, -1))
      }
    }
    edges.sort { ($0.index, $0.change) < ($1.index, $1.change) }
    var (count, start) = (0, UInt64(0))
    var full = BitmapBuilder()
    for edge in edges {
      if count > KVMv5Rules.maxEvents, edge.index > start {
        full.append(IndexRange(UInt32(start), UInt32(edge.index - 1)))
      }
      (count, start) = (count + edge.change, edge.index)
    }
    return full.finish()
  }

  /// SET_VCPU_STATE on every vCPU, and the delivery requests that it makes.
  private mutating func setStates() {
    var busy: [UInt32] = []
    var refused: Set<UInt32> = []
    for (level, rule) in [
      (Level.critical, KVMv5Rules.runningCritical), (.normal, KVMv5Rules.runningNormal),
    ] {
      var vcpus: [EventNumber: [UInt32]] = [:]
      for context in snapshot.contexts.level(level) where context.vcpu < snapshot.vcpus.count {
        guard let number = context.event, DialectID.kvmV5.namesEvent(number) else { continue }
        busy.append(context.vcpu)
        let isQueued =
          lists.queued[number]?.contains(context.vcpu) == true
          && !withoutQueue.contains(context.vcpu)
        if !isQueued { vcpus[number, default: []].append(context.vcpu) }
      }
      for number in vcpus.keys.sorted() {
        let all = vcpus[number] ?? []
        let queue = lists.queued[number] ?? Bitmap()
        // Where the queue has it, only the queue's own command was refused.
        for part in [all.filter { !queue.contains($0) }, all.filter { queue.contains($0) }] {
          let deciding = Bitmap(indexes: part.filter { !refused.contains($0) })
          refuse(rule, deciding, number, isDeciding: true)
          refuse(rule, Bitmap(indexes: part).subtracting(deciding), number, isDeciding: false)
        }
        refused.formUnion(all)
      }
    }
    withoutState = Bitmap(indexes: refused)
    let waiting = Bitmap(lists.queued.values.flatMap(\.ranges))
    outcome.deliveryRequests =
      waiting.subtracting(withoutQueue).subtracting(withoutState)
      .subtracting(Bitmap(indexes: busy))
  }

  /// What the VM holds then.
  private func loaded() -> LoadedState {
    let registered = lists.queued.filter { destination.registered.contains($0.key) }
    let queued = registered.mapValues { $0.subtracting(withoutQueue) }
    return LoadedState(
      snapshot,
      exposed: destination.exposed.sorted(),
      registered: destination.registered.sorted(),
      queued: queued.filter { !$0.value.isEmpty },
      withoutState: withoutState
    )
  }
}
