internal import SDEIModel
internal import SDEIWire

/// Reads the `cpu/sdei` subsections: the state of KVM v2 to v4.
struct QEMUSubsectionDecoder {
  private typealias Layout = QEMUSubsectionLayout

  private(set) var snapshot: Snapshot
  private(set) var findings: [Finding] = []
  private var events: [EventNumber: Event] = [:]
  private var refcounts: [EventNumber: UInt32] = [:]
  private var entries: [Entry] = []
  private var queues = VCPULists()
  private var masked = BitmapBuilder()
  private var rawMasked = ColumnBuilder()
  private var contexts: [Context] = []

  /// One entry of a queue; kept flat, because a stream pays for each with 12 bytes only.
  private struct Entry {
    var number: EventNumber
    var vcpu: UInt32
    var count: UInt32
  }

  init(_ common: Snapshot) {
    snapshot = common
    // What v4 tells every guest (SDEI_VERSION), and the one event that it defines by itself; no
    // other definition travels.
    snapshot.instance.version = .v1_0
    snapshot.instance.dialect = .kvmV4
    let builtIn = KVMv4Layout.builtIn
    events[builtIn] = Event(builtIn, definition: KVMv4Layout.builtInDefinition)
    snapshot.extras.lists[.exposedOrder] = [builtIn]
  }

  /// Reads all vCPUs, ascending.
  mutating func read(_ cpus: [QEMUCPU]) throws(DecodeError) {
    var without: [UInt32] = []
    for cpu in cpus {
      guard let body = cpu.sdei else {
        without.append(cpu.index)
        continue
      }
      let isTold = try body.withBytes { (bytes) throws(DecodeError) in
        try read(cpu.index, bytes, at: cpu.sdeiOffset)
      }
      if !isTold { without.append(cpu.index) }
    }
    if !without.isEmpty {
      findings.append(.partlyThere(Bitmap(indexes: without), "a state in cpu/sdei", "state"))
    }
    finish()
    // Of these nothing is known: they are shown as after reset.
    let told = Bitmap(indexes: cpus.map(\.index)).subtracting(Bitmap(indexes: without))
    snapshot.vcpus.masked.formUnion(Bitmap(below: snapshot.vcpus.count).subtracting(told))
  }

  /// Reads one subsection, whose first byte stands at `offset` of the stream; whether it tells the
  /// vCPU's own state.
  private mutating func read(
    _ vcpu: UInt32,
    _ bytes: RawSpan,
    at offset: Int
  ) throws(DecodeError) -> Bool {
    let name = "cpu/sdei of vCPU \(vcpu)"
    let counts = try Self.counts(bytes, name, at: offset)
    guard vcpu == 0 || counts[0] == 0 else {
      throw DecodeError(
        .structure,
        at: offset,
        name,
        found: "\(counts[0]) registered events",
        expected: "none: vCPU 0 sends the whole machine's"
      )
    }
    var cursor = Layout.counters
    func list(_ kind: String, _ size: Int, _ count: Int) -> StructArray {
      defer { cursor += size * count }
      return StructArray(name: "\(name), \(kind)", offset: cursor, size: size, count: count)
    }
    try readRegistered(bytes, list("kske", Layout.Registered.size, counts[0]), at: offset)
    try readQueue(bytes, list("ksve", Layout.Queued.size, counts[1]), vcpu, at: offset)
    let state = list("ksv", Layout.VCPU.size, counts[2])
    if state.count == 1 { readState(bytes, state.offset, vcpu) }
    return state.count == 1
  }

  /// The three counters, which must account for all bytes.
  private static func counts(
    _ bytes: RawSpan,
    _ name: String,
    at offset: Int
  ) throws(DecodeError) -> [Int] {
    var counts: [Int] = []
    if bytes.byteCount >= Layout.counters {
      for counter in 0..<3 { counts.append(Int(bytes.bigEndian(at: counter * 4, count: 4))) }
    }
    // Counters are below 2^32, so the sum fits.
    let length =
      counts.count < 3
      ? -1
      : Layout.counters + counts[0] * Layout.Registered.size + counts[1] * Layout.Queued.size
        + counts[2] * Layout.VCPU.size
    guard length == bytes.byteCount, counts[2] <= 1 else {
      throw DecodeError(
        .structure,
        at: offset,
        name,
        found: "the counters \(counts) in \(bytes.byteCount) bytes",
        expected: "12 bytes, 8341 for each kske, 12 for each ksve, and at most one ksv of 337"
      )
    }
    return counts
  }

  private mutating func readRegistered(
    _ bytes: RawSpan,
    _ array: StructArray,
    at base: Int
  ) throws(DecodeError) {
    typealias Layout = QEMUSubsectionLayout.Registered
    let order = try numbers(bytes, array, at: base)
    if !order.isEmpty { snapshot.extras.lists[.registeredOrder] = order }
    for (position, number) in order.enumerated() {
      let start = array.start(position)
      var event = events[number] ?? Event(number)
      event.routing = Routing(
        mode: RoutingMode(rawValue: bytes[start + Layout.routeMode]),
        affinity: Affinity(rawValue: bytes.bigEndian(at: start + Layout.routeAffinity, count: 8))
      )
      func words(_ field: Int, _ count: Int) -> [UInt64] {
        bytes.bigEndianWords(at: start + field, count: count)
      }
      event.entry = Column(words(Layout.entries, QEMUSubsectionLayout.slots))
      event.argument = Column(words(Layout.params, QEMUSubsectionLayout.slots))
      event.registered = Bitmap(words: words(Layout.registered, QEMUSubsectionLayout.words))
      event.enabled = Bitmap(words: words(Layout.enabled, QEMUSubsectionLayout.words))
      refcounts[number] = UInt32(bytes.bigEndian(at: start + Layout.refcount, count: 4))
      events[number] = event
    }
  }

  private mutating func readQueue(
    _ bytes: RawSpan,
    _ array: StructArray,
    _ vcpu: UInt32,
    at base: Int
  ) throws(DecodeError) {
    let order = try numbers(bytes, array, at: base)
    for (position, number) in order.enumerated() {
      let offset = array.start(position) + Layout.Queued.refcount
      let count = UInt32(bytes.bigEndian(at: offset, count: 4))
      entries.append(Entry(number: number, vcpu: vcpu, count: count))
    }
    if !order.isEmpty { queues.append(IndexRange(vcpu, vcpu), order) }
  }

  /// The numbers of a list, each once.
  private func numbers(
    _ bytes: RawSpan,
    _ array: StructArray,
    at base: Int
  ) throws(DecodeError) -> [EventNumber] {
    let order = (0..<array.count).map {
      EventNumber(bytes.bigEndian(at: array.start($0), count: 8))
    }
    let inStream = StructArray(
      name: array.name,
      offset: base + array.offset,
      size: array.size,
      count: array.count
    )
    try inStream.checkDistinct(order)
    return order
  }

  private mutating func readState(_ bytes: RawSpan, _ start: Int, _ vcpu: UInt32) {
    let masked = bytes[start + Layout.VCPU.masked]
    if masked != 0 { self.masked.append(IndexRange(vcpu, vcpu)) }
    if masked > 1 { rawMasked.append(vcpu, UInt64(masked)) }
    readContext(
      bytes,
      Context(vcpu: vcpu, level: .normal),
      number: start + Layout.VCPU.normalNum,
      frame: start + Layout.VCPU.normalRegs
    )
    readContext(
      bytes,
      Context(vcpu: vcpu, level: .critical),
      number: start + Layout.VCPU.criticalNum,
      frame: start + Layout.VCPU.criticalRegs
    )
  }

  private mutating func readContext(
    _ bytes: RawSpan,
    _ idle: Context,
    number offset: Int,
    frame: Int
  ) {
    var context = idle
    let stored = EventNumber(bytes.bigEndian(at: offset, count: 8))
    if stored.rawValue != 0 { context.event = stored }
    for word in 0..<RegisterFrame.wordCount {
      context.frame[word: word] = bytes.bigEndian(at: frame + word * 8, count: 8)
    }
    if !context.isIdle { contexts.append(context) }
  }

  /// Puts together what was collected vCPU by vCPU.
  private mutating func finish() {
    snapshot.vcpus.masked = masked.finish()
    let raw = rawMasked.finish()
    snapshot.extras.vcpuValues[.masked] = raw.isEmpty ? nil : raw
    snapshot.contexts = ContextTable(contexts)
    snapshot.extras.vcpuLists[.queueOrder] = queues.isEmpty ? nil : queues
    snapshot.events = collectedEvents()
  }

  /// The events of all lists, each with its occurrences on every vCPU.
  private mutating func collectedEvents() -> EventTable {
    entries.sort { ($0.number, $0.vcpu) < ($1.number, $1.vcpu) }
    var result: [Event] = []
    var start = 0
    while start < entries.count {
      let number = entries[start].number
      var pending = ColumnBuilder()
      while start < entries.count, entries[start].number == number {
        pending.append(entries[start].vcpu, UInt64(entries[start].count))
        start += 1
      }
      let listed = events.removeValue(forKey: number)
      var event = listed ?? Event(number)
      event.pending = pending.finish()
      keepRefcount(&event)
      // An entry with a count of 0 makes no event: the queue's order tells of it.
      if listed != nil || !event.pending.isEmpty { result.append(event) }
    }
    entries = []
    for var event in events.values {
      keepRefcount(&event)
      result.append(event)
    }
    return EventTable(result)
  }

  /// Keeps the count of a registered event where it is not the one of the queues.
  private func keepRefcount(_ event: inout Event) {
    guard let stored = refcounts[event.number] else { return }
    let vcpus = snapshot.vcpus.count
    event.extras[.refcount] = KVMv4Layout.refcount(stored, event, vcpus: vcpus)
  }
}
