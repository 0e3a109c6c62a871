import Foundation
import SDEIEngine
import SDEIFormats
import SDEIModel
import SDEITestSupport
import SDEIVerify
import Testing

@Suite("KVM v5's SET commands")
struct KVMv5LoadTests {
  static let directories: [String] = {
    var directories = [Repository.path("fixtures/traces/kvm-v5")]
    if let more = ProcessInfo.processInfo.environment["SDEI_TRACES"] {
      directories.append(more + "/kvm-v5")
    }
    return directories
  }()

  @Test(
    "do what the recordings say, wherever a dump stands right before a migration",
    arguments: directories
  )
  func predictsMigrations(directory: String) throws {
    var (predicted, refused) = (0, 0)
    for trace in try KVMTrace.all(.kvmV5, in: directory) {
      for dump in trace.dumps where dump.step + 1 < trace.steps.count {
        let step = trace.steps[dump.step + 1]
        guard step.name == "migrate" else { continue }
        let snapshot = try Codec.decode(dump.transcript).snapshot
        let outcome = try load(snapshot)
        check(outcome, step.result, dump)
        let isRefused = step.result["ok"]?.isTrue == false
        let findings = Verifier.verify(try Codec.decode(dump.transcript))
        #expect(
          isRefused
            == findings.contains { $0.severity == .error && $0.problem.contains(" refuses ") }
        )
        predicted += 1
        refused += isRefused ? 1 : 0
      }
    }
    print("kvm-v5: \(predicted) migrations predicted, \(refused) of them refused")
    #expect(predicted > 0)
    if directory == Self.directories[0] { #expect(predicted == 22) }
  }

  private func load(_ snapshot: Snapshot) throws -> LoadOutcome {
    try #require(MigrationPort.load(snapshot, into: .kvmV5))
  }

  private func errno(_ outcome: LoadOutcome, _ command: LoadCommand, _ vcpu: UInt32? = nil) -> Int64
  {
    -Int64(outcome.errno(command, vcpu)?.rawValue ?? 0)
  }

  private func recorded(_ value: TraceValue?) -> Int64 {
    guard let value else { return 0 }
    if case .number(let number) = value.node.value { return Int64(number) }
    let line = value.node.kind
    return line.contains("negative") ? .min : 0
  }

  private func check(_ outcome: LoadOutcome, _ result: TraceValue, _ dump: KVMDump) {
    #expect(outcome.isLoaded == (result["ok"]?.isTrue == true), "\(dump)")
    let succeeded = { (key: String) in recorded(result[key]) == 0 }
    #expect((errno(outcome, .setExposedEvent) == 0) == succeeded("set_exposed"), "\(dump)")
    #expect((errno(outcome, .setRegisteredEvent) == 0) == succeeded("set_registered"), "\(dump)")
    var failing: Set<UInt32> = []
    for entry in result["vcpu_errors"]?.items ?? [] {
      let vcpu = UInt32(entry.items[0].number ?? 0)
      failing.insert(vcpu)
      let event = errno(outcome, .setVCPUEvent, vcpu) == 0
      let state = errno(outcome, .setVCPUState, vcpu) == 0
      #expect(event == (recorded(entry.items[1]) == 0), "\(dump) vCPU \(vcpu)")
      #expect(state == (recorded(entry.items[2]) == 0), "\(dump) vCPU \(vcpu)")
    }
    for vcpu in 0..<dump.vcpus where !failing.contains(vcpu) {
      #expect(outcome.errno(.setVCPUEvent, vcpu) == nil, "\(dump) vCPU \(vcpu)")
      #expect(outcome.errno(.setVCPUState, vcpu) == nil, "\(dump) vCPU \(vcpu)")
    }
  }

  @Test("return the very errnos that the recordings have", arguments: directories)
  func errnos(directory: String) throws {
    var checked = 0
    for trace in try KVMTrace.all(.kvmV5, in: directory) {
      for dump in trace.dumps where dump.step + 1 < trace.steps.count {
        let step = trace.steps[dump.step + 1]
        guard step.name == "migrate", step.result["ok"]?.isTrue == false else { continue }
        let outcome = try load(try Codec.decode(dump.transcript).snapshot)
        // Negative numbers are no values of the parser: they are read from the line itself.
        let line = step.line.replacing(" ", with: "")
        #expect(
          line.contains("\"set_registered\":\(errno(outcome, .setRegisteredEvent))"),
          "\(dump)"
        )
        var errors: [String] = []
        for vcpu in 0..<dump.vcpus {
          let (event, state) = (
            errno(outcome, .setVCPUEvent, vcpu), errno(outcome, .setVCPUState, vcpu)
          )
          if event != 0 || state != 0 { errors.append("[\(vcpu),\(event),\(state)]") }
        }
        #expect(line.contains("\"vcpu_errors\":[\(errors.joined(separator: ","))]"), "\(dump)")
        checked += 1
      }
    }
    print("kvm-v5: errnos of \(checked) refused migrations")
    #expect(checked > 0 || directory != Self.directories[0])
  }

  /// A VM of two vCPUs with two events, the second of them critical, that loads.
  private static func valid() -> Snapshot {
    var snapshot = Snapshot(instance: Instance(dialect: .kvmV5), vcpus: VCPUs(count: 2))
    for (number, priority) in [(0, EventPriority.normal), (0x4040_0001, .critical)]
      as [(UInt64, EventPriority)]
    {
      var event = Event(
        EventNumber(number),
        definition: EventDefinition(type: .private, priority: priority, isSignalable: true)
      )
      event.registered = Bitmap(below: 2)
      event.enabled = event.registered
      event.pending = Column([1, 1])
      snapshot.events.insert(event)
    }
    snapshot.contexts.insert(Context(vcpu: 0, level: .normal, event: EventNumber(0)))
    return snapshot
  }

  struct Breach: Sendable, CustomTestStringConvertible {
    let id: String
    let errno: Errno
    let vcpu: UInt32?
    let path: String
    let change: @Sendable (inout Snapshot) -> Void
    var testDescription: String { id }
  }

  private static let second = EventNumber(0x4040_0001)

  private static func many(_ registered: Bool) -> @Sendable (inout Snapshot) -> Void {
    { snapshot in
      for number in 0..<200 as Range<UInt64> {
        var event = Event(EventNumber(0x4040_1000 + number))
        if registered {
          event.registered = Bitmap(below: 1)
        } else {
          event.definition = EventDefinition(type: .private, priority: .normal, isSignalable: false)
        }
        snapshot.events.insert(event)
      }
    }
  }

  static let breaches: [Breach] = [
    Breach(id: "SDEI-T001", errno: .outOfRange, vcpu: nil, path: "events", change: many(false)),
    Breach(id: "SDEI-T002", errno: .invalid, vcpu: nil, path: "events[0x5].number") {
      $0.events.insert(
        Event(
          EventNumber(5),
          definition: EventDefinition(type: .private, priority: .normal, isSignalable: false)
        )
      )
    },
    Breach(id: "SDEI-T003", errno: .invalid, vcpu: nil, path: "events[0x40400001].type") {
      $0.events.update(second) { $0.definition?.type = EventType(rawValue: 2) }
    },
    Breach(id: "SDEI-T004", errno: .invalid, vcpu: nil, path: "events[0x40400001].priority") {
      $0.events.update(second) { $0.definition?.priority = EventPriority(rawValue: 2) }
    },
    Breach(id: "SDEI-T005", errno: .outOfRange, vcpu: nil, path: "events", change: many(true)),
    Breach(id: "SDEI-T006", errno: .invalid, vcpu: nil, path: "events[0x5].number") {
      $0.events.update(EventNumber(5)) { $0.registered = Bitmap(below: 1) }
    },
    Breach(id: "SDEI-T007", errno: .invalid, vcpu: nil, path: "events[0x40400001].routing.mode") {
      $0.events.update(second) { $0.routing.mode = RoutingMode(rawValue: 0x80) }
    },
    Breach(id: "SDEI-T008", errno: .noEntry, vcpu: nil, path: "events[0x40400001].definition") {
      $0.events.update(second) { $0.definition = nil }
    },
    Breach(
      id: "SDEI-T009",
      errno: .invalid,
      vcpu: 1,
      path: "events[0x5].vcpus[1].number"
    ) { $0.events.update(EventNumber(5)) { $0.pending = Column([0, 2]) } },
    Breach(
      id: "SDEI-T010",
      errno: .noEntry,
      vcpu: 1,
      path: "events[0x40400009].vcpus[1].pending"
    ) { $0.events.update(EventNumber(0x4040_0009)) { $0.pending = Column([0, 2]) } },
    Breach(
      id: "SDEI-T011",
      errno: .noEntry,
      vcpu: 0,
      path: "events[0x40400001].vcpus[0-1].pending"
    ) { $0.events.update(second) { $0.registered = Bitmap() } },
    Breach(id: "SDEI-T012", errno: .invalid, vcpu: 1, path: "contexts[1].critical.event") {
      $0.events.update(second) { $0.pending = Column([1]) }
      $0.contexts.insert(Context(vcpu: 1, level: .critical, event: second))
    },
    Breach(id: "SDEI-T013", errno: .invalid, vcpu: 1, path: "contexts[1].normal.event") {
      $0.events.update(second) { $0.pending = Column([1]) }
      $0.contexts.insert(Context(vcpu: 1, level: .normal, event: second))
    },
  ]

  @Test(
    "a state without faults loads, and asks for delivery where something waits and nothing runs"
  )
  func loads() throws {
    let outcome = try load(Self.valid())
    #expect(outcome.isLoaded && outcome.deliveryRequests == Bitmap(indexes: [1]))
    // Its one hazard: a critical event waits behind a normal handler.
    let findings = Verifier.verify(Document(format: .sdei, snapshot: Self.valid()))
    #expect(
      findings.map(\.id).filter { $0.hasPrefix("SDEI-T") } == ["SDEI-T101"]
        && outcome.hazards.map(\.vcpus) == [
          Bitmap(indexes: [0]), Bitmap(below: 2),
        ]
    )
  }

  @Test(
    "each rule refuses what breaks it, with its errno, its place and what to do",
    arguments: breaches
  )
  func rules(breach: Breach) throws {
    var snapshot = Self.valid()
    breach.change(&snapshot)
    let outcome = try load(snapshot)
    let refusal = try #require(outcome.refusals.first { $0.rule.id == breach.id })
    #expect(refusal.isDeciding && !refusal.isConsequence && refusal.rule.errno == breach.errno)
    #expect(outcome.errno(refusal.rule.command, breach.vcpu) == breach.errno)
    let findings = Verifier.verify(Document(format: .sdei, snapshot: snapshot))
    let finding = try #require(findings.first { $0.id == breach.id })
    #expect(finding.path == breach.path && finding.severity == .error)
    #expect(finding.problem.contains(breach.errno.name) && !finding.action.isEmpty)
  }

  @Test("a refused list makes later commands fail, and that is told apart from their own faults")
  func consequences() throws {
    var snapshot = Self.valid()
    snapshot.events.update(Self.second) { $0.routing.mode = RoutingMode(rawValue: 9) }
    let outcome = try load(snapshot)
    #expect(outcome.errno(.setRegisteredEvent) == .invalid)
    #expect(
      outcome.errno(.setVCPUEvent, 0) == .noEntry && outcome.errno(.setVCPUEvent, 1) == .noEntry
    )
    #expect(outcome.errno(.setVCPUState, 0) == .invalid && outcome.errno(.setVCPUState, 1) == nil)
    #expect(outcome.refusals.filter { !$0.isConsequence }.map(\.rule.id) == ["SDEI-T007"])
  }

  @Test("the first failing entry of a queue, in its own order, decides the errno")
  func queueOrder() throws {
    var snapshot = Self.valid()
    for number in [5, 0x4040_0009] as [UInt64] {
      snapshot.events.update(EventNumber(number)) { $0.pending = Column([1, 1]) }
    }
    #expect(try load(snapshot).errno(.setVCPUEvent, 0) == .invalid)
    var lists = VCPULists()
    lists.append(
      IndexRange(1, 1),
      [0x4040_0009, 5, 0x4040_0001, 0].map { EventNumber($0) }
    )
    snapshot.extras.vcpuLists[.queueOrder] = lists
    let outcome = try load(snapshot)
    #expect(
      outcome.errno(.setVCPUEvent, 0) == .invalid && outcome.errno(.setVCPUEvent, 1) == .noEntry
    )
  }

  @Test("cost follows what is there: the largest VM is checked at once")
  func largest() {
    var snapshot = NativeFixtures.largest()
    snapshot.instance.dialect = .kvmV5
    let findings = Verifier.verify(Document(format: .sdei, snapshot: snapshot))
    #expect(
      findings.contains { $0.id == "SDEI-T002" } && findings.contains { $0.id == "SDEI-T020" }
    )
  }
}
