import SDEIModel

/// One start of the state table: an event in a state, where its handler is, and the caller's mask.
struct Situation: CustomStringConvertible {
  /// The event that a call is about.
  enum Kind: String, CaseIterable {
    case softwareSignalled, privatePlatform, privateCritical, privateBound
    case sharedPlatform, sharedCritical, sharedBound

    var isShared: Bool { [.sharedPlatform, .sharedCritical, .sharedBound].contains(self) }
    var isBound: Bool { self == .privateBound || self == .sharedBound }
    var isCritical: Bool { self == .privateCritical || self == .sharedCritical }

    /// 27 is a PPI, 40 an SPI.
    var interrupt: UInt32? { isBound ? (isShared ? 40 : 27) : nil }

    var number: EventNumber {
      switch self {
      case .softwareSignalled: .softwareSignalled
      case .privateBound: EventNumber(0x4000_0000)
      case .sharedBound: EventNumber(0x4000_0001)
      case .privatePlatform: EventNumber(0x4000_0100)
      case .privateCritical: EventNumber(0x4000_0101)
      case .sharedPlatform: EventNumber(0x4000_0102)
      case .sharedCritical: EventNumber(0x4000_0103)
      }
    }

    var definition: EventDefinition {
      EventDefinition(
        type: isShared ? .shared : .private,
        priority: isCritical ? .critical : .normal,
        isSignalable: self == .softwareSignalled,
        origin: isBound ? .slot : .platform,
        interrupt: interrupt
      )
    }
  }

  /// Where the handler is, seen from the calling PE.
  enum Place: String, CaseIterable {
    /// It does not run; a private event's state is that of the calling PE.
    case notRunning
    /// It runs on the calling PE.
    case here
    /// It runs on another PE; a private event's state, running or not, is that of another PE.
    case elsewhere
  }

  let kind: Kind
  let state: HandlerState
  let place: Place
  let isMasked: Bool

  static let caller: UInt32 = 0
  static let other: UInt32 = 1
  static let bystander: UInt32 = 2
  /// Spread over two clusters, so that a vCPU's index is not its affinity.
  static let affinities: [UInt64] = [0x0, 0x1_0000_0100, 0x2_0301]
  static let entry: UInt64 = 0xFFFF_8000_0800_1000
  static let argument: UInt64 = 0x5DE1_A265
  static let frame: RegisterFrame = {
    var frame = RegisterFrame(pc: 0xFFFF_8000_0123_4560, pstate: 0x6000_0005)
    for index in 0..<18 { frame.x[index] = 0x1000_0000_0000_0000 | UInt64(index) << 8 }
    return frame
  }()

  /// Every start that the state allows.
  static let all: [Situation] = Kind.allCases.flatMap { kind in
    HandlerState.allCases.flatMap { state in
      places(kind, state).flatMap { place in
        [false, true].map { Situation(kind: kind, state: state, place: place, isMasked: $0) }
      }
    }
  }

  private static func places(_ kind: Kind, _ state: HandlerState) -> [Place] {
    switch state {
    case .unregisterPending, .registeredRunning, .enabledRunning: [.here, .elsewhere]
    case .unregistered: [.notRunning]
    case .registered, .enabled: kind.isShared ? [.notRunning] : [.notRunning, .elsewhere]
    }
  }

  var number: EventNumber { kind.number }
  /// The PE of which the state tells.
  var owner: UInt32 { place == .elsewhere ? Self.other : Self.caller }
  /// The state that the calling PE acts on.
  var stateHere: HandlerState { state(of: Self.caller) }

  /// The state that calls on a PE act on.
  func state(of vcpu: UInt32) -> HandlerState {
    kind.isShared || vcpu == owner ? state : .unregistered
  }

  /// Where a shared event is routed to: critical ones anywhere, others to where they are.
  var routing: Routing {
    guard kind.isShared, !kind.isCritical else { return Routing() }
    return Routing(mode: .pe, affinity: Affinity(rawValue: Self.affinities[Int(owner)]))
  }

  var description: String {
    "\(kind.rawValue) \(state.rawValue) \(place.rawValue)\(isMasked ? " masked" : "")"
  }

  /// The start as a snapshot; with another state, what a call makes of it.
  func snapshot(_ state: HandlerState) -> Snapshot {
    var result = Snapshot()
    result.instance.features = Features(privateSlots: 2, sharedSlots: 2, relativeMode: true)
    result.vcpus.count = 3
    result.vcpus.masked = Bitmap(indexes: isMasked ? [0, 2] : [2])
    result.vcpus.power = Column(UInt64(PowerState.on.rawValue), at: Bitmap(below: 3))
    result.vcpus.affinityKnown = Bitmap(below: 3)
    result.vcpus.affinity = Column(Self.affinities)
    for kind in Kind.allCases {
      result.events.insert(Event(kind.number, definition: kind.definition))
    }
    result.events.update(number) { event in
      event.set(state, slot: kind.isShared ? 0 : owner)
      if kind.isShared && state.status.contains(.registered) { event.routing = routing }
      // Another PE's handler of a private event must never be touched.
      if !kind.isShared && !kind.isBound {
        event.set(.enabled, slot: Self.bystander, entry: 0x8888, argument: 8)
      }
    }
    if state.status.contains(.running) {
      let level: Level = kind.isCritical ? .critical : .normal
      result.contexts.insert(
        Context(vcpu: owner, level: level, event: number, frame: Self.frame)
      )
    }
    return result
  }
}

extension Event {
  /// Puts a slot's handler into a state.
  mutating func set(
    _ state: HandlerState,
    slot: UInt32,
    entry: UInt64 = Situation.entry,
    argument: UInt64 = Situation.argument
  ) {
    let status = state.status
    let at = Bitmap(indexes: [slot])
    func marked(_ bitmap: Bitmap, _ bit: EventStatus) -> Bitmap {
      status.contains(bit) ? bitmap.union(at) : bitmap.subtracting(at)
    }
    registered = marked(registered, .registered)
    enabled = marked(enabled, .enabled)
    running = marked(running, .running)
    let isRegistered = status.contains(.registered)
    self.entry[slot] = isRegistered ? entry : 0
    self.argument[slot] = isRegistered ? argument : 0
  }
}
