import SDEIFormats
import SDEIModel
import SDEIWire

/// A document with a name, of which `fixtures/` keeps the bytes.
package struct Fixture: Sendable, CustomStringConvertible {
  package let name: String
  package let document: Document
  package var isCompressed = false

  package var description: String { name }

  package var bytes: [UInt8] {
    get throws {
      let options = EncodeOptions(isCompressed: isCompressed)
      return try FormatRegistry.format(document.format).encode(document, options).bytes
    }
  }

  package init(_ name: String, _ document: Document, isCompressed: Bool = false) {
    self.name = name
    self.document = document
    self.isCompressed = isCompressed
  }

  package init(_ name: String, _ snapshot: Snapshot, isCompressed: Bool = false) {
    self.init(
      name,
      Document(format: .sdei, snapshot: snapshot),
      isCompressed: isCompressed
    )
  }
}

/// The native fixtures: every record type and every encoding is in one of them.
package enum NativeFixtures {
  package static let all: [Fixture] = {
    let every = everyEncoding()
    let vm = every.vmPart()
    let digest = VMDigest(of: vm)
    var unknown = Document(format: .sdei, snapshot: Workload.linux(1).snapshot())
    unknown.unknownRecords = [
      UnknownRecord(type: 77, flags: 0, body: Array("not understood".utf8)),
      UnknownRecord(type: 78, flags: 2, body: [1, 2, 3]),
    ]
    return [
      Fixture("empty", Snapshot()),
      Fixture("worked-example", workedExample()),
      Fixture("w1-linux", Workload.linux(1).snapshot()),
      Fixture("every-encoding", every),
      Fixture("vm-part", Document(format: .sdei, scope: .vm, snapshot: vm)),
      Fixture(
        "vcpu-part",
        Document(format: .sdei, scope: .vcpu(2, of: digest), snapshot: every.vcpuPart(2))
      ),
      Fixture("unknown-records", unknown),
      Fixture("deflated", Workload.linux(2).snapshot(), isCompressed: true),
      Fixture("w2-linux", Workload.linux(2).snapshot()),
      Fixture("random", RandomSnapshot.make(seed: 99, vcpus: 300)),
      Fixture("largest", largest()),
      Fixture("kvm-v4", kvmV4()),
      Fixture("tf-a", tfA()),
    ]
  }()

  /// Two vCPUs, one event, one running handler: the example that the document explains byte by byte.
  package static func workedExample() -> Snapshot {
    var event = Event(
      .softwareSignalled,
      definition: EventDefinition(type: .private, priority: .normal, isSignalable: true)
    )
    event.registered = Bitmap(below: 2)
    event.enabled = Bitmap(indexes: [1])
    event.running = Bitmap(indexes: [1])
    event.entry = Column(0xffff_8000_0801_0e40, at: Bitmap(below: 2))
    var frame = RegisterFrame(pc: 0xaaaa_0000_1234, pstate: 0x3c5)
    frame.x[0] = 0x1234
    return Snapshot(
      instance: Instance(dialect: .specification, producer: "doc"),
      vcpus: VCPUs(count: 2),
      events: EventTable([event]),
      contexts: ContextTable([Context(vcpu: 1, level: .normal, event: event.number, frame: frame)])
    )
  }

  /// As many vCPUs as there can be, folded into a few hundred bytes.
  package static func largest() -> Snapshot {
    let count = UInt32.max
    let all = Bitmap(below: count)
    var snapshot = Snapshot(
      instance: Instance(producer: "largest"),
      vcpus: VCPUs(count: count)
    )
    snapshot.vcpus.masked = Bitmap(IndexRange(7, count - 9))
    snapshot.vcpus.power = Column(UInt64(PowerState.on.rawValue), at: all)
    snapshot.vcpus.affinityKnown = all
    for number in [0, 0x4000_0001] as [UInt64] {
      var event = Event(
        EventNumber(number),
        definition: EventDefinition(
          type: .private,
          priority: number == 0 ? .normal : .critical,
          isSignalable: number == 0
        )
      )
      event.registered = all
      event.enabled = Bitmap(IndexRange(1, count - 1))
      event.entry = Column(0xffff_8000_0801_0e40, at: all)
      var builder = ColumnBuilder()
      builder.append(IndexRange(0, count - 1), base: 0xffff_0000_4000_0000, stride: 0x1000)
      event.argument = builder.finish()
      event.pending = Column(1, at: Bitmap(IndexRange(5, 1 << 31)))
      snapshot.events.insert(event)
    }
    return snapshot
  }

  /// A snapshot in which every form of every encoding occurs.
  package static func everyEncoding() -> Snapshot {
    var random = SplitMix64(seed: 5)
    let raw = Bitmap(words: (0..<5).map { _ in random.next() })
    var snapshot = Snapshot(
      instance: Instance(
        version: SDEIVersion(major: 1, minor: 1, vendor: 0x4B_564D),
        clientEL: 2,
        features: Features(privateSlots: 3, sharedSlots: 2, relativeMode: true),
        dialect: .kvmV5,
        producer: "every \"encoding\" \\ ü"
      ),
      vcpus: VCPUs(count: 300)
    )
    snapshot.vcpus.masked = raw
    snapshot.vcpus.deliveryRequest = Bitmap([IndexRange(0, 3), IndexRange(17, 17)])
    snapshot.vcpus.power = Column([1, 1, 1, 1, 2, 3, 4, 1, 2])
    snapshot.vcpus.affinityKnown = Bitmap(below: 32)
    snapshot.vcpus.affinity = Column((0..<32).map { $0 / 16 << 8 | $0 % 16 })
    snapshot.events = EventTable(events(raw))
    for vcpu in [0, 2, 299] as [UInt32] {
      for level in Level.allCases where vcpu != 0 || level == .normal {
        var frame = RegisterFrame(pc: 0xffff_8000_0800_0000 + UInt64(vcpu) * 4, pstate: 0x6040_0005)
        for x in 0..<18 { frame.x[x] = x % 3 == 0 ? random.next() : x % 3 == 1 ? UInt64(vcpu) : 0 }
        let event = vcpu == 299 ? nil : EventNumber(level == .normal ? 0x4040_0001 : 5)
        snapshot.contexts.insert(Context(vcpu: vcpu, level: level, event: event, frame: frame))
      }
    }
    addExtras(&snapshot)
    return snapshot
  }

  private static func events(_ raw: Bitmap) -> [Event] {
    var mixed = Event(
      EventNumber(0x4040_0001),
      definition: EventDefinition(
        type: .private,
        priority: .normal,
        isSignalable: true,
        trigger: .level,
        origin: .slot,
        interrupt: 0xFFFF_FFFF,
        notifier: "async-pf"
      )
    )
    mixed.registered = Bitmap(below: 300)
    mixed.enabled = raw
    mixed.running = Bitmap(indexes: [2])
    mixed.unregisterPending = Bitmap(IndexRange(10, 20))
    mixed.relative = Bitmap([IndexRange(0, 0), IndexRange(400, 450)])
    mixed.pending = Column([0, 3, 0, 1, 2, 3, 4, 5])
    mixed.entry = Column(
      (0..<40).map { 0xffff_8000_0801_0000 + $0 * $0 } + [UInt64](repeating: 0x1000, count: 60)
    )
    mixed.argument = Column((0..<300).map { 0xffff_0000_4000_0000 - $0 * 64 })
    var shared = Event(
      EventNumber(0x4040_0002),
      definition: EventDefinition(
        type: .shared,
        priority: EventPriority(rawValue: 9),
        isSignalable: false,
        origin: .firmware
      )
    )
    shared.routing = Routing(mode: RoutingMode(rawValue: 5), affinity: Affinity(rawValue: 0x80))
    shared.registered = Bitmap(below: 1)
    shared.entry = Column([UInt64.max])
    return [Event(EventNumber(0)), mixed, shared, Event(EventNumber(0x1_0000_0000))]
  }

  private static func addExtras(_ snapshot: inout Snapshot) {
    snapshot.extras.values[.surplusExposed] = 2
    snapshot.extras.values[.surplusRegistered] = 0xFFFF_FFFF
    snapshot.extras.lists[.exposedOrder] = [0x4040_0002, 0x4040_0001].map { EventNumber($0) }
    snapshot.extras.lists[.registeredOrder] = []
    snapshot.extras.vcpuValues[.masked] = Column([0, 0, 255])
    snapshot.extras.vcpuValues[.vcpuPadding] = Column(0x0706_0504_0302_01, at: Bitmap(below: 3))
    snapshot.extras.vcpuValues[.surplusQueued] = Column([0, 0, 1])
    snapshot.extras.vcpuValues[.mpidrFlags] = Column(0x8000_0000, at: Bitmap(below: 32))
    var lists = VCPULists()
    lists.append(IndexRange(0, 2), [EventNumber(5), EventNumber(0)])
    lists.append(IndexRange(3, 3), [])
    snapshot.extras.vcpuLists[.queueOrder] = lists
    for (place, number) in [0x4040_0001, 0x4040_0002].enumerated() as EnumeratedSequence<[UInt64]> {
      snapshot.events.update(EventNumber(number)) { event in
        event.extras[.notifier] = 0xffff_8000_0812_3456 + UInt64(place)
        event.extras[.signaled] = place == 0 ? 2 : nil
        event.extras[.exposedPadding] = 0x05_0403_0201
        event.extras[.registeredPadding] = 0x03_0201
        event.extras[.registeredHole] = 0xdead_beef
        event.slotExtras[.queuePadding] = Column([7, 0, 9])
      }
    }
  }
}
