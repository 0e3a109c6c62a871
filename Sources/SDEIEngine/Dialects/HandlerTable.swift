public import SDEIModel

/// What a call asks of one event handler.
public enum HandlerInput: UInt8, CaseIterable, Hashable, Sendable {
  /// `SDEI_EVENT_REGISTER`.
  case register
  /// `SDEI_EVENT_ENABLE`.
  case enable
  /// `SDEI_EVENT_DISABLE`.
  case disable
  /// `SDEI_EVENT_UNREGISTER`.
  case unregister
  /// `SDEI_EVENT_ROUTING_SET`, of a shared event.
  case routingSet
  /// `SDEI_INTERRUPT_RELEASE`, of a bound event.
  case release
  /// `SDEI_EVENT_COMPLETE` or `SDEI_EVENT_COMPLETE_AND_RESUME`, on the PE that runs the handler.
  case complete
  /// `SDEI_EVENT_GET_INFO` for the routing, of a shared event.
  case routingInfo
  /// `SDEI_PRIVATE_RESET` or `SDEI_SHARED_RESET`, of the event's own type.
  case reset
}

/// What a handler does with an input: the state it goes to and the code that the call returns.
public struct HandlerEdge: Hashable, Sendable {
  /// The state afterwards; nil where the input is refused and nothing changes.
  public var next: HandlerState?
  /// What the call returns.
  public var code: ReturnCode

  static func to(_ next: HandlerState, _ code: ReturnCode = .success) -> HandlerEdge {
    HandlerEdge(next: next, code: code)
  }

  static let denied = HandlerEdge(next: nil, code: .denied)
}

/// The state machine of an event handler, states by inputs (DEN0054C 6.1, Tables 7 to 14,
/// Figure 2).
///
/// A trigger is the only way to a running state and no call: delivery takes E to ER.
public struct HandlerTable: Hashable, Sendable {
  private var edges: [HandlerEdge]

  /// What a handler in a state does with an input.
  public internal(set) subscript(state: HandlerState, input: HandlerInput) -> HandlerEdge {
    get { edges[Self.position(state, input)] }
    set { edges[Self.position(state, input)] = newValue }
  }

  private static func position(_ state: HandlerState, _ input: HandlerInput) -> Int {
    Int(input.rawValue) * 6 + column(state)
  }

  private static func column(_ state: HandlerState) -> Int {
    switch state {
    case .unregistered: 0
    case .registered: 1
    case .enabled: 2
    case .unregisterPending: 3
    case .registeredRunning: 4
    case .enabledRunning: 5
    }
  }

  /// The table of the specification.
  public static let specification: HandlerTable = {
    let (U, R, E) = (HandlerState.unregistered, HandlerState.registered, HandlerState.enabled)
    let (UP, RR, ER) = (
      HandlerState.unregisterPending, HandlerState.registeredRunning, HandlerState.enabledRunning
    )
    let no = HandlerEdge.denied
    func to(_ state: HandlerState) -> HandlerEdge { .to(state) }
    func later(_ state: HandlerState) -> HandlerEdge { .to(state, .pending) }
    let rows: [(HandlerInput, [HandlerEdge])] = [
      //               U      R      E      UP         RR         ER
      (.register, [to(R), no, no, no, no, no]),
      (.enable, [no, to(E), to(E), no, to(ER), to(ER)]),
      (.disable, [no, to(R), to(R), no, to(RR), to(RR)]),
      (.unregister, [no, to(U), to(U), later(UP), later(UP), later(UP)]),
      (.routingSet, [no, to(R), no, no, no, no]),
      (.release, [to(U), no, no, no, no, no]),
      (.complete, [no, no, no, to(U), to(R), to(E)]),
      (.routingInfo, [no, to(R), to(E), no, to(RR), to(ER)]),
      (.reset, [to(U), to(U), to(U), to(UP), to(UP), to(UP)]),
    ]
    return HandlerTable(edges: rows.flatMap(\.1))
  }()
}
