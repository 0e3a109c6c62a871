public import SDEIModel

/// Loads a snapshot into a fresh KVM v5 VM, command by command, as its SET ioctls would.
///
/// The order is the one that a restore must use: exposed events, registered events, then on each
/// vCPU its queue and its state. A command that is refused changes nothing, and the driver goes on.
/// Cost follows what is there (events, runs, contexts), not the number of vCPUs.
public struct KVMv5Load {
  /// `KVM_SDEI_MAX_VCPUS`: how many vCPUs the arrays of the ABI have room for.
  public static let maxVCPUs: UInt32 = 512

  private let snapshot: Snapshot
  private var destination = KVMv5Rules.Destination()
  private var outcome = LoadOutcome()
  /// The vCPUs whose SET_VCPU_EVENT is refused, so that their queue stays empty.
  private var withoutQueue = Bitmap()
  /// The lists as the snapshot has them, whether or not their commands succeed.
  private let exposedList: [EventNumber]
  private let registeredList: [EventNumber]
  private let exposed: Set<EventNumber>
  private let registered: Set<EventNumber>
  private let queued: [EventNumber: Bitmap]

  /// What loading does; O(events x log events + runs + contexts).
  public static func load(_ snapshot: Snapshot) -> LoadOutcome {
    var port = KVMv5Load(snapshot: snapshot)
    port.setExposed()
    port.setRegistered()
    port.setQueues()
    port.setStates()
    return port.outcome
  }

  private init(snapshot: Snapshot) {
    self.snapshot = snapshot
    exposedList = KVMLists.exposed(snapshot)
    registeredList = KVMLists.registered(snapshot)
    exposed = Set(exposedList)
    registered = Set(registeredList)
    queued = KVMLists.queued(snapshot).mapValues { $0.below(snapshot.vcpus.count) }
  }

  private mutating func setExposed() {
    let list = exposedList
    if check(list, KVMv5Rules.exposedCount, KVMv5Rules.exposedEntry) {
      destination.exposed = exposed
    }
  }

  private mutating func setRegistered() {
    let list = registeredList
    if check(list, KVMv5Rules.registeredCount, KVMv5Rules.registeredEntry) {
      destination.registered = registered
    }
  }

  /// Checks a list of the VM: its length, then entry by entry; true when the command succeeds.
  private mutating func check(
    _ list: [EventNumber],
    _ limit: LoadRule,
    _ rules: [KVMv5Rules.EntryRule]
  ) -> Bool {
    var isRefused = list.count > KVMv5Rules.maxEvents
    if isRefused { refuse(limit, nil, nil, isDeciding: true) }
    for number in list {
      guard let broken = broken(number, rules) else { continue }
      refuse(broken, nil, number, isDeciding: !isRefused)
      isRefused = true
    }
    return !isRefused
  }

  /// The first rule that an entry breaks.
  private func broken(_ number: EventNumber, _ rules: [KVMv5Rules.EntryRule]) -> LoadRule? {
    let event = snapshot.events[number] ?? Event(number)
    return rules.first { $0.isBroken(event, destination) }?.rule
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
  private func isConsequence(
    _ rule: LoadRule,
    _ event: EventNumber?,
    _ vcpus: Bitmap
  ) -> Bool {
    guard let event else { return false }
    return switch rule.needs {
    case .exposed: exposed.contains(event)
    case .registered: registered.contains(event)
    case .queued: vcpus.subtracting(queued[event] ?? Bitmap()).isEmpty
    case nil: false
    }
  }

  /// SET_VCPU_EVENT on every vCPU with a queue: the entries' own order decides which errno comes.
  private mutating func setQueues() {
    let lists = snapshot.extras.vcpuLists[.queueOrder]?.items ?? []
    let ordered = Bitmap(lists.map(\.vcpus))
    let faulty = queued.keys.sorted().filter { broken($0, KVMv5Rules.queuedEntry) != nil }
    for number in faulty {
      setQueue(number, on: (queued[number] ?? Bitmap()).subtracting(ordered))
    }
    // A list's own order tells which of its faulty entries comes first; the vCPUs for which that is
    // one event are one refusal.
    let isFaulty = Set(faulty)
    var first: [EventNumber: [IndexRange]] = [:]
    var further: [EventNumber: [IndexRange]] = [:]
    for item in lists where item.vcpus.first < snapshot.vcpus.count {
      let vcpus = IndexRange(item.vcpus.first, min(item.vcpus.last, snapshot.vcpus.count - 1))
      for (place, number) in item.events.filter(isFaulty.contains).enumerated() {
        if place == 0 {
          first[number, default: []].append(vcpus)
        } else {
          further[number, default: []].append(vcpus)
        }
      }
    }
    for ranges in [first, further] {
      for number in ranges.keys.sorted() { setQueue(number, on: Bitmap(ranges[number] ?? [])) }
    }
    limitQueues()
  }

  /// The last check of SET_VCPU_EVENT: how many different events the vCPU then has.
  private mutating func limitQueues() {
    guard queued.count > KVMv5Rules.maxEvents else { return }
    var edges: [(index: UInt64, change: Int)] = []
    for vcpus in queued.values {
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
    let vcpus = full.finish()
    refuse(KVMv5Rules.queuedCount, vcpus.subtracting(withoutQueue), nil, isDeciding: true)
    refuse(KVMv5Rules.queuedCount, vcpus.intersection(withoutQueue), nil, isDeciding: false)
    withoutQueue.formUnion(vcpus)
  }

  private mutating func setQueue(_ number: EventNumber, on vcpus: Bitmap) {
    guard !vcpus.isEmpty, let broken = broken(number, KVMv5Rules.queuedEntry) else { return }
    refuse(broken, vcpus.subtracting(withoutQueue), number, isDeciding: true)
    refuse(broken, vcpus.intersection(withoutQueue), number, isDeciding: false)
    withoutQueue.formUnion(vcpus)
  }

  /// SET_VCPU_STATE on every vCPU, and the delivery requests that it makes.
  private mutating func setStates() {
    var refused = Bitmap()
    var busy: [UInt32] = []
    for (level, rule) in [
      (Level.critical, KVMv5Rules.runningCritical), (.normal, KVMv5Rules.runningNormal),
    ] {
      var vcpus: [EventNumber: [UInt32]] = [:]
      for context in snapshot.contexts.level(level) where context.vcpu < snapshot.vcpus.count {
        guard let number = context.event, DialectID.kvmV5.namesEvent(number) else { continue }
        busy.append(context.vcpu)
        let isQueued =
          queued[number]?.contains(context.vcpu) == true && !withoutQueue.contains(context.vcpu)
        if !isQueued { vcpus[number, default: []].append(context.vcpu) }
      }
      for number in vcpus.keys.sorted() {
        let all = Bitmap(indexes: vcpus[number] ?? [])
        // Where the queue has it, only the queue's own command was refused.
        let inQueue = all.intersection(queued[number] ?? Bitmap())
        for part in [all.subtracting(inQueue), inQueue] {
          refuse(rule, part.subtracting(refused), number, isDeciding: true)
          refuse(rule, part.intersection(refused), number, isDeciding: false)
        }
        refused.formUnion(all)
      }
    }
    let waiting = Bitmap(queued.values.flatMap(\.ranges))
    outcome.deliveryRequests =
      waiting.subtracting(withoutQueue).subtracting(refused).subtracting(Bitmap(indexes: busy))
  }
}
