internal import SDEIModel
internal import SDEIWire

extension KVMv5Decoder {
  /// Reads the queue of a vCPU; all-zero structures at the end are surplus.
  mutating func readQueue(
    _ bytes: RawSpan,
    _ array: StructArray,
    _ vcpu: UInt32
  ) throws(DecodeError) {
    typealias Layout = KVMv5Layout.Queued
    let used = array.used(bytes)
    let order = (0..<used).map { Self.number(bytes, array.start($0)) }
    try array.checkDistinct(order)
    for (position, number) in order.enumerated() {
      let start = array.start(position)
      let count = bytes.littleEndian(at: start + Layout.count, count: 4)
      let padding = bytes.littleEndian(at: start + Layout.padding, count: 4)
      entries.append(
        QueueEntry(
          number: number,
          vcpu: vcpu,
          count: UInt32(count),
          padding: UInt32(padding)
        )
      )
      if padding != 0 {
        let offset = start + Layout.padding
        findings.append(
          .padding(
            bytes.extracting(offset..<offset + 4).array,
            .queuePadding,
            ModelPath.event(number, vcpus: Bitmap(indexes: [vcpu]), "queuePadding"),
            at: offset
          )
        )
      }
    }
    if !order.isEmpty { queues.append(IndexRange(vcpu, vcpu), order) }
    if used < array.count {
      vcpuExtras[.surplusQueued, default: ColumnBuilder()].append(vcpu, UInt64(array.count - used))
      findings.append(.surplus(array, used))
    }
  }

  /// Reads the mask, the running numbers and the frames of a vCPU.
  mutating func readState(_ bytes: RawSpan, _ array: StructArray, _ vcpu: UInt32) {
    typealias Layout = KVMv5Layout.VCPUState
    let start = array.offset
    let masked = bytes[start + Layout.masked]
    if masked != 0 { self.masked.append(IndexRange(vcpu, vcpu)) }
    if masked > 1 {
      vcpuExtras[.masked, default: ColumnBuilder()].append(vcpu, UInt64(masked))
    }
    let padding = bytes.littleEndian(at: start + Layout.padding, count: 7)
    if padding != 0 {
      vcpuExtras[.vcpuPadding, default: ColumnBuilder()].append(vcpu, padding)
      let offset = start + Layout.padding
      findings.append(
        .padding(
          bytes.extracting(offset..<offset + 7).array,
          .vcpuPadding,
          ModelPath.vcpus(Bitmap(indexes: [vcpu]), "vcpuPadding"),
          at: offset
        )
      )
    }
    readContext(
      bytes,
      vcpu,
      .normal,
      number: start + Layout.normalNum,
      frame: start + Layout.normalRegs
    )
    readContext(
      bytes,
      vcpu,
      .critical,
      number: start + Layout.criticalNum,
      frame: start + Layout.criticalRegs
    )
  }

  private mutating func readContext(
    _ bytes: RawSpan,
    _ vcpu: UInt32,
    _ level: Level,
    number offset: Int,
    frame: Int
  ) {
    var context = Context(vcpu: vcpu, level: level)
    let stored = bytes.littleEndian(at: offset, count: 8)
    if stored != KVMv5Layout.invalidEvent { context.event = EventNumber(stored) }
    for word in 0..<RegisterFrame.wordCount {
      context.frame[word: word] = bytes.littleEndian(at: frame + word * 8, count: 8)
    }
    contexts.append(context)
    if let event = context.event, !DialectID.kvmV5.namesEvent(event) {
      findings.append(.meansNone(event, Bitmap(indexes: [vcpu]), level, at: offset))
    }
  }

  /// Puts together what was collected vCPU by vCPU.
  mutating func finish() {
    for (field, builder) in vcpuExtras {
      snapshot.extras.vcpuValues[field] = builder.finish()
    }
    snapshot.vcpus.masked = masked.finish()
    snapshot.contexts = ContextTable(contexts)
    snapshot.extras.vcpuLists[.queueOrder] = queues.isEmpty ? nil : queues
    snapshot.events = collectedEvents()
    if let offset = assumedEvent { noteAssumption(at: offset) }
  }

  /// The events of all lists, each with its occurrences on every vCPU.
  private mutating func collectedEvents() -> EventTable {
    entries.sort { ($0.number, $0.vcpu) < ($1.number, $1.vcpu) }
    var result: [Event] = []
    var start = 0
    while start < entries.count {
      let number = entries[start].number
      var (pending, padding) = (ColumnBuilder(), ColumnBuilder())
      while start < entries.count, entries[start].number == number {
        pending.append(entries[start].vcpu, UInt64(entries[start].count))
        padding.append(entries[start].vcpu, UInt64(entries[start].padding))
        start += 1
      }
      let isListed = events[number] != nil
      var event = events.removeValue(forKey: number) ?? Event(number)
      event.pending = pending.finish()
      let bytes = padding.finish()
      if !bytes.isEmpty { event.slotExtras[.queuePadding] = bytes }
      // An entry with a count of 0 makes no event: the queue's order tells of it.
      if isListed || !event.pending.isEmpty || !bytes.isEmpty { result.append(event) }
    }
    entries = []
    result += events.values
    return EventTable(result)
  }

  /// Says that an event 0 which nothing else knows of may be no event.
  private mutating func noteAssumption(at offset: Int) {
    let isKnown =
      registeredOrder.contains(.softwareSignalled)
      || queues.items.contains { $0.events.contains(.softwareSignalled) }
      || contexts.contains { $0.event == .softwareSignalled }
    if !isKnown { findings.append(.assumedEvent(at: offset)) }
  }
}
