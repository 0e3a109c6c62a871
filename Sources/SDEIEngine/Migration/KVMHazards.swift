internal import SDEIModel

/// What KVM does wrong with a state that it took: hazards, each found only where it is one.
///
/// A cost per event, run and context; the VM's lists are short where KVM v5 took them.
enum KVMHazards {
  /// The hazards of KVM v5.
  static func v5(_ state: LoadedState) -> [LoadHazard] {
    var list = HazardList()
    let (critical, normal) = (LoadedState.all(state.critical), LoadedState.all(state.normal))
    for event in state.registered {
      let waiting = state.waiting(event, running: [state.critical, state.normal])
      if event.definition?.priority == .critical {
        let behind = waiting.intersection(normal).subtracting(critical)
        list.add(.preemptionLost, event.number, behind)
      }
      emptyCounts(event, state, &list)
      slots(event, state, &list)
      registrations(event, waiting, state, &list)
      leaving(event, state, &list)
    }
    states(state, &list)
    notifiers(state, &list)
    restores(state, &list)
    deliveries(state, &list)
    return list.sorted()
  }

  /// The hazards of KVM v2 to v4; `isBuiltInForeign` where the snapshot defines the kernel's own
  /// event otherwise.
  static func v4(_ state: LoadedState, isBuiltInForeign: Bool) -> [LoadHazard] {
    var list = HazardList()
    for event in state.registered {
      // The handler that the normal level ran is lost, so that its occurrence waits again.
      let waiting = state.waiting(event, running: [state.critical])
      emptyCounts(event, state, &list)
      registrations(event, waiting, state, &list)
      counts(event, state, &list)
    }
    for (number, vcpus) in state.normal {
      let kept = state.critical[number] ?? Bitmap()
      list.add(.normalHandlerLost, number, vcpus.subtracting(kept))
    }
    for (number, vcpus) in state.critical { list.add(.handlerDoubled, number, vcpus) }
    if isBuiltInForeign { list.add(.builtInDefinition, KVMv4Rules.builtIn) }
    states(state, &list)
    notifiers(state, &list)
    deliveries(state, &list)
    return list.sorted().map(\.citedForV4)
  }

  /// Queue entries that stand for no occurrence.
  private static func emptyCounts(
    _ event: Event,
    _ state: LoadedState,
    _ list: inout HazardList
  ) {
    guard let queue = state.queued[event.number] else { return }
    list.add(.emptyCount, event.number, queue.subtracting(event.pending.support))
  }

  /// Events in a slot, or in a level, in which they do not belong.
  private static func slots(_ event: Event, _ state: LoadedState, _ list: inout HazardList) {
    let number = event.number
    let (critical, normal) = (state.critical[number], state.normal[number])
    if let critical, let normal {
      // Of more than one occurrence the first completion leaves the others.
      let both = critical.intersection(normal).ranges.flatMap { $0.first...$0.last }
      list.add(.inBothSlots, number, Bitmap(indexes: both.filter { event.pending[$0] == 1 }))
    }
    if event.definition?.priority == .normal, let critical {
      list.add(.normalInCriticalSlot, number, critical)
    }
    if event.definition?.priority == .critical, let normal {
      list.add(.criticalInNormalSlot, number, normal)
    }
  }

  /// Bits that say who has registered an event, and what waits for whom has not.
  private static func registrations(
    _ event: Event,
    _ waiting: Bitmap,
    _ state: LoadedState,
    _ list: inout HazardList
  ) {
    let bits = state.registeredBits(event)
    if bits.isEmpty { list.add(.registeredByNobody, event.number) }
    list.add(.registeredByForeigner, event.number, bits.subtracting(state.slots(event)))
    // An event of unknown type is told of only where it is one whatever its type.
    let everywhere = event.definition?.type != .private && bits.contains(0)
    if !everywhere {
      let unregistered = event.isShared ? waiting : waiting.subtracting(bits)
      list.add(.queuedUnregistered, event.number, unregistered)
    }
  }

  /// Unregistrations that wait, and what they break.
  private static func leaving(_ event: Event, _ state: LoadedState, _ list: inout HazardList) {
    let number = event.number
    let runners = (state.critical[number] ?? Bitmap()).union(state.normal[number] ?? Bitmap())
    let running = event.isShared && !runners.isEmpty ? Bitmap(below: 1) : runners
    let pending = event.unregisterPending.intersection(state.slots(event))
    list.add(.unregisterPendingStale, number, pending.subtracting(running))
    let bits = state.registeredBits(event)
    let holders = runners.union(state.queued[number] ?? Bitmap())
    var isFreedEarly = false
    if !pending.intersection(running).isEmpty, holders.count > 1 {
      // The completion of the last one registered frees what the others still use.
      let registered = bits.count
      var early: [UInt32] = []
      for range in runners.ranges {
        for vcpu in range.first...range.last {
          let slot = event.isShared ? 0 : vcpu
          let own: UInt64 = bits.contains(slot) ? 1 : 0
          if pending.contains(slot), registered == own { early.append(vcpu) }
        }
      }
      isFreedEarly = !early.isEmpty
      list.add(.freedWhileHeld, number, Bitmap(indexes: early))
    }
    if event.isShared, runners.count > 1, !isFreedEarly { list.add(.sharedTwice, number, runners) }
  }

  /// v2 to v4 count what waits and runs twice, for the event and for each queue.
  private static func counts(_ event: Event, _ state: LoadedState, _ list: inout HazardList) {
    let queued = event.pending.restricted(to: state.queued[event.number] ?? Bitmap())
    let sum = UInt32(truncatingIfNeeded: queued.sum)
    let count = event.extras[.refcount].map { UInt32(truncatingIfNeeded: $0 &- 1) }
    if let count, count != sum { list.add(.countsDisagree, event.number) }
  }

  /// Bytes and numbers of the vCPU state that no guest produces.
  private static func states(_ state: LoadedState, _ list: inout HazardList) {
    if let masked = state.snapshot.extras.vcpuValues[.masked] {
      list.add(.maskedByte, nil, masked.support.intersection(state.states))
    }
    for (level, rule) in [
      (Level.normal, HazardRule.normalMeansNone), (.critical, .criticalMeansNone),
    ] {
      let vcpus = state.snapshot.contexts.level(level).filter {
        $0.event != nil && state.snapshot.runningEvent(of: $0) == nil
      }.map(\.vcpu)
      list.add(rule, nil, Bitmap(indexes: vcpus).intersection(state.states))
    }
  }

  /// What is delivered as soon as it is loaded, although the guest has masked the vCPU or disabled
  /// the event: a queue that is not empty is a request where nothing runs, and delivery tests
  /// neither.
  ///
  /// Where the state says that a handler runs, v5 makes no request, and v4 loses or doubles the
  /// handler, which is a hazard of its own.
  private static func deliveries(_ state: LoadedState, _ list: inout HazardList) {
    let every = Bitmap(below: state.snapshot.vcpus.count)
    let closed = LoadedState.all(state.critical).union(LoadedState.all(state.normal))
      .union(every.subtracting(state.states))
    let waiting = Bitmap(state.queued.values.flatMap(\.ranges)).subtracting(closed)
    list.add(.deliveredMasked, nil, waiting.intersection(state.snapshot.vcpus.masked))
    // Of a vCPU on which several wait the lowest is named, so that the cost follows the input.
    let disabled = state.registered.map { state.queuedDisabled($0) }
    var claims = Claims([closed] + disabled)
    _ = claims.claim(closed)
    for (event, vcpus) in zip(state.registered, disabled) {
      list.add(.deliveredDisabled, event.number, claims.claim(vcpus))
    }
  }

  /// Function pointers of the kernel that the state comes from.
  private static func notifiers(_ state: LoadedState, _ list: inout HazardList) {
    for number in state.exposed {
      guard let pointer = state.snapshot.events[number]?.extras[.notifier] else { continue }
      if pointer != 0 { list.add(.notifierPointer, number) }
    }
  }

  /// What a restore that is done twice, or with what GET left over, does.
  private static func restores(_ state: LoadedState, _ list: inout HazardList) {
    if 2 * state.exposed.count > KVMv5Rules.maxEvents { list.add(.exposedTwice) }
    list.add(.queuedTwice, nil, Bitmap(state.queued.values.flatMap(\.ranges)))
    let extras = state.snapshot.extras
    if extras.values[.surplusExposed] != nil || extras.values[.surplusRegistered] != nil {
      list.add(.surplusOfVM)
    }
    if let surplus = extras.vcpuValues[.surplusQueued] {
      list.add(.surplusOfQueues, nil, surplus.support.below(state.snapshot.vcpus.count))
    }
  }
}

/// Hazards as they are found.
struct HazardList {
  private var hazards: [LoadHazard] = []

  /// Adds one of the VM, or of an event as a whole.
  mutating func add(_ rule: HazardRule, _ event: EventNumber? = nil) {
    hazards.append(LoadHazard(rule: rule, event: event, vcpus: nil))
  }

  /// Adds one of some vCPUs, where there are any.
  mutating func add(_ rule: HazardRule, _ event: EventNumber?, _ vcpus: Bitmap) {
    guard !vcpus.isEmpty else { return }
    hazards.append(LoadHazard(rule: rule, event: event, vcpus: vcpus))
  }

  /// In the order of the rules, then of the events.
  func sorted() -> [LoadHazard] {
    hazards.sorted {
      ($0.rule.id, $0.event?.rawValue ?? 0, $0.rule.field)
        < ($1.rule.id, $1.event?.rawValue ?? 0, $1.rule.field)
    }
  }
}
