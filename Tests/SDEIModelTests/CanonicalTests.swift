import SDEIFormats
import SDEIModel
import SDEITestSupport
import Testing

@Suite("canonical()")
struct CanonicalTests {
  @Test("is idempotent and leaves no extras, for random snapshots and every fixture")
  func idempotent() {
    let seed: UInt64 = 0x5DE1_0012
    let fixtures = NativeFixtures.all.map(\.document.snapshot)
    for number in 0..<2000 {
      let snapshot =
        number < fixtures.count
        ? fixtures[number]
        : RandomSnapshot.make(seed: seed &+ UInt64(number), vcpus: UInt32(number % 70))
      let canonical = snapshot.canonical()
      #expect(canonical.canonical() == canonical, "seed \(seed &+ UInt64(number))")
      #expect(!canonical.hasExtras && canonical.instance.dialect == .specification)
      #expect(canonical.contexts.allSatisfy { $0.event != nil && $0.vcpu < snapshot.vcpus.count })
    }
  }

  /// A VM of four vCPUs with one event that is registered and enabled on all of them.
  private func snapshot(_ type: EventType, _ change: (inout Event) -> Void = { _ in }) -> Snapshot {
    var event = Event(
      EventNumber(0x4040_0000),
      definition: EventDefinition(type: type, priority: .normal, isSignalable: true)
    )
    let slots = Bitmap(below: type == .shared ? 1 : 4)
    event.registered = slots
    event.enabled = slots
    event.entry = Column(0x1000, at: slots)
    change(&event)
    return Snapshot(
      instance: Instance(dialect: .kvmV5),
      vcpus: VCPUs(count: 4),
      events: EventTable([event])
    )
  }

  private func running(_ snapshot: Snapshot, on vcpus: [UInt32]) -> Snapshot {
    var result = snapshot
    for vcpu in vcpus {
      result.contexts.insert(
        Context(
          vcpu: vcpu,
          level: .normal,
          event: EventNumber(0x4040_0000),
          frame: RegisterFrame(pc: 4)
        )
      )
    }
    return result
  }

  @Test("KVM v5's unregister-pending handler is (0,0,1), and its stale flag is gone")
  func unregisterPending() throws {
    let state = running(
      snapshot(.private) { $0.unregisterPending = Bitmap(indexes: [1, 3]) },
      on: [1]
    )
    let event = try #require(state.canonical().events.first)
    #expect(event.registered == Bitmap(indexes: [0, 2, 3]) && event.enabled == event.registered)
    #expect(event.running == Bitmap(indexes: [1]) && event.unregisterPending.isEmpty)
    #expect(event.entry[1] == 0x1000, "its data stays until completion")
  }

  @Test("what is being handled is not pending")
  func pending() throws {
    let state = running(snapshot(.private) { $0.pending = Column([3, 1, 2]) }, on: [0, 1])
    let event = try #require(state.canonical().events.first)
    #expect((0..<4).map { event.pending[$0] } == [2, 0, 2, 0])
  }

  @Test("a shared event lives in slot 0: what waits for it is added up")
  func shared() throws {
    let state = running(
      snapshot(.shared) {
        $0.pending = Column([2, 1, 1, 1])
        $0.entry = Column(0x1000, at: Bitmap(below: 4))
      },
      on: [2]
    )
    let event = try #require(state.canonical().events.first)
    #expect(event.pending == Column([4]) && event.entry == Column([0x1000]))
    #expect(event.running == Bitmap(below: 1))
  }

  @Test("left-over values, registers, and routing that means nothing are gone")
  func leftovers() throws {
    var state = snapshot(.private) {
      $0.registered = Bitmap(indexes: [2])
      $0.enabled = Bitmap()
      $0.routing = Routing(mode: RoutingMode(rawValue: 7), affinity: Affinity(rawValue: 7))
      $0.argument = Column([9, 9, 9, 9, 9])
    }
    state.contexts.insert(Context(vcpu: 0, level: .critical, frame: RegisterFrame(pc: 8)))
    state.contexts.insert(
      Context(vcpu: 1, level: .normal, event: EventNumber(5), frame: RegisterFrame(pc: 8))
    )
    let canonical = state.canonical()
    let event = try #require(canonical.events.first)
    #expect(event.entry == Column([0, 0, 0x1000]) && event.argument == Column([0, 0, 9]))
    #expect(event.routing == Routing() && canonical.contexts.isEmpty)
  }

  @Test("an error in the specification's terms stays, for rules to find")
  func errorsStay() throws {
    let state = snapshot(.private) { $0.registered = Bitmap() }
    #expect(try #require(state.canonical().events.first).enabled == Bitmap(below: 4))
  }
}
