/// How a shared event chooses the PE that handles it (DEN0054C 5.1.2.2, 5.1.11;
/// `SDEI_EVENT_GET_INFO` `EV_ROUTING_MODE`).
///
/// KVM v2 to v5 store the affinity argument here on the first registration of an event, so other
/// values occur in real states; they are kept as stored.
public struct RoutingMode: RawRepresentable, Hashable, Sendable {
  /// The value as stored.
  public var rawValue: UInt8

  /// Makes a mode from the value as stored; every value is accepted.
  public init(rawValue: UInt8) { self.rawValue = rawValue }

  /// `SDEI_EVENT_REGISTER_RM_ANY`, 0: any PE of the system.
  public static let any = RoutingMode(rawValue: 0)
  /// `SDEI_EVENT_REGISTER_RM_PE`, 1: the PE that the affinity names.
  public static let pe = RoutingMode(rawValue: 1)
}

extension RoutingMode: NamedValue {
  /// The names of the values that the specification defines.
  public static let names: [(value: RoutingMode, name: String)] = [(.any, "any"), (.pe, "pe")]
}
