internal import SDEIModel
internal import SDEIWire

/// Reads a transcript, frame by frame in their fixed order.
struct KVMv4Decoder {
  private var reader: TranscriptReader
  /// The count of each registered event, as stored.
  private var refcounts: [EventNumber: UInt32] = [:]

  static func decode(_ bytes: RawSpan) throws(DecodeError) -> Document {
    let header = try TranscriptHeader(reading: bytes, KVMv4Format.transcript)
    // What v4 tells every guest (SDEI_VERSION): the ioctls do not carry it.
    let instance = Instance(version: .v1_0, dialect: .kvmV4)
    var cursor = 0
    var decoder = KVMv4Decoder(reader: try TranscriptReader(header, instance, bytes, &cursor))
    let (vm, version) = (TranscriptFrame.vm, KVMLayout.apiVersion)
    try TranscriptFrame.checkVersion(bytes, &cursor, KVMv4Command.getVersion, version)
    try decoder.readExposed(bytes, &cursor)
    let registered = try StructArray(bytes, &cursor, KVMv4Command.getKEvent, vm)
    try decoder.readRegistered(bytes, registered)
    for vcpu in 0..<header.vcpus {
      if TranscriptFrame.command(bytes, cursor) == KVMv4Command.getVEvent.rawValue {
        let queue = try StructArray(bytes, &cursor, KVMv4Command.getVEvent, vcpu)
        try decoder.reader.readQueue(bytes, queue, used: queue.count, vcpu)
      }
      let state = try StructArray(bytes, &cursor, KVMv4Command.getVCPUState, vcpu)
      decoder.reader.readState(bytes, state, vcpu)
    }
    try decoder.reader.checkEnd(bytes, cursor)
    decoder.finish()
    return Document(
      format: .kvmV4,
      snapshot: decoder.reader.snapshot,
      findings: decoder.reader.findings.all
    )
  }

  /// Reads the SET_EVENTs that a VMM remembers: no GET gives the definitions back.
  private mutating func readExposed(_ bytes: RawSpan, _ cursor: inout Int) throws(DecodeError) {
    let builtIn = KVMv4Layout.builtIn
    reader.events[builtIn] = Event(builtIn, definition: KVMv4Layout.builtInDefinition)
    reader.snapshot.extras.lists[.exposedOrder] = [builtIn]
    guard TranscriptFrame.command(bytes, cursor) == KVMv4Command.setEvent.rawValue else { return }
    let array = try StructArray(bytes, &cursor, KVMv4Command.setEvent, TranscriptFrame.vm)
    let order = array.numbers(bytes, array.count)
    try array.checkDistinct(order)
    if let position = order.firstIndex(of: builtIn) {
      throw DecodeError(
        .duplicate,
        at: array.start(position),
        "\(array.name)[\(position)].num",
        found: "event \(builtIn), which the kernel exposes itself",
        expected: "the SET_EVENTs that succeeded"
      )
    }
    for (position, number) in order.enumerated() {
      reader.readExposed(bytes, at: array.start(position), number)
    }
    reader.snapshot.extras.lists[.exposedOrder] = [builtIn] + order
  }

  private mutating func readRegistered(
    _ bytes: RawSpan,
    _ array: StructArray
  ) throws(DecodeError) {
    typealias Layout = KVMv4Layout.Registered
    let order = array.numbers(bytes, array.count)
    try array.checkDistinct(order)
    if !order.isEmpty { reader.snapshot.extras.lists[.registeredOrder] = order }
    for (position, number) in order.enumerated() {
      let start = array.start(position)
      var event = reader.events[number] ?? Event(number)
      reader.readHandlers(bytes, at: start, bytes[start + Layout.routeMode], into: &event)
      reader.keepPadding(bytes, start + Layout.padding, 3, .registeredPadding, in: &event)
      reader.events[number] = event
      refcounts[number] = UInt32(bytes.littleEndian(at: start + Layout.refcount, count: 4))
    }
  }

  /// Keeps the counts that are not what the queues make them, and names what has no definition.
  private mutating func finish() {
    reader.finish()
    let (refcounts, vcpus) = (refcounts, reader.snapshot.vcpus.count)
    reader.snapshot.events.updateAll { event in
      guard let stored = refcounts[event.number] else { return }
      event.extras[.refcount] = KVMv4Layout.refcount(stored, event, vcpus: vcpus)
    }
    for event in reader.snapshot.events where event.definition == nil {
      reader.findings.append(.undefined(event.number))
    }
  }
}
