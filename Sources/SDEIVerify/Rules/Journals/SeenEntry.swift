internal import SDEIEngine
internal import SDEIJournal
internal import SDEIModel

/// A handler's entry whose registers were recorded.
struct SeenEntry {
  let event: EventNumber
  let interrupted: LiveRegisters
  let handler: LiveRegisters
  /// What the client registered, nil where the state before has no such event.
  let registration: Dispatcher.Registration?
  let clientEL: UInt8
}

extension ObservedStep {
  /// The handler's entry that was seen, nil where there was none or its registers are not known.
  var entry: SeenEntry? {
    let (vcpu, interrupted): (UInt32, LiveRegisters)
    switch action {
    case .deliver(let at, _, let registers), .arrive(_, let at, let registers),
      .dispatch(_, let at, let registers):
      (vcpu, interrupted) = (at, registers)
    default: return nil
    }
    guard let event = recorded.entered, let handler = recorded.registers else { return nil }
    return SeenEntry(
      event: event,
      interrupted: interrupted,
      handler: handler,
      registration: before.registration(of: event, on: vcpu),
      clientEL: before.clientEL
    )
  }
}
