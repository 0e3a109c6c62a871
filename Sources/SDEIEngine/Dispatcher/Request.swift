internal import SDEIModel

/// One operation while it is looked at: its arguments, and what they name.
struct Request {
  let operation: Operation
  let vcpu: UInt32
  /// The call; host operations put an event number in X1 and flags in X2.
  let call: Call
  /// The position of the event, -1 for none.
  var event: Int
  /// The slot of the event that the operation acts on.
  var slot: UInt32
  /// The vCPU that a SIGNAL names, nil for none.
  var target: UInt32?

  /// The event as an argument names it.
  var number: EventNumber

  /// Whether the flags or mode argument asks for RM_PE.
  var routesToPE: Bool { routingArgument & 1 != 0 }
  /// The flags of REGISTER, or the mode of ROUTING_SET.
  var routingArgument: UInt64 { operation == .eventRegister ? call.x4 : call.x2 }
  var affinityArgument: UInt64 { operation == .eventRegister ? call.x5 : call.x3 }
  /// The 32-bit argument of calls that take no event.
  var selector: UInt32 { UInt32(truncatingIfNeeded: call.x1) }
}

extension Dispatcher {
  /// What an operation's arguments name.
  func request(_ operation: Operation, _ call: Call, on vcpu: UInt32) -> Request {
    // A guest's number is an int32; a host and the engine itself name an event as it is filed.
    let isWhole = rules.has(.wideArguments) || operation.isHost
    let number = EventNumber(isWhole ? call.x1 : UInt64(UInt32(truncatingIfNeeded: call.x1)))
    let event = operation.takesEvent ? position(of: number) : -1
    var request = Request(
      operation: operation,
      vcpu: vcpu,
      call: call,
      event: event,
      slot: event >= 0 ? events[event].slot(of: vcpu) : 0,
      target: nil,
      number: number
    )
    if operation == .eventSignal {
      request.target = rules.has(.signalGoesToCaller) ? vcpu : self.vcpu(at: call.x2)
    }
    return request
  }
}

extension Operation {
  /// Whether a host or firmware does it, and no guest.
  fileprivate var isHost: Bool { self == .inject || self == .cancel || self == .dispatch }

  /// Whether X1 is an event number.
  fileprivate var takesEvent: Bool {
    switch self {
    case .eventRegister, .eventEnable, .eventDisable, .eventUnregister, .eventStatus,
      .eventGetInfo, .eventRoutingSet, .interruptRelease, .eventSignal, .inject, .cancel,
      .dispatch:
      true
    case .version, .eventContext, .eventComplete, .eventCompleteAndResume, .peMask, .peUnmask,
      .interruptBind, .features, .privateReset, .sharedReset:
      false
    }
  }
}
