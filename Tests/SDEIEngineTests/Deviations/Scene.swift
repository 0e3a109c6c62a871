import SDEIEngine
import SDEIModel

/// An engine, and the registers of its vCPUs.
struct Scene: Sendable {
  var engine: Dispatcher
  var live: [LiveRegisters]
  var outcomes: [Outcome] = []
  /// Whether no undefined answer changed anything.
  private(set) var isUntouched = true

  init(_ start: Snapshot, _ dialect: Dialect) throws {
    engine = try Dispatcher(start, dialect: dialect)
    live = (0..<start.vcpus.count).map { _ in World.registers }
  }

  /// Goes on from the state of another scene in another dialect.
  init(continuing other: Scene, _ dialect: Dialect) throws {
    engine = try Dispatcher(other.engine.snapshot(), dialect: dialect)
    engine.interrupts = other.engine.interrupts
    live = other.live
  }

  mutating func play(_ step: Step) throws {
    let (before, registers) = (engine.snapshot(), live)
    switch step {
    case .edit(let vcpu, let body): return body(&live[Int(vcpu)])
    case .act(let action): outcomes.append(try perform(action))
    }
    if case .undefined? = outcomes.last?.answer {
      isUntouched = isUntouched && engine.snapshot() == before && live == registers
    }
  }

  /// Does an action with the registers that the vCPU has.
  private mutating func perform(_ action: Action) throws -> Outcome {
    switch action {
    case .call(let call, let vcpu):
      engine.call(call, on: vcpu, registers: &live[Int(vcpu)])
    case .deliver(let vcpu, let force, _):
      engine.deliver(vcpu, force: force, registers: &live[Int(vcpu)])
    case .arrive(let number, let vcpu, _):
      engine.arrive(number, on: vcpu, registers: &live[Int(vcpu)])
    case .dispatch(let number, let vcpu, _):
      engine.dispatch(number, on: vcpu, registers: &live[Int(vcpu)])
    default: try engine.perform(action).outcome
    }
  }
}

/// The state with which the cases start: two vCPUs, masked, and an event of each kind.
enum World {
  static let start: Snapshot = {
    var result = Snapshot.fresh(.specification, vcpus: 2)
    result.vcpus.affinityKnown = Bitmap(below: 2)
    result.vcpus.affinity = Column([0, 1])
    let events: [(EventNumber, EventType, EventPriority, EventOrigin, UInt32?)] = [
      (.normal, .private, .normal, .platform, nil), (.later, .private, .normal, .platform, nil),
      (.critical, .private, .critical, .platform, nil),
      (.signalable, .private, .normal, .platform, nil),
      (.shared, .shared, .normal, .platform, nil), (.firmware, .private, .normal, .firmware, nil),
      (.urgent, .private, .critical, .firmware, nil), (.ppi, .private, .normal, .slot, 20),
      (.spi, .shared, .normal, .slot, 40),
    ]
    for (number, type, priority, origin, interrupt) in events {
      let definition = EventDefinition(
        type: type,
        priority: priority,
        isSignalable: number == .signalable,
        origin: origin,
        interrupt: interrupt
      )
      result.events.insert(Event(number, definition: definition))
    }
    return result
  }()

  /// What a vCPU has in its registers at first: of each one another value.
  static let registers: LiveRegisters = {
    var frame = RegisterFrame(pc: 0x4_0000, pstate: 0x6000_0004)
    for word in 0..<18 { frame.x[word] = 0x1000 + UInt64(word) }
    return LiveRegisters(frame: frame, elr: 0x111, spsr: 0x222, vbar: 0x10_0000)
  }()
}

/// The events of the world; event 0 is private, normal and signalable.
extension EventNumber {
  static let normal = EventNumber(0x10)
  /// Private and normal, of a higher number.
  static let later = EventNumber(0x11)
  static let critical = EventNumber(0x12)
  /// Private, normal, and not event 0.
  static let signalable = EventNumber(0x13)
  static let shared = EventNumber(0x20)
  /// Firmware's own, private and normal.
  static let firmware = EventNumber(0x30)
  /// Firmware's own, private and critical.
  static let urgent = EventNumber(0x31)
  /// A private bind slot's, bound to interrupt 20.
  static let ppi = EventNumber(0x4000_0000)
  /// A shared bind slot's, bound to interrupt 40.
  static let spi = EventNumber(0x4000_0001)
  /// Nobody's.
  static let unknown = EventNumber(0x99)
}
