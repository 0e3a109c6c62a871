internal import SDEIModel

/// The handler of one event on one vCPU; a shared event's lives in slot 0.
struct Slot: Hashable, Sendable {
  /// The bits of a slot.
  struct Marks: OptionSet, Hashable, Sendable {
    let rawValue: UInt8
    static let registered = Marks(rawValue: 1 << 0)
    static let enabled = Marks(rawValue: 1 << 1)
    static let running = Marks(rawValue: 1 << 2)
    static let unregisterPending = Marks(rawValue: 1 << 3)
    static let relative = Marks(rawValue: 1 << 4)
  }

  var marks: Marks = []
  /// The occurrences that wait; with `Behaviour.countsOccurrences` also the one that is handled.
  var pending: UInt32 = 0
  var entry: UInt64 = 0
  var argument: UInt64 = 0

  /// The state as KVM v2 to v5 look at it: what runs is not in it.
  var stateOfBits: HandlerState {
    var bits = self
    bits.marks.remove(.running)
    return bits.state
  }

  /// The state of the state machine.
  var state: HandlerState {
    if marks.contains(.unregisterPending) { return .unregisterPending }
    let isRunning = marks.contains(.running)
    if !marks.contains(.registered) { return isRunning ? .unregisterPending : .unregistered }
    if marks.contains(.enabled) { return isRunning ? .enabledRunning : .enabled }
    return isRunning ? .registeredRunning : .registered
  }

  /// Takes the registered and enabled bits of a state; what runs is not touched.
  mutating func take(_ state: HandlerState) {
    let status = state.status
    marks.remove([.registered, .enabled])
    if status.contains(.registered) { marks.insert(.registered) }
    if status.contains(.enabled) { marks.insert(.enabled) }
  }

  /// Forgets the registration.
  mutating func clearHandler() {
    marks.remove(.relative)
    entry = 0
    argument = 0
  }
}
