/// Whether an event is handled where it was produced or by one PE among its targets
/// (DEN0054C 3.3.2; `SDEI_EVENT_GET_INFO` `EV_TYPE`, 5.1.10).
///
/// A value that the specification does not name is kept as stored.
public struct EventType: RawRepresentable, Hashable, Sendable {
  /// The value as stored.
  public var rawValue: UInt8

  /// Makes a type from the value as stored; every value is accepted.
  public init(rawValue: UInt8) { self.rawValue = rawValue }

  /// `SDEI_EVENT_TYPE_PRIVATE`, 0: handled only on the PE that produced it.
  public static let `private` = EventType(rawValue: 0)
  /// `SDEI_EVENT_TYPE_SHARED`, 1: handled by one PE among its targets.
  public static let shared = EventType(rawValue: 1)
}

extension EventType: NamedValue {
  /// The names of the values that the specification defines.
  public static let names: [(value: EventType, name: String)] = [
    (.private, "private"), (.shared, "shared"),
  ]
}
