internal import SDEIEngine
public import SDEIModel

/// What a step did to the handler that it was about.
public struct HandlerChange: Hashable, Sendable {
  /// The event.
  public var event: EventNumber
  /// The state before.
  public var from: HandlerState
  /// The state afterwards; nil where the number is gone.
  public var to: HandlerState?

  /// Whether the state is another one now.
  public var isChange: Bool { from != to }
}

/// Looks at a handler before an action and afterwards.
struct HandlerWatch {
  private let vcpu: UInt32
  private var event: EventNumber?
  private var from: HandlerState?

  init(_ action: Action, _ dispatcher: Dispatcher) {
    vcpu = action.vcpu ?? 0
    switch action {
    case .call(let call, _):
      switch FunctionID(rawValue: call.function) {
      case .eventComplete, .eventCompleteAndResume:
        event =
          dispatcher.runningEvent(vcpu, .critical) ?? dispatcher.runningEvent(vcpu, .normal)
      case .eventRegister, .eventEnable, .eventDisable, .eventUnregister, .eventStatus,
        .eventRoutingSet, .interruptRelease, .eventSignal:
        // Most dialects read 32 bits of the register; where all count, what is beyond names nothing.
        let whole = EventNumber(call.x1)
        let isKnown = dispatcher.handlerState(of: whole, on: vcpu) != nil
        event = isKnown ? whole : EventNumber(UInt64(UInt32(truncatingIfNeeded: call.x1)))
      default: break
      }
    case .inject(let number, _, _), .cancel(let number, _), .fire(let number, _),
      .arrive(let number, _, _), .dispatch(let number, _, _):
      event = number
    case .deliver, .clear, .power, .interrupt, .define, .migrate, .restore: break
    }
    from = event.flatMap { dispatcher.handlerState(of: $0, on: vcpu) }
  }

  func change(_ performed: Performed, _ dispatcher: Dispatcher) -> HandlerChange? {
    if let event, let from {
      return HandlerChange(
        event: event,
        from: from,
        to: dispatcher.handlerState(of: event, on: vcpu)
      )
    }
    guard let entered = performed.outcome.entry?.event,
      let state = dispatcher.handlerState(of: entered, on: vcpu)
    else { return nil }
    return HandlerChange(event: entered, from: state.withoutRunning, to: state)
  }
}

extension HandlerState {
  /// The state from which entering the handler leads to this one.
  fileprivate var withoutRunning: HandlerState {
    switch self {
    case .enabledRunning: .enabled
    case .registeredRunning: .registered
    case .unregisterPending: .unregistered
    case .unregistered, .registered, .enabled: self
    }
  }
}
