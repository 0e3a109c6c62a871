internal import SDEIModel

extension Snapshot {
  /// The state after reset of the platform that a state is of: no call was made yet.
  func afterReset() -> Snapshot {
    let existing = Bitmap(below: vcpus.count)
    var result = Snapshot(instance: instance, vcpus: VCPUs(count: vcpus.count))
    result.vcpus.masked = existing
    // Of a vCPU whose power nobody told nothing is made up.
    let known = vcpus.power.support.intersection(existing)
    result.vcpus.power = Column(UInt64(PowerState.on.rawValue), at: known)
    result.vcpus.affinityKnown = vcpus.affinityKnown.intersection(existing)
    result.vcpus.affinity = vcpus.affinity.restricted(to: result.vcpus.affinityKnown)
    // Bound events are not the platform's: the client binds them.
    result.events = EventTable(
      events.filter { !$0.isBound }.map { Event($0.number, definition: $0.definition) }
    )
    return result
  }
}
