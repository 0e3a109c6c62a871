internal import SDEIModel

/// An operation of the engine that can be refused: the 19 calls, then what a host does.
enum Operation: UInt8, CaseIterable, Sendable {
  case version, eventRegister, eventEnable, eventDisable, eventContext, eventComplete
  case eventCompleteAndResume, eventUnregister, eventStatus, eventGetInfo, eventRoutingSet
  case peMask, peUnmask, interruptBind, interruptRelease, eventSignal, features
  case privateReset, sharedReset
  /// A host pends an event on a vCPU.
  case inject
  /// A host takes a pended event back.
  case cancel
  /// Firmware enters an event's handler.
  case dispatch

  /// The operation of a call; the calls come in the order of their function identifiers.
  init?(_ function: UInt32) {
    let index = function &- FunctionID.version.rawValue
    guard index <= UInt32(Operation.sharedReset.rawValue) else { return nil }
    self.init(rawValue: UInt8(index))
  }
}

/// What a refused operation gives.
enum Verdict: Hashable, Sendable {
  case code(ReturnCode)
  case errno(Errno)
  case value(Int64)
  /// The table's own code.
  case tableCode
  /// The number of the event to which the interrupt is bound.
  case boundEvent
  /// No value: X0 keeps what it had.
  case silence
  case undefined(Undefined)
}

/// One entry of a plan: a check, and what its failing gives.
struct Refusal: Hashable, Sendable {
  var check: Check
  var verdict: Verdict

  init(_ check: Check, _ verdict: Verdict) { (self.check, self.verdict) = (check, verdict) }
  init(_ check: Check, _ code: ReturnCode) { self.init(check, .code(code)) }
  init(_ check: Check, _ errno: Errno) { self.init(check, .errno(errno)) }
}

/// The checks of one operation in their order; the first that fails decides.
struct Plan: Hashable, Sendable {
  private(set) var refusals: [Refusal]

  init(_ refusals: [Refusal]) { self.refusals = refusals }

  /// Puts checks in front of another one, or behind all where that one is nil or absent.
  mutating func insert(_ new: [Refusal], before check: Check? = nil) {
    let position = refusals.firstIndex { $0.check == check } ?? refusals.endIndex
    refusals.insert(contentsOf: new, at: position)
  }

  /// Puts a check in front of all others.
  mutating func begin(_ new: [Refusal]) { refusals.insert(contentsOf: new, at: 0) }

  /// Puts checks in the place of one.
  mutating func replace(_ check: Check, with new: [Refusal]) {
    guard let position = refusals.firstIndex(where: { $0.check == check }) else { return }
    refusals.replaceSubrange(position...position, with: new)
  }

  /// Takes a check away.
  mutating func remove(_ check: Check) { refusals.removeAll { $0.check == check } }

  /// Changes what a check's failing gives.
  mutating func set(_ check: Check, _ verdict: Verdict) {
    for position in refusals.indices where refusals[position].check == check {
      refusals[position].verdict = verdict
    }
  }

  /// Moves a check in front of another one.
  mutating func move(_ check: Check, before other: Check) {
    guard let refusal = refusals.first(where: { $0.check == check }) else { return }
    remove(check)
    insert([refusal], before: other)
  }
}

extension Plan {
  /// The plans of the specification.
  ///
  /// Arguments come first, then the event, its state, and resources. DEN0054C fixes no precedence
  /// between INVALID_PARAMETERS and DENIED.
  static let specification: [Plan] = Operation.allCases.map { Plan(refusals($0)) }

  private static func refusals(_ operation: Operation) -> [Refusal] {
    let event = Refusal(.eventUnknown, .invalidParameters)
    let state = Refusal(.state, .tableCode)
    return switch operation {
    case .version, .peMask, .peUnmask, .privateReset, .sharedReset: []
    case .eventRegister:
      [
        Refusal(.reservedFlags, .invalidParameters),
        Refusal(.relativeUnsupported, .invalidParameters), event,
        Refusal(.affinityUnknown, .invalidParameters), state,
      ]
    case .eventEnable, .eventDisable, .eventUnregister: [event, state]
    case .eventContext:
      [Refusal(.registerUnknown, .invalidParameters), Refusal(.nothingRuns, .denied)]
    case .eventComplete: [Refusal(.nothingRuns, .denied)]
    case .eventCompleteAndResume:
      [Refusal(.resumeMisaligned, .invalidParameters), Refusal(.nothingRuns, .denied)]
    case .eventStatus: [event]
    case .eventGetInfo:
      [
        event, Refusal(.infoUnknown, .invalidParameters),
        Refusal(.routingOfPrivate, .invalidParameters), Refusal(.routingUnavailable, .denied),
        Refusal(.affinityOfAny, .invalidParameters),
      ]
    case .eventRoutingSet:
      [
        Refusal(.modeUnknown, .invalidParameters), event,
        Refusal(.notShared, .invalidParameters), Refusal(.affinityUnknown, .invalidParameters),
        state,
      ]
    case .interruptBind:
      [
        Refusal(.interruptUnknown, .invalidParameters), Refusal(.interruptBound, .boundEvent),
        Refusal(.interruptOfPlatform, .invalidParameters),
        Refusal(.interruptForeign, .invalidParameters), Refusal(.interruptActive, .denied),
        Refusal(.slotsFull, .outOfResource),
      ]
    case .interruptRelease:
      [
        event, Refusal(.notSlot, .invalidParameters), Refusal(.slotUnbound, .invalidParameters),
        Refusal(.inUseSomewhere, .denied),
      ]
    case .eventSignal:
      [
        Refusal(.notEventZero, .invalidParameters), Refusal(.notSignalable, .invalidParameters),
        Refusal(.targetUnknown, .invalidParameters),
      ]
    case .features: [Refusal(.featureUnknown, .invalidParameters)]
    case .inject: [Refusal(.eventUnknown, .noEntry), Refusal(.immediateImpossible, .busy)]
    case .cancel:
      [
        Refusal(.eventUnknown, .noEntry), Refusal(.onlyRunning, .inProgress),
        Refusal(.notOccurring, .noEntry),
      ]
    case .dispatch: [Refusal(.eventUnknown, .value(-1)), Refusal(.notDispatchable, .value(-1))]
    }
  }
}
