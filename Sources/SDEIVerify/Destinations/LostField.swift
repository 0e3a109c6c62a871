internal import SDEIModel

/// What a lost field is to a guest.
enum LostField {
  /// A part of the instance, which is the destination's own and compared elsewhere.
  case instance
  /// An event as a whole.
  case event(EventNumber)
  /// Something that a guest could notice.
  case state
  /// A property of an event that the guest could have read about and does not use.
  case unused
  /// An event that the state does not have.
  case gained
  /// A part of the vCPU, for which VMMs have other means.
  case vcpu
  /// How the host produces an event.
  case wiring
  /// What a handler that is gone has left.
  case leftOver
  /// The dialect's own.
  case extra

  init(_ path: String, _ state: TravellingState) {
    let field = path.split(separator: ".").last ?? ""
    if path.hasPrefix("instance.") {
      self = .instance
    } else if path.hasPrefix("extras") {
      self = .extra
    } else if path.hasPrefix("contexts[") {
      self = .state
    } else if let number = Self.eventNumber(path) {
      self = Self.event(number, field, state)
    } else {
      self = ["power", "affinity", "deliveryRequest"].contains(field) ? .vcpu : .state
    }
  }

  private static func event(
    _ number: EventNumber,
    _ field: Substring,
    _ state: TravellingState
  ) -> LostField {
    guard let event = state.snapshot.events[number] else { return .gained }
    if field == "definition", event.definition == nil { return .gained }
    if field.hasSuffix("]") { return .event(number) }
    let isUsed = state.used.contains(number)
    if ["type", "priority", "signalable"].contains(field) { return isUsed ? .state : .unused }
    if ["trigger", "origin", "interrupt", "notifier"].contains(field) { return .wiring }
    if extras.contains(String(field)) { return .extra }
    let isLeftOver = ["entry", "argument", "routing", "relative", "pending"].contains(field)
    return isLeftOver && !isUsed ? .leftOver : .state
  }

  private static let extras: Set<String> = Set(
    ExtraField.allCases.filter { $0.scope == .eventValue || $0.scope == .slotValue }.map(\.name)
  )

  private static func eventNumber(_ path: String) -> EventNumber? {
    guard path.hasPrefix("events[0x") else { return nil }
    let digits = path.dropFirst("events[0x".count).prefix { $0 != "]" }
    return UInt64(digits, radix: 16).map { EventNumber($0) }
  }
}
