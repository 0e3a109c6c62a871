public import SDEIEngine
public import SDEIModel

/// A built-in course of events that the engine runs, so that states and journals can be had without
/// a VM.
public struct Scenario: Sendable {
  /// The name on the command line.
  public let name: String
  /// What happens, in one line.
  public let summary: String
  /// The fewest vCPUs it takes.
  public let minimumVCPUs: UInt32
  let play: @Sendable (inout ScenarioRun) -> Void

  /// Every scenario, in the order of their names' introduction.
  public static let all: [Scenario] = [
    Scenario(
      name: "linux-boot",
      summary: "Linux resets SDEI, registers its GHES events on every vCPU and unmasks",
      minimumVCPUs: 1
    ) { $0.bootLinux() },
    Scenario(
      name: "signal-in-flight",
      summary: "event 0 was signalled to every other vCPU and is not delivered yet",
      minimumVCPUs: 2
    ) { $0.signalInFlight() },
    Scenario(
      name: "nested-critical",
      summary: "on vCPU 0 a critical handler runs on top of a normal one",
      minimumVCPUs: 1
    ) { $0.nestCritical() },
    Scenario(
      name: "unregister-while-running",
      summary: "handlers that run were unregistered and wait for their completion",
      minimumVCPUs: 2
    ) { $0.unregisterWhileRunning() },
    Scenario(
      name: "shared-routing",
      summary: "shared events, routed to one vCPU and to any, on their way",
      minimumVCPUs: 3
    ) { $0.routeShared() },
    Scenario(
      name: "bound-interrupt",
      summary: "a PPI and an SPI are bound to events; the SPI's handler runs",
      minimumVCPUs: 2
    ) { $0.bindInterrupts() },
    Scenario(
      name: "async-page-fault",
      summary: "a host injects page-not-present events, takes one back and hears of the others",
      minimumVCPUs: 2
    ) { $0.faultPages() },
    Scenario(
      name: "cpu-hotplug",
      summary: "vCPUs go off, one of them out of a handler, and one comes back",
      minimumVCPUs: 3
    ) { $0.plugCPUs() },
    Scenario(
      name: "random",
      summary: "random calls, triggers and deliveries; --seed chooses them",
      minimumVCPUs: 1
    ) { $0.playRandomly() },
  ]

  /// The scenario with a name, nil when there is none.
  public static func named(_ name: String) -> Scenario? { all.first { $0.name == name } }

  /// Runs the scenario on the specification's engine.
  ///
  /// `record` is handed the starting state first, then every step with all there is to see of it.
  /// Returns the engine at the end. Memory is that of the state.
  public func run(
    vcpus: UInt32,
    seed: UInt64 = 1,
    maxMemory: UInt64 = Dispatcher.defaultMemory,
    start: (Snapshot) throws -> Void = { _ in },
    record: @escaping (Action, Recorded) -> Void = { _, _ in }
  ) throws -> Dispatcher {
    try Dispatcher.check(vcpus: vcpus, maxMemory: maxMemory)
    let state = Self.start(vcpus: vcpus)
    try start(state)
    var run = ScenarioRun(
      dispatcher: try Dispatcher(state, maxMemory: maxMemory),
      seed: seed,
      record: record
    )
    play(&run)
    return run.dispatcher
  }

  /// A new instance of a platform with Linux's GHES events and a few others.
  static func start(vcpus: UInt32) -> Snapshot {
    var state = Snapshot.fresh(.specification, vcpus: vcpus)
    state.instance.producer = "sdeictl scenario"
    state.vcpus.affinityKnown = Bitmap(below: vcpus)
    state.vcpus.affinity = affinities(vcpus)
    for (number, type, priority, notifier) in ScenarioEvent.platform {
      state.events[number] = Event(
        number,
        definition: EventDefinition(
          type: type,
          priority: priority,
          isSignalable: false,
          notifier: notifier
        )
      )
    }
    return state
  }

  /// The affinities that a VMM gives: 16 vCPUs to a cluster.
  private static func affinities(_ count: UInt32) -> Column {
    var builder = ColumnBuilder()
    for vcpu in 0..<count { builder.append(vcpu, ScenarioEvent.affinity(of: vcpu)) }
    return builder.finish()
  }
}

/// The events of the scenarios' platform; KVM v5 could number them so, too.
enum ScenarioEvent {
  static let normal = EventNumber(0x4040_0001)
  static let critical = EventNumber(0x4040_0002)
  static let shared = EventNumber(0x4040_0003)
  static let sharedCritical = EventNumber(0x4040_0004)
  static let asyncPF = EventNumber(0x4040_0005)

  static let platform: [(EventNumber, EventType, EventPriority, String?)] = [
    (normal, .private, .normal, nil), (critical, .private, .critical, nil),
    (shared, .shared, .normal, nil), (sharedCritical, .shared, .critical, nil),
    (asyncPF, .private, .normal, "async-pf"),
  ]

  /// The MPIDR fields of a vCPU: Aff0 below 16, then Aff1, Aff2 and Aff3.
  static func affinity(of vcpu: UInt32) -> UInt64 {
    Affinity(
      aff3: UInt8(truncatingIfNeeded: vcpu >> 20),
      aff2: UInt8(truncatingIfNeeded: vcpu >> 12),
      aff1: UInt8(truncatingIfNeeded: vcpu >> 4),
      aff0: UInt8(vcpu & 0xF)
    ).rawValue
  }
}
