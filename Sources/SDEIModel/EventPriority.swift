/// The priority class of an event (DEN0054C 4.3.2; `SDEI_EVENT_GET_INFO` `EV_PRIORITY`, 5.1.10).
///
/// A critical handler may preempt a normal one, never the reverse and never within a class.
/// A value that the specification does not name is kept as stored.
public struct EventPriority: RawRepresentable, Hashable, Sendable {
  /// The value as stored.
  public var rawValue: UInt8

  /// Makes a priority from the value as stored; every value is accepted.
  public init(rawValue: UInt8) { self.rawValue = rawValue }

  /// `SDEI_EVENT_PRIORITY_NORMAL`, 0.
  public static let normal = EventPriority(rawValue: 0)
  /// `SDEI_EVENT_PRIORITY_CRITICAL`, 1.
  public static let critical = EventPriority(rawValue: 1)
}

extension EventPriority: NamedValue {
  /// The names of the values that the specification defines.
  public static let names: [(value: EventPriority, name: String)] = [
    (.normal, "normal"), (.critical, "critical"),
  ]
}
