import SDEIModel

/// States of KVM's series about which no rule has anything to say: each in its own way of telling
/// what runs.
enum LegalKVM {
  static let running = EventNumber(0x40_0001)
  static let shared = EventNumber(0x40_0003)

  /// Two vCPUs, of which 0 runs a private event: told by the context's number, and counted.
  static var v5: Snapshot {
    var snapshot = Snapshot(instance: Instance(dialect: .kvmV5), vcpus: VCPUs(count: 2))
    var zero = event(.softwareSignalled, isSignalable: true, on: Bitmap(below: 2))
    zero.pending = Column([0, 1])
    var normal = event(running, on: Bitmap(below: 2))
    normal.pending = Column([1])
    var any = event(shared, on: Bitmap(below: 1))
    any.definition?.type = .shared
    snapshot.events = EventTable([zero, normal, any])
    snapshot.contexts.insert(LegalState.context(0, .normal, running))
    snapshot.vcpus.masked = Bitmap(IndexRange(1, 1))
    return snapshot
  }

  /// Two vCPUs, of which 0 runs event 0: told by a mark alone.
  static var v7: Snapshot {
    var snapshot = Snapshot(instance: Instance(dialect: .kvmV7), vcpus: VCPUs(count: 2))
    var zero = event(.softwareSignalled, isSignalable: true, on: Bitmap(below: 2))
    zero.running = Bitmap(below: 1)
    let asyncPF = event(EventNumber(1), on: Bitmap(below: 2))
    snapshot.events = EventTable([zero, asyncPF])
    var context = LegalState.context(0, .normal, .softwareSignalled)
    context.event = nil
    snapshot.contexts.insert(context)
    snapshot.vcpus.masked = Bitmap(IndexRange(1, 1))
    return snapshot
  }

  private static func event(
    _ number: EventNumber,
    isSignalable: Bool = false,
    on slots: Bitmap
  ) -> Event {
    var event = Event(
      number,
      definition: EventDefinition(type: .private, priority: .normal, isSignalable: isSignalable)
    )
    event.registered = slots
    event.enabled = slots
    event.entry = Column(LegalState.entry, at: slots)
    return event
  }
}

extension Snapshot {
  /// Changes the frame of a context that is there.
  mutating func change(_ vcpu: UInt32, _ level: Level, _ body: (inout RegisterFrame) -> Void) {
    guard var context = contexts[vcpu, level] else { return }
    body(&context.frame)
    contexts[vcpu, level] = context
  }

  /// Lets a level run another event, its mark where the event is marked.
  mutating func run(_ vcpu: UInt32, _ level: Level, _ number: EventNumber) {
    contexts[vcpu, level] = LegalState.context(vcpu, level, number)
  }
}
