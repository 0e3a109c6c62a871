internal import SDEIModel

extension Affinity {
  /// The fields, and where reserved bits are set what is stored: `0x80000001, that is 0.0.0.1 …`.
  var rawAndFields: String {
    reservedBits == 0 ? description : "\(hex(rawValue)), that is \(self)"
  }
}

extension CheckedState {
  /// Where a shared event goes: as its instance in slot 0 says, where the instances have their own.
  func routing(of event: Event) -> Routing {
    var routing = event.routing
    if let modes = event.slotExtras[.slotRouteMode] {
      routing.mode = RoutingMode(rawValue: UInt8(truncatingIfNeeded: modes[0]))
    }
    if let affinities = event.slotExtras[.slotRouteAffinity] {
      routing.affinity = Affinity(rawValue: affinities[0])
    }
    return routing
  }

  /// The shared events that are registered, with their routing.
  var routed: [(event: Event, routing: Routing)] {
    events.filter { $0.isShared && registered($0).contains(0) }.map { ($0, routing(of: $0)) }
  }

  /// The events that are routed to one PE, and the vCPUs that they name, by the fields of the
  /// affinities; nil where that could not be looked up.
  func targets() -> (events: [(event: Event, affinity: Affinity)], vcpus: [UInt64: UInt32]?) {
    let events = routed.filter { $0.routing.mode == .pe }.map { ($0.event, $0.routing.affinity) }
    if events.isEmpty { return ([], [:]) }
    let fields = Set(events.map { $0.1.rawValue & Affinity.fieldMask }).sorted()
    guard let found = AffinityIndex(vcpus).vcpus(with: fields) else { return (events, nil) }
    var named: [UInt64: UInt32] = [:]
    for (affinity, vcpu) in zip(fields, found) { named[affinity] = vcpu }
    return (events, named)
  }
}
