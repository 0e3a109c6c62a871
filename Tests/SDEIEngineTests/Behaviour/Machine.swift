import SDEIEngine
import SDEIModel
import Testing

/// An engine of the specification with the registers of its vCPUs, for tests that tell a story.
struct Machine {
  var engine: Dispatcher
  var registers: [LiveRegisters]

  static let zero = EventNumber.softwareSignalled
  static let normal = EventNumber(0x4000_0100)
  static let critical = EventNumber(0x4000_0101)
  static let shared = EventNumber(0x4000_0102)
  static let level = EventNumber(0x4000_0103)
  static let sharedCritical = EventNumber(0x4000_0104)
  static let resumeAt: UInt64 = 0xFFFF_8000_0801_0280

  /// Every vCPU is on and unmasked, and nothing is registered.
  init(vcpus: UInt32 = 3, _ change: (inout Snapshot) -> Void = { _ in }) throws {
    var snapshot = Snapshot.fresh(vcpus: vcpus)
    snapshot.vcpus.masked = Bitmap()
    snapshot.vcpus.affinityKnown = Bitmap(below: vcpus)
    snapshot.vcpus.affinity = Column((0..<vcpus).map { Self.affinity($0) })
    let definitions: [(EventNumber, EventType, EventPriority, Trigger)] = [
      (Self.normal, .private, .normal, .edge), (Self.critical, .private, .critical, .edge),
      (Self.shared, .shared, .normal, .edge), (Self.level, .private, .normal, .level),
      (Self.sharedCritical, .shared, .critical, .edge),
    ]
    for (number, type, priority, trigger) in definitions {
      let definition = EventDefinition(
        type: type,
        priority: priority,
        isSignalable: false,
        trigger: trigger
      )
      snapshot.events.insert(Event(number, definition: definition))
    }
    change(&snapshot)
    engine = try Dispatcher(snapshot)
    registers = (0..<vcpus).map { vcpu in
      var frame = RegisterFrame(pc: 0xFFFF_0000_0000 + UInt64(vcpu) << 8, pstate: 0x6000_0004)
      for index in 0..<18 { frame.x[index] = UInt64(vcpu + 1) << 32 | UInt64(index) }
      return LiveRegisters(frame: frame, elr: 0xE1, spsr: 0x5B, vbar: 0xFFFF_8000_0800_0000)
    }
  }

  /// Two PEs to a cluster, so that an affinity is not an index.
  static func affinity(_ vcpu: UInt32) -> UInt64 { UInt64(vcpu / 2 + 1) << 8 | UInt64(vcpu % 2) }

  var snapshot: Snapshot { engine.snapshot() }

  /// Makes a call and gives all of its outcome.
  @discardableResult
  mutating func outcome(_ call: Call, on vcpu: UInt32 = 0) -> Outcome {
    engine.call(call, on: vcpu, registers: &registers[Int(vcpu)])
  }

  /// Makes a call; nil where it does not return.
  @discardableResult
  mutating func call(
    _ function: FunctionID,
    _ arguments: UInt64...,
    on vcpu: UInt32 = 0
  ) -> Int64? {
    var x = arguments
    while x.count < 5 { x.append(0) }
    return outcome(Call(function, x[0], x[1], x[2], x[3], x[4]), on: vcpu).value
  }

  /// Registers and enables an event; the entry point tells the event.
  @discardableResult
  mutating func enable(
    _ number: EventNumber,
    flags: UInt64 = 0,
    affinity: UInt64 = 0,
    on vcpu: UInt32 = 0
  ) -> [Int64?] {
    let raw = number.rawValue
    return [
      call(.eventRegister, raw, Self.entry(number), 0xA0 | raw & 0xF, flags, affinity, on: vcpu),
      call(.eventEnable, raw, on: vcpu),
    ]
  }

  static func entry(_ number: EventNumber) -> UInt64 {
    0xFFFF_8000_0810_0000 + (number.rawValue & 0xFFF) << 8
  }

  /// Binds an interrupt that can be bound.
  mutating func bind(_ interrupt: UInt64) throws -> EventNumber {
    let result = call(.interruptBind, interrupt)
    return EventNumber(UInt64(try #require(result.flatMap { $0 > 0 ? $0 : nil })))
  }

  /// Fires an event and delivers whatever was asked for on a vCPU.
  @discardableResult
  mutating func trigger(_ number: EventNumber, on vcpu: UInt32 = 0) -> EventNumber? {
    _ = engine.fire(number, on: vcpu)
    return deliver(vcpu)
  }

  /// Delivers what a vCPU was asked to look for; the event that was entered.
  @discardableResult
  mutating func deliver(_ vcpu: UInt32 = 0) -> EventNumber? {
    engine.deliver(vcpu, registers: &registers[Int(vcpu)]).entry?.event
  }

  /// Completes the innermost handler.
  @discardableResult
  mutating func complete(_ vcpu: UInt32 = 0) -> Answer {
    outcome(Call(.eventComplete), on: vcpu).answer
  }

  func status(_ number: EventNumber, on vcpu: UInt32 = 0) -> Int64? {
    var copy = self
    return copy.call(.eventStatus, number.rawValue, on: vcpu)
  }

  func running(_ vcpu: UInt32 = 0) -> [EventNumber?] {
    [engine.runningEvent(vcpu, .normal), engine.runningEvent(vcpu, .critical)]
  }

  func isRequested(_ vcpu: UInt32) -> Bool { engine.isDeliveryRequested(vcpu) }
}

extension ReturnCode {
  static let success64 = ReturnCode.success.rawValue
  static let invalid = ReturnCode.invalidParameters.rawValue
  static let no = ReturnCode.denied.rawValue
  static let later = ReturnCode.pending.rawValue
  static let full = ReturnCode.outOfResource.rawValue
  static let absent = ReturnCode.notSupported.rawValue
}
