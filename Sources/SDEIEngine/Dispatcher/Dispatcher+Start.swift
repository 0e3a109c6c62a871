public import SDEIModel

/// Why an engine can not be started from a snapshot.
public enum StartError: Error, Hashable, Sendable {
  /// The engine does not play the snapshot's dialect.
  case dialectUnknown(DialectID)
  /// Working on the state unfolded would take more memory than allowed.
  case tooLarge(bytes: UInt64, limit: UInt64)
}

extension StartError: CustomStringConvertible {
  /// What was found and what to do.
  public var description: String {
    switch self {
    case .dialectUnknown(let id):
      "the engine can not play the dialect \(id.name); name another one"
    case .tooLarge(let bytes, let limit):
      "the engine would need \(bytes) bytes for this state, and \(limit) are allowed; raise the "
        + "limit"
    }
  }
}

extension Dispatcher {
  /// The memory an engine may take where nothing else is said: 1 GiB.
  public static let defaultMemory: UInt64 = 1 << 30

  /// Starts an engine from a snapshot.
  ///
  /// With the snapshot's own dialect the state is taken exactly, with another one in the
  /// specification's terms (`Snapshot.canonical()`), so that extras are gone. What the caller states
  /// about interrupts is not in a snapshot. O(vCPUs + slots up to the last one used).
  public init(
    _ snapshot: Snapshot,
    dialect: Dialect? = nil,
    maxMemory: UInt64 = Self.defaultMemory
  ) throws(StartError) {
    guard let dialect = dialect ?? Dialect.of(snapshot.instance.dialect) else {
      throw .dialectUnknown(snapshot.instance.dialect)
    }
    let isSame = snapshot.instance.dialect == dialect.id
    if !isSame { try Self.check(contextsOf: snapshot, in: dialect.id, maxMemory: maxMemory) }
    let source = isSame ? snapshot : snapshot.canonical()
    let bytes = Self.memory(for: source)
    if bytes > maxMemory { throw .tooLarge(bytes: bytes, limit: maxMemory) }
    self.init(dialect: dialect, instance: source.instance, maxMemory: maxMemory)
    instance.dialect = dialect.id
    takeVCPUs(source)
    takeEvents(source)
    takeContexts(source)
    takeLists(source)
    if isSame { takeCargo(source) } else { requestAnew() }
  }

  /// Asks for the deliveries that the dialect would have asked for: another one's requests mean
  /// other things.
  private mutating func requestAnew() {
    var effects: [Effect] = []
    for vcpu in vcpus.indices {
      vcpus[vcpu].isRequested = false
      requestIfDue(UInt32(vcpu), &effects)
    }
  }

  /// Whether an engine may have so many vCPUs.
  ///
  /// - Throws: `StartError.tooLarge` where they alone take more memory than allowed.
  public static func check(
    vcpus: UInt32,
    maxMemory: UInt64 = Self.defaultMemory
  ) throws(StartError) {
    let bytes = UInt64(vcpus) * UInt64(MemoryLayout<VCPUState>.stride)
    if bytes > maxMemory { throw .tooLarge(bytes: bytes, limit: maxMemory) }
  }

  /// Refuses a state whose contexts alone, of which KVM v7's marks can ask for any number, are too many.
  private static func check(
    contextsOf snapshot: Snapshot,
    in dialect: DialectID,
    maxMemory: UInt64
  ) throws(StartError) {
    try check(vcpus: snapshot.vcpus.count, maxMemory: maxMemory)
    let bytes = snapshot.contextsNeeded(in: dialect) * Snapshot.contextCost
    if bytes > maxMemory { throw .tooLarge(bytes: bytes, limit: maxMemory) }
  }

  /// The bytes that a snapshot takes unfolded.
  private static func memory(for snapshot: Snapshot) -> UInt64 {
    var bytes = UInt64(snapshot.vcpus.count) * UInt64(MemoryLayout<VCPUState>.stride)
    for event in snapshot.events {
      let ends =
        Event.bitmaps.compactMap { event[keyPath: $0.path].max }
        + Event.columns.compactMap { event[keyPath: $0.path].max }
      // Growing an array may reserve twice of what is used.
      let slots = UInt64(ends.max() ?? 0) + 1
      bytes += 2 * slots * UInt64(MemoryLayout<Slot>.stride)
      bytes += UInt64(MemoryLayout<EventState>.stride)
      bytes += 2 * event.pending.support.count * UInt64(MemoryLayout<VCPUState.Queued>.stride)
    }
    for item in snapshot.extras.vcpuLists[.queueOrder]?.items ?? [] {
      bytes +=
        2 * item.vcpus.count * UInt64(item.events.count * MemoryLayout<VCPUState.Queued>.stride)
    }
    return bytes
  }

  private mutating func takeVCPUs(_ snapshot: Snapshot) {
    let source = snapshot.vcpus
    var vcpu = VCPUState()
    vcpu.masked = 0
    vcpu.power = .unknown
    vcpus = Array(repeating: vcpu, count: Int(source.count))
    let existing = Bitmap(below: source.count)
    source.masked.intersection(existing).forEachIndex { vcpus[Int($0)].masked = 1 }
    source.deliveryRequest.intersection(existing).forEachIndex {
      vcpus[Int($0)].isRequested = true
    }
    source.power.restricted(to: existing).forEachValue { index, _ in
      vcpus[Int(index)].power = source.powerState(of: index)
    }
    source.affinityKnown.intersection(existing).forEachIndex {
      vcpus[Int($0)].affinity = Affinity(rawValue: source.affinity[$0])
    }
    (snapshot.extras.vcpuValues[.masked] ?? Column()).restricted(to: existing).forEachValue {
      vcpus[Int($0)].masked = UInt8(truncatingIfNeeded: $1)
    }
  }

  private mutating func takeEvents(_ snapshot: Snapshot) {
    numbers = snapshot.events.map(\.number.rawValue)
    events = snapshot.events.map { source in
      var event = EventState(source.number, source.definition)
      event.takeHandlers(of: source)
      source.pending.forEachValue {
        event[$0].pending = UInt32(truncatingIfNeeded: min($1, UInt64(UInt32.max)))
      }
      event.extras = source.extras
      return event
    }
    ownPointers = Set(events.compactMap { $0.extras[.notifier] })
  }

  /// Takes what runs; where contexts tell it, the slots are marked accordingly.
  private mutating func takeContexts(_ snapshot: Snapshot) {
    for context in snapshot.contexts where context.vcpu < vcpuCount {
      var level = VCPUState.LevelState(running: nil, stored: context.event, frame: context.frame)
      if let number = context.event, snapshot.instance.dialect.namesEvent(number) {
        level.running = number
      }
      vcpus[Int(context.vcpu)][context.level] = level
      guard let running = level.running else { continue }
      let event = position(of: running)
      guard event >= 0, !rules.has(.runningMarksOnly) else { continue }
      let index = events[event].slot(of: context.vcpu)
      let isMarked = events[event][index].marks.contains(.running)
      if snapshot.instance.dialect.marksRunning {
        if !isMarked, dialect.id == .specification { events[event][index].marks.insert(.running) }
      } else if isMarked {
        events[event].furtherRunners += 1
      } else {
        events[event][index].marks.insert(.running)
      }
      adaptMeaning(event, index, context.vcpu, from: snapshot.instance.dialect)
    }
  }

  /// Says what runs in the way of the rules, where the snapshot says it otherwise.
  private mutating func adaptMeaning(
    _ event: Int,
    _ index: UInt32,
    _ vcpu: UInt32,
    from source: DialectID
  ) {
    if rules.has(.countsOccurrences) && !source.pendingIncludesRunning {
      events[event][pendingSlot(event, vcpu)].pending &+= 1
    }
    if rules.has(.pendingUnregisterKeepsBits) && !source.keepsRegisteredWhilePending,
      events[event][index].state == .unregisterPending
    {
      events[event][index].marks.insert([.registered, .unregisterPending])
    }
  }

  private mutating func takeLists(_ snapshot: Snapshot) {
    if rules.has(.kernelObjects) {
      exposedList = KVMLists.exposed(snapshot)
      registeredList = KVMLists.registered(snapshot)
    }
    guard rules.has(.firstInFirstOut) else { return }
    for event in events where event.waitingCount > 0 {
      for (slot, state) in event.indexed where state.pending > 0 && slot < vcpus.count {
        let queued = VCPUState.Queued(number: event.number)
        vcpus[slot][queue: event.level].append(queued)
      }
    }
    for item in snapshot.extras.vcpuLists[.queueOrder]?.items ?? [] {
      let last = min(UInt64(item.vcpus.last) + 1, UInt64(vcpus.count))
      for vcpu in UInt64(item.vcpus.first)..<max(last, UInt64(item.vcpus.first)) {
        takeQueue(item.events, UInt32(vcpu), snapshot)
      }
    }
  }

  /// Puts a vCPU's queue into the order that an ABI gave.
  private mutating func takeQueue(_ list: [EventNumber], _ vcpu: UInt32, _ snapshot: Snapshot) {
    vcpus[Int(vcpu)].criticalQueue = []
    vcpus[Int(vcpu)].normalQueue = []
    var seen: Set<EventNumber> = []
    for number in list where seen.insert(number).inserted {
      let event = position(of: number)
      guard event >= 0 else { continue }
      let padding = snapshot.events[number]?.slotExtras[.queuePadding]?[vcpu] ?? 0
      let queued = VCPUState.Queued(
        number: number,
        padding: UInt32(truncatingIfNeeded: padding)
      )
      vcpus[Int(vcpu)][queue: events[event].level].append(queued)
    }
  }

  /// Takes what the engine does not look at, and counts that are not what they usually are.
  private mutating func takeCargo(_ snapshot: Snapshot) {
    for field in [ExtraField.vcpuPadding, .mpidrFlags] {
      cargo.vcpuValues[field] = snapshot.extras.vcpuValues[field]
    }
    for position in events.indices {
      events[position].takeCount(rules)
    }
  }
}

extension EventState {
  /// Takes the routing and the handlers of an event, without what is pending.
  mutating func takeHandlers(of source: Event) {
    routing = source.routing
    let bitmaps: [(Slot.Marks, Bitmap)] = [
      (.registered, source.registered), (.enabled, source.enabled), (.running, source.running),
      (.unregisterPending, source.unregisterPending), (.relative, source.relative),
    ]
    for (mark, bitmap) in bitmaps { bitmap.forEachIndex { self[$0].marks.insert(mark) } }
    source.entry.forEachValue { self[$0].entry = $1 }
    source.argument.forEachValue { self[$0].argument = $1 }
  }

  /// The count that follows from the slots: occurrences, or registrations.
  func usualCount(_ rules: Rules) -> UInt32 {
    if rules.has(.refcountKept) {
      return indexed.reduce(0) { $0 &+ $1.element.pending }
    }
    return rules.has(.registrationsCounted) ? UInt32(truncatingIfNeeded: registeredCount) : 0
  }

  fileprivate mutating func takeCount(_ rules: Rules) {
    count = usualCount(rules)
    for field in [ExtraField.refcount, .registrationCount] {
      if let stored = extras[field] { count = UInt32(truncatingIfNeeded: stored &- 1) }
      extras[field] = nil
    }
  }
}

extension Bitmap {
  /// Calls a function for each index; O(indexes).
  func forEachIndex(_ body: (UInt32) -> Void) {
    forEachRange { for index in $0.first...$0.last { body(index) } }
  }
}
