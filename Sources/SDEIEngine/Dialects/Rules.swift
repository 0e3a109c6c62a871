internal import SDEIModel

/// Everything that decides how the engine answers, compiled from a dialect's deviations.
struct Rules: Hashable, Sendable {
  /// The state machine of a handler.
  var table = HandlerTable.specification
  /// The checks of each operation.
  var plans = Plan.specification
  /// What is done otherwise.
  var behaviours = BehaviourSet()
  /// The identifier that `SDEI_FEATURES` is called by.
  var featuresFunction = FunctionID.features.rawValue
  /// How many registers EVENT_CONTEXT knows.
  var contextRegisters: UInt64 = 18
  /// How many events may be registered, or wait on one vCPU.
  var maxEvents = Int.max
  /// Whether event 0 of a new instance is critical.
  var isEventZeroCritical = false
  /// The numbers that KVM takes for an event's.
  var supports = NumberRule.any

  enum NumberRule: Hashable, Sendable {
    case any
    /// Bits 23:22 are 01 in 32 bits; 0 as well where it is no sentinel.
    case virtual(zero: Bool)
  }

  subscript(operation: Operation) -> Plan {
    get { plans[Int(operation.rawValue)] }
    set { plans[Int(operation.rawValue)] = newValue }
  }

  func has(_ behaviour: Behaviour) -> Bool { behaviours.contains(behaviour) }

  mutating func set(_ behaviour: Behaviour) { behaviours.insert(behaviour) }

  /// Changes one cell of the state table.
  mutating func set(_ state: HandlerState, _ input: HandlerInput, _ edge: HandlerEdge) {
    table[state, input] = edge
  }

  /// The operation that a function identifier calls, nil for none.
  func operation(of function: UInt32) -> Operation? {
    guard let operation = Operation(function) else {
      return function == featuresFunction ? .features : nil
    }
    return operation == .features && function != featuresFunction ? nil : operation
  }

  func isSupported(_ number: EventNumber) -> Bool {
    switch supports {
    case .any: true
    case .virtual(let zero):
      number.rawValue >> 32 == 0 && number.rawValue >> 22 & 0b11 == 0b01
        || zero && number == .softwareSignalled
    }
  }
}
