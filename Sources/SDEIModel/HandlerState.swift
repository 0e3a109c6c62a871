/// The state of one event handler (DEN0054C 6.1, Table 13).
///
/// Handler-running is a property added to a state: three of the six states have it.
public enum HandlerState: String, CaseIterable, Hashable, Sendable {
  /// handler-unregistered (0,0,0), the initial state.
  case unregistered = "U"
  /// handler-registered (1,0,0).
  case registered = "R"
  /// handler-enabled (1,1,0).
  case enabled = "E"
  /// handler-unregister-pending (0,0,1).
  case unregisterPending = "UP"
  /// handler-registered and handler-running (1,0,1).
  case registeredRunning = "RR"
  /// handler-enabled and handler-running (1,1,1).
  case enabledRunning = "ER"

  /// The result of `SDEI_EVENT_STATUS` in this state (DEN0054C 5.1.9, Table 13).
  public var status: EventStatus {
    switch self {
    case .unregistered: []
    case .registered: .registered
    case .enabled: [.registered, .enabled]
    case .unregisterPending: .running
    case .registeredRunning: [.registered, .running]
    case .enabledRunning: [.registered, .enabled, .running]
    }
  }

  /// The state that a status word tells, nil for 2, 6 and anything with a bit above 2 set.
  public init?(status: EventStatus) {
    guard let state = Self.allCases.first(where: { $0.status == status }) else { return nil }
    self = state
  }
}

/// The result of `SDEI_EVENT_STATUS` (DEN0054C 5.1.9.2).
public struct EventStatus: OptionSet, Hashable, Sendable {
  /// The status word.
  public var rawValue: UInt64

  /// Makes a status from the word as returned; every value is accepted.
  public init(rawValue: UInt64) { self.rawValue = rawValue }

  /// Bit 0, `SDEI_EVENT_STATUS_REGISTERED`.
  public static let registered = EventStatus(rawValue: 1 << 0)
  /// Bit 1, `SDEI_EVENT_STATUS_ENABLED`.
  public static let enabled = EventStatus(rawValue: 1 << 1)
  /// Bit 2, `SDEI_EVENT_STATUS_RUNNING`.
  public static let running = EventStatus(rawValue: 1 << 2)
}
