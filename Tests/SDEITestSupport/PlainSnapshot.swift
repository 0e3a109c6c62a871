import SDEIModel

/// States of a dialect that its own byte form holds, by seed: no left-overs, no wild values.
package enum PlainSnapshot {
  package static func make(seed: UInt64, _ dialect: DialectID) -> Snapshot {
    var random = SplitMix64(seed: seed)
    let vcpus = UInt32(1 + random.below(5))
    var snapshot = Snapshot(instance: instance(dialect), vcpus: VCPUs(count: vcpus))
    let all = Bitmap(below: vcpus)
    snapshot.vcpus.masked =
      random.oneIn(2) ? all : Bitmap(below: UInt32(random.below(UInt64(vcpus))))
    for (number, definition) in definitions(dialect) {
      var event = Event(number, definition: definition)
      if random.oneIn(4) {
        snapshot.events.insert(event)
        continue
      }
      let slots = definition.type == .shared ? Bitmap(below: 1) : all
      event.registered = slots
      if random.oneIn(2) { event.enabled = slots }
      event.entry = Column(0xffff_8000_0801_0000 + random.below(64) * 4, at: slots)
      if random.oneIn(2) { event.argument = Column(random.next(), at: slots) }
      if random.oneIn(3) { event.pending = Column(1, at: Bitmap(indexes: [slots.ranges[0].first])) }
      snapshot.events.insert(event)
    }
    switch dialect {
    case .kvmV4, .kvmV5: snapshot = KVMLists.stored(snapshot)
    default: break
    }
    return snapshot
  }

  private static func instance(_ dialect: DialectID) -> Instance {
    var instance = Instance(dialect: dialect)
    switch dialect {
    case .kvmV4, .tfA: instance.version = .v1_0
    case .qemuRFC:
      instance.version = .v1_0
      instance.features = Features(privateSlots: 8, sharedSlots: 16)
    case .kvmV5: instance.version = SDEIVersion(major: 1, minor: 1, vendor: 0x4B_564D)
    case .kvmV7: instance.version = SDEIVersion(major: 1, minor: 1, vendor: 0x564B_CAA9)
    case .specification: break
    }
    return instance
  }

  private static func definitions(_ dialect: DialectID) -> [(EventNumber, EventDefinition)] {
    let plain = EventDefinition(type: .private, priority: .normal, isSignalable: true)
    var critical = plain
    critical.priority = .critical
    var shared = plain
    (shared.type, shared.isSignalable) = (.shared, false)
    return switch dialect {
    case .kvmV4: [(EventNumber(0x4040_0000), critical), (EventNumber(0x4040_0001), shared)]
    case .kvmV5, .specification, .tfA:
      [
        (EventNumber(0), plain), (EventNumber(0x4040_0000), critical),
        (EventNumber(0x4040_0001), shared),
      ]
    case .kvmV7: [(EventNumber(0), plain), (EventNumber(1), plain)]
    case .qemuRFC: [(EventNumber(0), plain)]
    }
  }
}
