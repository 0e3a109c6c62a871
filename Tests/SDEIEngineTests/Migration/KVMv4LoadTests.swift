import SDEIEngine
import SDEIFormats
import SDEIModel
import SDEITestSupport
import SDEIVerify
import Testing

@Suite("KVM v4's SET commands")
struct KVMv4LoadTests {
  private static let builtIn = EventNumber(0x4040_0000)
  private static let number = EventNumber(0x4040_0001)

  /// A VM of two vCPUs with the kernel's own event and another one, both queued, that loads.
  private static func valid() -> Snapshot {
    var snapshot = Snapshot(instance: Instance(dialect: .kvmV4), vcpus: VCPUs(count: 2))
    for (number, priority) in [(builtIn, EventPriority.critical), (Self.number, .normal)] {
      var event = Event(
        number,
        definition: EventDefinition(type: .private, priority: priority, isSignalable: true)
      )
      event.registered = Bitmap(below: 2)
      event.enabled = event.registered
      event.pending = Column([1, 1])
      snapshot.events.insert(event)
    }
    return snapshot
  }

  struct Breach: Sendable, CustomTestStringConvertible {
    let id: String
    let command: LoadCommand
    let errno: Errno
    let event: EventNumber
    var vcpu: UInt32?
    let path: String
    let change: @Sendable (inout Snapshot) -> Void
    var testDescription: String { id }
  }

  static let breaches: [Breach] = [
    Breach(
      id: "SDEI-T021",
      command: .setEvent,
      errno: .invalid,
      event: EventNumber(0),
      path: "events[0x0].number"
    ) {
      let definition = EventDefinition(type: .private, priority: .normal, isSignalable: true)
      $0.events.insert(Event(EventNumber(0), definition: definition))
    },
    Breach(
      id: "SDEI-T022",
      command: .setEvent,
      errno: .invalid,
      event: number,
      path: "events[0x40400001].type"
    ) { $0.events.update(number) { $0.definition?.type = EventType(rawValue: 2) } },
    Breach(
      id: "SDEI-T023",
      command: .setEvent,
      errno: .invalid,
      event: number,
      path: "events[0x40400001].priority"
    ) { $0.events.update(number) { $0.definition?.priority = EventPriority(rawValue: 2) } },
    Breach(
      id: "SDEI-T024",
      command: .setEvent,
      errno: .exists,
      event: number,
      path: "events[0x40400001].definition"
    ) { $0.extras.lists[.exposedOrder] = [number, builtIn, number] },
    Breach(
      id: "SDEI-T025",
      command: .setKEvent,
      errno: .invalid,
      event: EventNumber(0),
      path: "events[0x0].number"
    ) { $0.events.update(EventNumber(0)) { $0.registered = Bitmap(below: 1) } },
    Breach(
      id: "SDEI-T026",
      command: .setKEvent,
      errno: .invalid,
      event: number,
      path: "events[0x40400001].routing.mode"
    ) { $0.events.update(number) { $0.routing.mode = RoutingMode(rawValue: 2) } },
    Breach(
      id: "SDEI-T027",
      command: .setKEvent,
      errno: .noEntry,
      event: number,
      path: "events[0x40400001].definition"
    ) { $0.extras.lists[.exposedOrder] = [builtIn] },
    Breach(
      id: "SDEI-T028",
      command: .setKEvent,
      errno: .exists,
      event: builtIn,
      path: "events[0x40400000].registered"
    ) { $0.extras.lists[.registeredOrder] = [builtIn, builtIn, number] },
    Breach(
      id: "SDEI-T029",
      command: .setVEvent,
      errno: .invalid,
      event: EventNumber(5),
      vcpu: 1,
      path: "events[0x5].vcpus[1].number"
    ) { $0.events.update(EventNumber(5)) { $0.pending = Column([0, 1]) } },
    Breach(
      id: "SDEI-T030",
      command: .setVEvent,
      errno: .noEntry,
      event: number,
      vcpu: 0,
      path: "events[0x40400001].vcpus[0-1].pending"
    ) { $0.events.update(number) { $0.registered = Bitmap() } },
    Breach(
      id: "SDEI-T032",
      command: .setVCPUState,
      errno: .invalid,
      event: builtIn,
      vcpu: 1,
      path: "contexts[1].critical.event"
    ) {
      $0.events.update(builtIn) { $0.pending = Column([1]) }
      $0.contexts.insert(Context(vcpu: 1, level: .critical, event: builtIn))
    },
  ]

  @Test("a state without faults loads, and asks for delivery wherever something is queued")
  func loads() throws {
    let outcome = try #require(MigrationPort.load(Self.valid(), into: .kvmV4))
    #expect(outcome.isLoaded && outcome.deliveryRequests == Bitmap(below: 2))
    #expect(outcome.hazards.isEmpty)
    let findings = Verifier.verify(Document(format: .sdei, snapshot: Self.valid()))
    #expect(!findings.contains { $0.id.hasPrefix("SDEI-T") }, "\(findings)")
  }

  @Test(
    "each rule refuses what breaks it, with its errno, its place and what to do",
    arguments: breaches
  )
  func rules(breach: Breach) throws {
    var snapshot = Self.valid()
    breach.change(&snapshot)
    let outcome = try #require(MigrationPort.load(snapshot, into: .kvmV4))
    let refusal = try #require(outcome.refusals.first { $0.rule.id == breach.id })
    #expect(refusal.isDeciding && !refusal.isConsequence)
    #expect(refusal.rule.command == breach.command && refusal.rule.errno == breach.errno)
    #expect(outcome.errno(breach.command, of: breach.event, breach.vcpu) == breach.errno)
    let findings = Verifier.verify(Document(format: .sdei, snapshot: snapshot))
    let finding = try #require(findings.first { $0.id == breach.id })
    #expect(finding.path == breach.path && finding.severity == .error)
    #expect(finding.problem.contains("kvm-v4 refuses the state: \(breach.command.rawValue)"))
    #expect(finding.problem.contains(breach.errno.name) && !finding.action.isEmpty)
  }

  @Test("a definition that the form does not tell is the VMM's to supply, and no refusal")
  func unknownDefinitions() throws {
    var snapshot = Self.valid()
    snapshot.events.update(Self.number) { $0.definition = nil }
    // As a transcript without SET_EVENT frames and QEMU's cpu/sdei are read.
    snapshot.extras.lists[.exposedOrder] = [Self.builtIn]
    for dialect in [DialectID.kvmV4, .kvmV5] {
      let moved = snapshot.expressed(in: dialect)
      let outcome = try #require(MigrationPort.load(moved, into: dialect, from: .kvmV4))
      #expect(outcome.isLoaded && outcome.deliveryRequests == Bitmap(below: 2))
      let hazards = outcome.hazards.filter { $0.rule.severity > .note }
      #expect(hazards.map(\.rule.id) == ["SDEI-T124"])
      let findings = DestinationFindings.findings(outcome, destination: "there")
      let finding = try #require(findings.first { $0.id == "SDEI-T124" })
      #expect(finding.severity == .warning && finding.path == "events")
      #expect(finding.problem.hasPrefix("whether there takes the state is for its VMM to decide"))
      #expect(finding.problem.contains("the definition of 1 event is unknown (\(Self.number))"))
      #expect(finding.action.contains("--events FILE"))
    }
    // v5's exposed list is complete: what it lacks is not exposed.
    let v5 = try #require(MigrationPort.load(snapshot.expressed(in: .kvmV5), into: .kvmV5))
    #expect(v5.errno(.setRegisteredEvent) == .noEntry)
    #expect(!v5.hazards.contains { $0.rule.id == "SDEI-T124" })
  }

  @Test("one finding tells of any number of unknown definitions, and names the first")
  func manyUnknown() throws {
    var snapshot = Self.valid()
    for index in 0..<1_000 as Range<UInt64> {
      var event = Event(EventNumber(0x4040_0100 + index))
      event.registered = Bitmap(below: 2)
      snapshot.events.insert(event)
    }
    // A number that no VMM of v4 can expose, and an event that nobody registered, are not unknown.
    snapshot.events.update(EventNumber(5)) { $0.registered = Bitmap(below: 1) }
    snapshot.events.insert(Event(EventNumber(0x4040_0002)))
    let outcome = try #require(MigrationPort.load(snapshot, into: .kvmV4))
    #expect(outcome.refusals.map(\.rule.id) == ["SDEI-T025"])
    #expect(outcome.hazards.map(\.rule.id) == ["SDEI-T124"])
    let problem = outcome.hazards.first?.rule.problem ?? ""
    #expect(problem.hasPrefix("the definitions of 1000 events are unknown (0x40400100, "))
    #expect(problem.contains("0x40400107 and 992 more)"))
  }

  @Test("of v5's recordings it is said that they show the same code")
  func sources() throws {
    for state in FaultStates.all where state.dialect == .kvmV4 {
      let outcome = try #require(MigrationPort.load(state.snapshot, into: .kvmV4))
      for hazard in outcome.hazards where hazard.rule.source.contains("v5") {
        #expect(hazard.rule.source.hasSuffix(", which shows the same code"))
      }
    }
    let masked = try #require(FaultStates.named("v4-masked"))
    let outcome = try #require(MigrationPort.load(masked, into: .kvmV4))
    let source = "fixtures/traces/kvm-v5/faults/05_*, which shows the same code"
    #expect(outcome.hazards.map(\.rule.source) == [source])
  }

  @Test("only what a refused entry names is missing later, and that is a consequence")
  func consequences() throws {
    var snapshot = Self.valid()
    snapshot.events.update(Self.number) { $0.routing.mode = RoutingMode(rawValue: 9) }
    let outcome = try #require(MigrationPort.load(snapshot, into: .kvmV4))
    #expect(outcome.errno(.setKEvent, of: Self.number) == .invalid)
    #expect(outcome.errno(.setKEvent, of: Self.builtIn) == nil)
    for vcpu in [0, 1] as [UInt32] {
      #expect(outcome.errno(.setVEvent, of: Self.number, vcpu) == .noEntry)
      #expect(outcome.errno(.setVEvent, of: Self.builtIn, vcpu) == nil)
    }
    #expect(outcome.refusals.filter { !$0.isConsequence }.map(\.rule.id) == ["SDEI-T026"])
    #expect(outcome.deliveryRequests == Bitmap(below: 2))
  }

  @Test("a second SET of what is there is refused by the live port (SDEI-T024, T028, T031)")
  func twice() throws {
    let source = try Dispatcher(Self.valid())
    var destination = try Dispatcher(Snapshot.fresh(.kvmV4, vcpus: 2))
    for command in source.save() { #expect(destination.apply(command) == nil) }
    for command in source.save() {
      if case .setState = command { continue }
      #expect(destination.apply(command) == .exists)
    }
  }
}
