/// What a snapshot is: all of a VM's state, or one of the parts it can be shipped in.
public enum PartScope: Hashable, Sendable {
  /// All of it.
  case whole
  /// Instance, definitions, routing and shared events.
  case vm
  /// All that belongs to one vCPU, and the digest of the VM part it belongs to.
  case vcpu(UInt32, of: VMDigest)
}

/// Why parts do not make a snapshot.
public enum PartsError: Error, Hashable, Sendable {
  /// A vCPU part belongs to another VM part.
  case mismatch(vcpu: UInt32, expected: VMDigest, found: VMDigest)
  /// Two parts for one vCPU.
  case duplicate(vcpu: UInt32)
  /// No part for a vCPU; the first one missing, and how many there are.
  case gap(vcpu: UInt32, missing: UInt32)
  /// A part for a vCPU that the VM does not have.
  case outOfRange(vcpu: UInt32, count: UInt32)
  /// A vCPU part whose instance is not that of the VM part.
  case foreignInstance(vcpu: UInt32)
  /// A vCPU part with state of an event that the VM part does not have.
  case foreignEvent(vcpu: UInt32, event: EventNumber)
  /// A part that has state of another part in it; the vCPU whose part it is, nil for the VM part.
  case misplaced(vcpu: UInt32?)
}

extension PartsError: CustomStringConvertible {
  /// What does not fit, and what to do.
  public var description: String {
    switch self {
    case .mismatch(let vcpu, let expected, let found):
      "the part of vCPU \(vcpu) belongs to a VM part with digest \(hex(found.rawValue)), this one "
        + "has \(hex(expected.rawValue)): take all parts from one save"
    case .duplicate(let vcpu):
      "there are two parts for vCPU \(vcpu): remove one"
    case .gap(let vcpu, let missing):
      "the part of vCPU \(vcpu) is missing (\(missing) missing in all): add them"
    case .outOfRange(let vcpu, let count):
      "there is a part for vCPU \(vcpu), but the VM has \(count) vCPUs: take all parts from one save"
    case .foreignInstance(let vcpu):
      "the part of vCPU \(vcpu) has another instance (version, client, features, dialect or "
        + "producer) than the VM part: take all parts from one save"
    case .foreignEvent(let vcpu, let event):
      "the part of vCPU \(vcpu) has state of event \(event), which the VM part does not have: take "
        + "all parts from one save"
    case .misplaced(let vcpu):
      "the \(vcpu.map { "part of vCPU \($0)" } ?? "VM part") has state that belongs in another part: "
        + "report it to what wrote it"
    }
  }
}

extension Snapshot {
  /// The VM part: the instance, definitions, routing, shared events, and slots of no vCPU.
  public func vmPart() -> Snapshot {
    let orphans = Bitmap(IndexRange(vcpus.count, UInt32.max))
    var part = restricted(to: orphans)
    part.contexts = ContextTable(contexts.filter { $0.vcpu >= vcpus.count })
    part.extras.values = extras.values
    part.extras.lists = extras.lists
    for source in events {
      part.events.update(source.number) { event in
        if source.isShared { event = source }
        event.definition = source.definition
        event.routing = source.routing
        event.extras = source.extras
      }
    }
    return part
  }

  /// The part of one vCPU: whatever is stored by its index, but not shared events; O(events).
  public func vcpuPart(_ vcpu: UInt32) -> Snapshot {
    var part = restricted(to: Bitmap(IndexRange(vcpu, vcpu)))
    part.contexts = ContextTable(Level.allCases.compactMap { contexts[vcpu, $0] })
    part.events = EventTable(
      part.events.filter { !$0.isShared }.map { source in
        var event = source
        event.definition = nil
        event.routing = Routing()
        event.extras = FieldMap()
        return event
      }.filter { $0.hasHandlerState || !$0.slotExtras.isEmpty }
    )
    return part
  }

  /// This snapshot cut down to some indexes, without contexts and VM-scoped extras.
  private func restricted(to indexes: Bitmap) -> Snapshot {
    var part = self
    part.contexts = ContextTable()
    part.extras = Extras()
    part.vcpus.masked.formIntersection(indexes)
    part.vcpus.deliveryRequest.formIntersection(indexes)
    part.vcpus.power = vcpus.power.restricted(to: indexes)
    part.vcpus.affinityKnown.formIntersection(indexes)
    part.vcpus.affinity = vcpus.affinity.restricted(to: indexes)
    part.events.updateAll { event in
      for (_, path) in Event.bitmaps { event[keyPath: path].formIntersection(indexes) }
      for (_, path) in Event.columns {
        event[keyPath: path] = event[keyPath: path].restricted(to: indexes)
      }
      event.slotExtras = event.slotExtras.restricted(to: indexes)
    }
    part.extras.vcpuValues = extras.vcpuValues.restricted(to: indexes)
    for item in extras.vcpuLists.items {
      let lists = item.value.restricted(to: indexes)
      part.extras.vcpuLists[item.field] = lists.isEmpty ? nil : lists
    }
    return part
  }
}

extension FieldMap where Value == Column {
  fileprivate func restricted(to indexes: Bitmap) -> FieldMap {
    var result = FieldMap()
    for item in items {
      let column = item.value.restricted(to: indexes)
      result[item.field] = column.isEmpty ? nil : column
    }
    return result
  }
}
