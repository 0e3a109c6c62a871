import SDEIEngine
import SDEIModel
import SDEITestSupport
import Testing

@Suite("The folded migration ports and the live engine are one")
struct PortAgreementTests {
  private static let first: UInt64 = 0x5DE1_7000
  private static let count: UInt64 = 4_000

  @Test(
    "random states: same errno for every command, same requests, and hazards where harm is",
    arguments: [DialectID.kvmV4, .kvmV5, .kvmV7]
  )
  func likely(_ dialect: DialectID) throws {
    var problems: [String] = []
    var (loaded, unknown, seen) = (0, 0, [String: Int]())
    for seed in Self.first..<Self.first + Self.count {
      let snapshot = LikelySnapshot.make(seed: seed, dialect: dialect)
      let supplied = snapshot.supplied()
      let comparison = try #require(try PortComparison(try Dispatcher(supplied)))
      let oracle = HazardOracle(comparison)
      problems += (comparison.differences + oracle.problems).map { "seed \(seed): \($0)" }
      loaded += comparison.outcome.isLoaded ? 1 : 0
      seen.merge(oracle.seen, uniquingKeysWith: +)
      // The same state before the engine put its lists in order.
      let raw = MigrationPort.load(snapshot, into: dialect)
      if raw?.isLoaded != comparison.outcome.isLoaded
        || raw?.deliveryRequests != comparison.outcome.deliveryRequests
      {
        problems.append("seed \(seed): the state as made and as the engine tells it differ")
      }
      let isUnknown = raw?.hazards.contains { $0.rule.id == "SDEI-T124" } == true
      if isUnknown != (supplied != snapshot) { problems.append("seed \(seed): SDEI-T124") }
      unknown += isUnknown ? 1 : 0
      // What is taken as exposed is what a VMM that exposes it meets.
      let told = MigrationPort.load(supplied, into: dialect)?.refusals
      if isUnknown, Set(told ?? []) != Set(raw?.refusals ?? []) {
        problems.append("seed \(seed): refusals with and without the definitions differ")
      }
    }
    print("\(dialect.name): seeds from \(Self.first), \(Self.count) likely states, \(loaded) load")
    for (id, count) in seen.sorted(by: { $0.key < $1.key }) { print("  \(id) seen \(count) times") }
    #expect(problems.isEmpty, "\(problems.count):\n\(problems.prefix(12).joined(separator: "\n"))")
    print("  \(unknown) with unknown definitions")
    #expect((unknown > 100) == (dialect == .kvmV4))
    #expect(loaded > 500 && (dialect == .kvmV7 || loaded < Int(Self.count) - 500))
    for id in Self.expected(dialect) { #expect(seen[id, default: 0] > 10, "\(id)") }
  }

  private static func expected(_ dialect: DialectID) -> [String] {
    switch dialect {
    case .kvmV7: (131...134).map { "SDEI-T\($0)" }
    case .kvmV5:
      [101, 102, 106, 107, 108, 109, 110, 114, 122, 123].map { "SDEI-T\($0)" }
        + ["SDEI-T103 or SDEI-T116", "SDEI-T115 or SDEI-T116"]
    default: [102, 106, 107, 108, 109, 110, 118, 119, 120, 122, 123].map { "SDEI-T\($0)" }
    }
  }

  @Test(
    "wild states: same errno for every command, same requests",
    arguments: [DialectID.kvmV4, .kvmV5, .kvmV7]
  )
  func wild(_ dialect: DialectID) throws {
    var problems: [String] = []
    var (compared, tooLarge) = (0, 0)
    for seed in Self.first..<Self.first + Self.count {
      let vcpus = UInt32([0, 1, 2, 3, 8, 65][Int(seed % 6)])
      let snapshot = Self.consistent(
        RandomSnapshot.make(seed: seed, vcpus: vcpus, dialect: dialect)
      ).supplied()
      guard let source = try? Dispatcher(snapshot, maxMemory: 1 << 22) else {
        tooLarge += 1
        continue
      }
      let comparison = try #require(try PortComparison(source))
      problems += comparison.differences.map { "seed \(seed): \($0)" }
      compared += 1
    }
    print(
      "\(dialect.name): seeds from \(Self.first), \(compared) wild states compared, "
        + "\(tooLarge) too large for a live engine"
    )
    #expect(problems.isEmpty, "\(problems.count):\n\(problems.prefix(12).joined(separator: "\n"))")
    #expect(compared > 1_000)
  }

  /// Takes away what no format holds, extras that contradict the state (SDEI-C004) and lists that
  /// are empty, and slots so far beyond the vCPUs that a live engine has no memory for them.
  private static func consistent(_ wild: Snapshot) -> Snapshot {
    var result = wild
    let exposed = wild.extras.lists[.exposedOrder]?.filter { wild.events[$0]?.definition != nil }
    result.extras.lists[.exposedOrder] = exposed?.isEmpty == true ? nil : exposed
    if wild.extras.lists[.registeredOrder]?.isEmpty == true {
      result.extras.lists[.registeredOrder] = nil
    }
    let slots = Bitmap(below: 600)
    result.events.updateAll { event in
      for (_, path) in Event.bitmaps { event[keyPath: path].formIntersection(slots) }
      for (_, path) in Event.columns {
        event[keyPath: path] = event[keyPath: path].restricted(to: slots)
      }
    }
    let lists = wild.extras.vcpuLists[.queueOrder]?.items ?? []
    for item in lists {
      result.events.updateAll { event in
        if !item.events.contains(event.number) {
          event.pending = event.pending.removing(Bitmap(item.vcpus))
        }
      }
      for number in item.events { result.events.update(number) { _ in } }
    }
    return result
  }

  @Test(
    "a dialect without a migration ABI has no port",
    arguments: [DialectID.specification, .tfA, .qemuRFC]
  )
  func none(_ dialect: DialectID) {
    #expect(MigrationPort.load(Snapshot(), into: dialect) == nil)
  }

  @Test("cost follows what is there: 2^32 vCPUs take no time", arguments: DialectID.allCases)
  func largest(_ dialect: DialectID) {
    var snapshot = NativeFixtures.largest()
    snapshot.vcpus.count = .max
    snapshot.vcpus.masked = Bitmap()
    for event in snapshot.events {
      snapshot.events.update(event.number) { $0.pending = Column(1, at: Bitmap(below: .max)) }
    }
    let outcome = MigrationPort.load(snapshot, into: dialect)
    #expect(outcome == nil || outcome?.isLoaded == (dialect == .kvmV7))
  }

  @Test(
    "nothing takes the square of what is there: many events, orders and contexts",
    arguments: [DialectID.kvmV4, .kvmV5, .kvmV7]
  )
  func many(_ dialect: DialectID) {
    let count: UInt32 = 40_000
    var snapshot = Snapshot(instance: Instance(dialect: dialect), vcpus: VCPUs(count: .max))
    var orders = VCPULists()
    var (events, contexts): ([Event], [Context]) = ([], [])
    for index in 0..<count {
      var event = Event(EventNumber(0x4040_0000 + UInt64(index)))
      event.pending = Column(1, at: Bitmap(IndexRange(index, .max - count + index)))
      event.unregisterPending = Bitmap(below: .max)
      events.append(event)
      orders.append(IndexRange(index << 4, index << 4 | 7), [event.number])
      let number = EventNumber(0x4040_0000 + UInt64(count - index))
      contexts += Level.allCases.map { Context(vcpu: index, level: $0, event: number) }
    }
    snapshot.events = EventTable(events)
    snapshot.contexts = ContextTable(contexts)
    snapshot.extras.vcpuLists[.queueOrder] = orders
    let bare = MigrationPort.load(snapshot, into: dialect)
    #expect(bare?.isLoaded == (dialect == .kvmV7))
    // The same, registered: KVM v4 takes any number.
    snapshot.events.updateAll { event in
      event.definition = EventDefinition(type: .private, priority: .critical, isSignalable: true)
      event.registered = Bitmap(below: count)
    }
    let registered = MigrationPort.load(snapshot, into: dialect)
    #expect(registered?.isLoaded != nil)
  }
}

extension Snapshot {
  /// The state with a definition for each event that KVM v4's VMM exposed without the state telling:
  /// what `MigrationPort` takes for granted, and a live engine has to be told.
  fileprivate func supplied() -> Snapshot {
    guard instance.dialect == .kvmV4 else { return self }
    var result = self
    let builtIn = EventNumber(0x4040_0000)
    let queued = KVMLists.queued(self).mapValues { $0.below(vcpus.count) }
    let named = Set(KVMLists.registered(self)).union(queued.filter { !$0.value.isEmpty }.keys)
    let exposed = Set(KVMLists.exposed(self))
    for number in named.sorted() where number != builtIn && !exposed.contains(number) {
      guard DialectID.kvmV4.namesEvent(number), events[number]?.definition == nil else { continue }
      if result.events[number] == nil { result.events.insert(Event(number)) }
      let definition = EventDefinition(type: .private, priority: .normal, isSignalable: true)
      result.events.update(number) { $0.definition = definition }
      if let order = extras.lists[.exposedOrder] {
        result.extras.lists[.exposedOrder] =
          (result.extras.lists[.exposedOrder] ?? order) + [number]
      }
    }
    return result
  }
}
