import SDEIModel
import SDEITestSupport

/// Snapshots of a KVM dialect that mostly load, by seed: what is told in one place mostly fits what
/// is told in another, and each thing that can be wrong is wrong now and then.
struct LikelySnapshot {
  private var random: SplitMix64
  private let dialect: DialectID
  private let vcpus: UInt32

  static func make(seed: UInt64, dialect: DialectID) -> Snapshot {
    var random = SplitMix64(seed: seed)
    let vcpus = UInt32(random.pick([1, 2, 2, 3, 4, 8]))
    var maker = LikelySnapshot(random: random, dialect: dialect, vcpus: vcpus)
    var snapshot = Snapshot(instance: Instance(dialect: dialect), vcpus: VCPUs(count: vcpus))
    snapshot.vcpus.masked = maker.some(2)
    snapshot.vcpus.deliveryRequest = maker.some(3)
    if dialect == .kvmV7 { maker.fillV7(&snapshot) } else { maker.fillLists(&snapshot) }
    return snapshot
  }

  private init(random: SplitMix64, dialect: DialectID, vcpus: UInt32) {
    (self.random, self.dialect, self.vcpus) = (random, dialect, vcpus)
    // The draws above went to a copy.
    _ = self.random.next()
  }

  /// Each vCPU once in `n` times.
  private mutating func some(_ n: UInt64) -> Bitmap {
    Bitmap(indexes: (0..<vcpus).filter { _ in random.oneIn(n) })
  }

  private mutating func fillV7(_ snapshot: inout Snapshot) {
    for number in 0..<(random.oneIn(8) ? 4 : 2) as Range<UInt64> {
      var event = Event(
        EventNumber(number),
        definition: EventDefinition(type: .private, priority: .normal, isSignalable: true)
      )
      event.registered = some(2)
      event.enabled = random.oneIn(4) ? some(2) : event.registered.subtracting(some(4))
      event.running = some(4)
      event.pending = Column(random.oneIn(6) ? 3 : 1, at: some(2))
      event.entry = Column(0x1000 + number, at: event.registered)
      snapshot.events.insert(event)
    }
  }

  private mutating func fillLists(_ snapshot: inout Snapshot) {
    var numbers = (0..<1 + random.below(5)).map { EventNumber(0x40_0000 + $0) }
    if dialect == .kvmV5, random.oneIn(3) { numbers.append(.softwareSignalled) }
    if dialect == .kvmV4 || random.oneIn(4) { numbers.append(EventNumber(0x4040_0000)) }
    if random.oneIn(12) { numbers.append(EventNumber(random.pick([5, 0xC0_0000, 1 << 32]))) }
    for number in numbers { snapshot.events.insert(event(number)) }
    if random.oneIn(3) { snapshot.extras.lists[.exposedOrder] = shuffled(snapshot, \.isDefined) }
    let listed = random.oneIn(4) ? \Event.isDefined : \.isListed
    if random.oneIn(3) { snapshot.extras.lists[.registeredOrder] = shuffled(snapshot, listed) }
    var (queues, masked) = (VCPULists(), Column())
    for vcpu in 0..<vcpus {
      let queue = queue(of: vcpu, snapshot)
      if !queue.isEmpty { queues.append(IndexRange(vcpu, vcpu), queue) }
      for level in Level.allCases { run(level, vcpu, queue, &snapshot) }
      if random.oneIn(20) { masked[vcpu] = 2 + random.below(4) }
    }
    snapshot.extras.vcpuLists[.queueOrder] = queues.isEmpty ? nil : queues
    snapshot.extras.vcpuValues[.masked] = masked.isEmpty ? nil : masked
    snapshot.vcpus.masked.formUnion(masked.support)
  }

  /// What is queued on a vCPU, critical events first; now and then one of which nothing is.
  private mutating func queue(of vcpu: UInt32, _ snapshot: Snapshot) -> [EventNumber] {
    var (critical, normal): ([EventNumber], [EventNumber]) = ([], [])
    var isShort = !random.oneIn(10)
    for event in snapshot.events {
      if event.pending[vcpu] == 0 {
        if isShort { continue }
        isShort = true
      }
      if event.definition?.priority == .critical {
        critical.append(event.number)
      } else {
        normal.append(event.number)
      }
    }
    critical.shuffle(using: &random)
    normal.shuffle(using: &random)
    return critical + normal
  }

  private mutating func event(_ number: EventNumber) -> Event {
    var event = Event(number)
    if !random.oneIn(20) {
      event.definition = EventDefinition(
        type: EventType(rawValue: random.oneIn(40) ? 3 : random.oneIn(3) ? 1 : 0),
        priority: EventPriority(rawValue: random.oneIn(40) ? 2 : random.oneIn(2) ? 1 : 0),
        isSignalable: random.oneIn(2)
      )
    }
    if random.oneIn(20) { event.routing.mode = RoutingMode(rawValue: 2 + UInt8(random.below(9))) }
    event.registered = event.isShared ? Bitmap(below: 1) : some(2).union(some(2))
    if random.oneIn(12) { event.registered = Bitmap() }
    if random.oneIn(15) { event.registered.insert(UInt32(1 + random.below(70))) }
    event.enabled = random.oneIn(3) ? event.registered.subtracting(some(2)) : event.registered
    event.entry = Column(0x1000, at: event.registered)
    let waits = random.oneIn(6) || event.isShared ? some(3) : some(2).intersection(event.registered)
    for range in waits.ranges {
      for vcpu in range.first...range.last { event.pending[vcpu] = 1 + random.below(3) / 2 }
    }
    if dialect == .kvmV5, random.oneIn(4) {
      event.unregisterPending = event.isShared ? Bitmap(below: 1) : some(3)
    }
    if dialect == .kvmV4, random.oneIn(8) { event.extras[.refcount] = 1 + random.below(4) }
    return event
  }

  /// Lets a handler run, mostly of an event that is queued there and belongs at the level.
  private mutating func run(
    _ level: Level,
    _ vcpu: UInt32,
    _ queue: [EventNumber],
    _ snapshot: inout Snapshot
  ) {
    if !random.oneIn(3) { return }
    var number = queue.first { number in
      (snapshot.events[number]?.definition?.priority == .critical) == (level == .critical)
    }
    if random.oneIn(6) { number = queue.last }
    if random.oneIn(12) { number = random.pick(snapshot.events.map(\.number)) }
    if random.oneIn(15) { number = EventNumber(7) }
    snapshot.contexts.insert(
      Context(vcpu: vcpu, level: level, event: number, frame: RegisterFrame(pc: 0x2000 + 4))
    )
  }

  private mutating func shuffled(
    _ snapshot: Snapshot,
    _ isIn: KeyPath<Event, Bool>
  ) -> [EventNumber]? {
    let list = snapshot.events.filter { $0[keyPath: isIn] }.map(\.number)
    return list.isEmpty ? nil : list.shuffled(using: &random)
  }
}

extension Event {
  fileprivate var isDefined: Bool { definition != nil }
  fileprivate var isListed: Bool { !registered.isEmpty }
}
