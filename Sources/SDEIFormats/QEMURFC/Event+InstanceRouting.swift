internal import SDEIModel

extension Event {
  /// Sets the routing of `count` instances: where all agree it is the event's own, else the event's
  /// is 0 and the slots have theirs.
  mutating func setRouting(modes: Column, affinities: Column, count: UInt32) {
    let (mode, ownModes) = Self.folded(modes, count)
    let (affinity, ownAffinities) = Self.folded(affinities, count)
    routing = Routing(
      mode: RoutingMode(rawValue: UInt8(truncatingIfNeeded: mode)),
      affinity: Affinity(rawValue: affinity)
    )
    slotExtras[.slotRouteMode] = ownModes
    slotExtras[.slotRouteAffinity] = ownAffinities
  }

  /// The one value of all instances, or 0 and the column of their values.
  private static func folded(_ column: Column, _ count: UInt32) -> (UInt64, Column?) {
    let first = column[0]
    let isOne = column == Column(first, at: Bitmap(below: count))
    return isOne ? (first, nil) : (0, column)
  }

  /// The routing mode of the instance in a slot.
  func routeMode(_ slot: UInt32) -> UInt64 {
    slotExtras[.slotRouteMode].map { $0[slot] } ?? UInt64(routing.mode.rawValue)
  }

  /// The affinity of the instance in a slot.
  func routeAffinity(_ slot: UInt32) -> UInt64 {
    slotExtras[.slotRouteAffinity].map { $0[slot] } ?? routing.affinity.rawValue
  }
}

extension Snapshot {
  /// The state with the registered handlers of private slots routed to their own PEs, where it does
  /// not tell their routing: other dialects have none for private events.
  ///
  /// No affinity is invented: handlers of PEs whose affinity is unknown stay without. O(runs).
  func routedToOwnPE() -> Snapshot {
    var result = self
    let all = Bitmap(below: vcpus.count)
    let known = vcpus.affinity.restricted(to: vcpus.affinityKnown)
    result.events.updateAll { event in
      guard let slot = QEMURFCSlot.slot(of: event.number), slot < QEMURFCLayout.privateSlots,
        event.routing == Routing(), event.slotExtras[.slotRouteMode] == nil,
        event.slotExtras[.slotRouteAffinity] == nil
      else { return }
      let registered = event.registered.intersection(all).intersection(vcpus.affinityKnown)
      guard !registered.isEmpty else { return }
      event.setRouting(
        modes: Column(UInt64(RoutingMode.pe.rawValue), at: registered),
        affinities: known.restricted(to: registered),
        count: vcpus.count
      )
    }
    return result
  }
}
