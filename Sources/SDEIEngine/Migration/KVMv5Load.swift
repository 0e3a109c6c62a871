public import SDEIModel

/// Loads a snapshot into a fresh KVM v5 VM, command by command, as its SET ioctls would.
///
/// The order is the one that a restore must use: exposed events, registered events, then on each
/// vCPU its queue and its state. A command that is refused changes nothing, and the driver goes on.
/// Cost follows what is there (events, runs, contexts), not the number of vCPUs.
public struct KVMv5Load {
  private let snapshot: Snapshot
  private var destination = KVMv5Rules.Destination()
  private var outcome = LoadOutcome()
  /// The vCPUs whose SET_VCPU_EVENT is refused, so that their queue stays empty.
  private var withoutQueue = Bitmap()
  private var queued: [EventNumber: Bitmap] = [:]

  /// What loading does; O(events x log events + runs + contexts).
  public static func load(_ snapshot: Snapshot) -> LoadOutcome {
    var port = KVMv5Load(snapshot: snapshot)
    port.setExposed()
    port.setRegistered()
    port.setQueues()
    port.setStates()
    return port.outcome
  }

  private init(snapshot: Snapshot) { self.snapshot = snapshot }

  private mutating func setExposed() {
    let list = KVMLists.exposed(snapshot)
    if check(list, KVMv5Rules.exposedCount, KVMv5Rules.exposedEntry) {
      destination.exposed = Set(list)
    }
  }

  private mutating func setRegistered() {
    let list = KVMLists.registered(snapshot)
    if check(list, KVMv5Rules.registeredCount, KVMv5Rules.registeredEntry) {
      destination.registered = Set(list)
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
    case .exposed: KVMLists.exposed(snapshot).contains(event)
    case .registered: KVMLists.registered(snapshot).contains(event)
    case .queued: vcpus.subtracting(queued[event] ?? Bitmap()).isEmpty
    case nil: false
    }
  }

  /// SET_VCPU_EVENT on every vCPU with a queue: the entries' own order decides which errno comes.
  private mutating func setQueues() {
    let lists = snapshot.extras.vcpuLists[.queueOrder]?.items ?? []
    let ordered = Bitmap(lists.map(\.vcpus))
    let order = KVMLists.usualQueueOrder(snapshot).map(\.number)
    for number in Set(order).union(lists.flatMap(\.events)).sorted() {
      queued[number] = KVMLists.queued(number, snapshot).below(snapshot.vcpus.count)
    }
    for number in order {
      setQueue(number, on: (queued[number] ?? Bitmap()).subtracting(ordered))
    }
    for item in lists {
      let vcpus = Bitmap(item.vcpus).below(snapshot.vcpus.count)
      for number in item.events { setQueue(number, on: vcpus) }
    }
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
    var waiting = Bitmap()
    for vcpus in queued.values { waiting.formUnion(vcpus) }
    outcome.deliveryRequests =
      waiting.subtracting(withoutQueue).subtracting(refused).subtracting(Bitmap(indexes: busy))
  }
}
