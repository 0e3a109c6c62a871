import SDEIModel

/// A state that no rule has anything to say about, with something of everything in it.
///
/// Four vCPUs: 0 runs a normal handler; 1 a critical one on top of a normal one; 2 has masked
/// events, one of which waits; 3 is off. Each rule's case changes one thing of it.
enum LegalState {
  static let zero = EventNumber.softwareSignalled
  static let privateNormal = EventNumber(0x4040_0001)
  static let privateCritical = EventNumber(0x4040_0002)
  static let sharedAny = EventNumber(0x4040_0003)
  static let sharedPE = EventNumber(0x4040_0004)
  static let boundPrivate = EventNumber(0x4000_0000)
  static let boundShared = EventNumber(0x4000_0001)
  static let freeSlot = EventNumber(0x4000_0002)

  static let entry: UInt64 = 0xFFFF_8000_0810_0000
  static let pc: UInt64 = 0xFFFF_8000_0001_2340
  static let el1h: UInt64 = 0x6000_0005

  static var snapshot: Snapshot {
    var snapshot = Snapshot(
      instance: Instance(
        clientEL: 1,
        features: Features(privateSlots: 2, sharedSlots: 2, relativeMode: true)
      ),
      vcpus: VCPUs(count: 4)
    )
    snapshot.vcpus.masked = Bitmap(IndexRange(2, 3))
    snapshot.vcpus.affinityKnown = Bitmap(below: 4)
    snapshot.vcpus.affinity = Column([0, 1, 2, 3])
    snapshot.vcpus.power = Column(
      [.on, .on, .on, .off].map { (state: PowerState) in UInt64(state.rawValue) }
    )
    snapshot.events = events
    snapshot.contexts = ContextTable([
      context(0, .normal, privateNormal), context(1, .normal, zero),
      context(1, .critical, sharedPE),
    ])
    return snapshot
  }

  /// The same while no handler runs: for rules about what handlers and routing depend on.
  static var quiet: Snapshot {
    var snapshot = snapshot
    snapshot.contexts = ContextTable()
    snapshot.events.updateAll { $0.running = Bitmap() }
    return snapshot
  }

  private static var events: EventTable {
    let all = Bitmap(below: 4)
    var zero = event(zero, .private, .normal, isSignalable: true, on: all)
    zero.running.insert(1)
    zero.pending[2] = 1
    var normal = event(privateNormal, .private, .normal, on: all)
    normal.running.insert(0)
    let critical = event(privateCritical, .private, .critical, on: Bitmap(below: 2))
    let any = event(sharedAny, .shared, .normal, on: Bitmap(below: 1))
    var pe = event(sharedPE, .shared, .critical, on: Bitmap(below: 1))
    pe.routing = Routing(mode: .pe, affinity: Affinity(rawValue: 1))
    pe.running.insert(0)
    var ppi = event(boundPrivate, .private, .normal, on: Bitmap(below: 1))
    ppi.definition?.origin = .slot
    ppi.definition?.interrupt = 20
    var spi = event(boundShared, .shared, .normal, on: Bitmap())
    spi.definition?.origin = .slot
    spi.definition?.interrupt = 40
    var free = event(freeSlot, .shared, .normal, on: Bitmap())
    free.definition?.origin = .slot
    var table = EventTable()
    for event in [zero, ppi, spi, free, normal, critical, any, pe] { table.insert(event) }
    return table
  }

  private static func event(
    _ number: EventNumber,
    _ type: EventType,
    _ priority: EventPriority,
    isSignalable: Bool = false,
    on slots: Bitmap
  ) -> Event {
    var event = Event(
      number,
      definition: EventDefinition(type: type, priority: priority, isSignalable: isSignalable)
    )
    event.registered = slots
    event.enabled = slots
    event.entry = Column(entry, at: slots)
    event.argument = Column(0x1000, at: slots)
    return event
  }

  static func context(_ vcpu: UInt32, _ level: Level, _ number: EventNumber) -> Context {
    // The critical level interrupted a handler, the normal one the client.
    var frame = RegisterFrame(pc: pc, pstate: el1h)
    if level == .critical { (frame.pc, frame.pstate) = (entry + 0x40, 0x3C5) }
    for word in 0..<18 { frame[word: word] = UInt64(0x100 + word) }
    return Context(vcpu: vcpu, level: level, event: number, frame: frame)
  }
}
