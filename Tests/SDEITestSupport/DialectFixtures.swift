import SDEIModel

extension NativeFixtures {
  /// A made state of KVM v4 with every extra that the dialect has.
  package static func kvmV4() -> Snapshot {
    var snapshot = Snapshot(
      instance: Instance(dialect: .kvmV4, producer: "test"),
      vcpus: VCPUs(count: 2)
    )
    let numbers = (0..<4).map { EventNumber(0x4040_0000 + $0) }
    for (place, number) in numbers.enumerated() {
      var event = Event(
        number,
        definition: EventDefinition(
          type: place == 3 ? .shared : .private,
          priority: place == 2 ? .critical : .normal,
          isSignalable: place != 2
        )
      )
      event.registered = place == 3 ? Bitmap(below: 1) : Bitmap(below: 2)
      event.enabled = event.registered
      event.entry = Column(0xffff_8000_0801_0e40, at: event.registered)
      event.pending = Column([UInt64(place), 1])
      event.extras[.notifier] = 0xffff_8000_0812_3456 + UInt64(place)
      // As many as the queues have: not told. Then 0, and the largest.
      event.extras[.refcount] = [nil, 1, nil, 1 << 32][place]
      snapshot.events.insert(event)
    }
    snapshot.events.update(numbers[1]) { $0.extras[.signaled] = 3 }
    snapshot.vcpus.masked = Bitmap(below: 1)
    snapshot.extras.vcpuValues[.masked] = Column([2])
    snapshot.extras.lists[.exposedOrder] = numbers.reversed()
    snapshot.extras.lists[.registeredOrder] = [numbers[2], numbers[0], numbers[1], numbers[3]]
    var queues = VCPULists()
    queues.append(IndexRange(0, 0), [numbers[2], numbers[3], numbers[1]])
    queues.append(IndexRange(1, 1), [numbers[2], numbers[0], numbers[1], numbers[3]])
    snapshot.extras.vcpuLists[.queueOrder] = queues
    return snapshot
  }

  /// A made state of TF-A: each origin, a bind slot that is free and one that is not, and both ends
  /// of the extra that the dialect has.
  package static func tfA() -> Snapshot {
    var snapshot = Snapshot(
      instance: Instance(
        clientEL: 2,
        features: Features(privateSlots: 2, sharedSlots: 1),
        dialect: .tfA,
        producer: "test"
      ),
      vcpus: VCPUs(count: 2)
    )
    let origins: [(EventType, EventOrigin, UInt32?)] = [
      (.private, .platform, 8), (.private, .firmware, nil), (.private, .slot, 23),
      (.private, .slot, nil), (.shared, .platform, 64), (.shared, .slot, 0),
    ]
    for (place, (type, origin, interrupt)) in origins.enumerated() {
      var event = Event(
        EventNumber(0x4040_0000 + UInt64(place)),
        definition: EventDefinition(
          type: type,
          priority: place == 4 ? .critical : .normal,
          isSignalable: place == 0,
          trigger: place == 5 ? .level : .edge,
          origin: origin,
          interrupt: interrupt
        )
      )
      // A slot that nothing is bound to has no handler.
      if origin != .slot || interrupt != nil {
        event.registered = type == .shared ? Bitmap(below: 1) : Bitmap(below: 2)
        event.entry = Column(0x8000_1000, at: event.registered)
      }
      event.extras[.registrationCount] = [nil, 1, 1 << 32, nil, nil, 4][place]
      snapshot.events.insert(event)
    }
    return snapshot
  }
}
