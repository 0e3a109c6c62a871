internal import SDEIModel

/// What of a state a guest could ever notice.
extension TravellingState {
  /// The snapshot without what is left over.
  ///
  /// That is: of handlers that are gone, in idle levels, and in slots of vCPUs that do not exist. No
  /// destination has to have a place for it. O(runs + contexts).
  func visible() -> Snapshot {
    let existing = Bitmap(below: snapshot.vcpus.count)
    var result = snapshot
    result.vcpus.masked.formIntersection(existing)
    result.vcpus.deliveryRequest.formIntersection(existing)
    result.vcpus.power = snapshot.vcpus.power.restricted(to: existing)
    result.vcpus.affinityKnown.formIntersection(existing)
    result.vcpus.affinity = snapshot.vcpus.affinity.restricted(to: result.vcpus.affinityKnown)
    result.contexts = ContextTable(snapshot.contexts.filter { runs($0.vcpu, $0.level) })
    result.events.updateAll { event in
      let slots = slots(event)
      for (_, path) in Event.bitmaps { event[keyPath: path].formIntersection(slots) }
      let alive = event.registered.union(event.running).union(event.unregisterPending)
      // Contexts may be all that tells what runs.
      let kept = used.contains(event.number) && alive.isEmpty ? slots : alive
      event.relative.formIntersection(kept)
      event.entry = event.entry.restricted(to: kept)
      event.argument = event.argument.restricted(to: kept)
      event.pending = event.pending.restricted(to: existing)
      if kept.isEmpty { event.routing = Routing() }
      for item in event.slotExtras.items {
        let column = item.value.restricted(to: existing)
        event.slotExtras[item.field] = column.isEmpty ? nil : column
      }
    }
    restrictExtras(of: &result, to: existing)
    return result
  }

  private func restrictExtras(of result: inout Snapshot, to existing: Bitmap) {
    for item in snapshot.extras.vcpuValues.items {
      let column = item.value.restricted(to: existing)
      result.extras.vcpuValues[item.field] = column.isEmpty ? nil : column
    }
    for item in snapshot.extras.vcpuLists.items {
      var lists = VCPULists()
      for list in item.value.items where list.vcpus.first < snapshot.vcpus.count {
        let last = min(list.vcpus.last, snapshot.vcpus.count - 1)
        lists.append(IndexRange(list.vcpus.first, last), list.events)
      }
      result.extras.vcpuLists[item.field] = lists.isEmpty ? nil : lists
    }
  }
}
