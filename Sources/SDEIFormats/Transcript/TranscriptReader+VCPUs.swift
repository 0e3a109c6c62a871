internal import SDEIModel
internal import SDEIWire

extension TranscriptReader {
  /// Reads the first `used` structures of a vCPU's queue.
  mutating func readQueue(
    _ bytes: RawSpan,
    _ array: StructArray,
    used: Int,
    _ vcpu: UInt32
  ) throws(DecodeError) {
    typealias Layout = KVMLayout.Queued
    let order = array.numbers(bytes, used)
    try array.checkDistinct(order)
    for (position, number) in order.enumerated() {
      let start = array.start(position)
      let padding = bytes.littleEndian(at: start + Layout.padding, count: 4)
      entries.append(
        QueueEntry(
          number: number,
          vcpu: vcpu,
          count: UInt32(bytes.littleEndian(at: start + Layout.count, count: 4)),
          padding: UInt32(padding)
        )
      )
      guard padding != 0 else { continue }
      let path = ModelPath.event(number, vcpus: Bitmap(indexes: [vcpu]), "queuePadding")
      notePadding(bytes, start + Layout.padding, 4, .queuePadding, path)
    }
    if !order.isEmpty { queues.append(IndexRange(vcpu, vcpu), order) }
  }

  /// Reads the mask, the running numbers and the frames of a vCPU.
  mutating func readState(_ bytes: RawSpan, _ array: StructArray, _ vcpu: UInt32) {
    typealias Layout = KVMLayout.VCPUState
    let start = array.offset
    let masked = bytes[start + Layout.masked]
    if masked != 0 { self.masked.append(IndexRange(vcpu, vcpu)) }
    if masked > 1 { keep(UInt64(masked), .masked, of: vcpu) }
    let padding = bytes.littleEndian(at: start + Layout.padding, count: 7)
    if padding != 0 {
      keep(padding, .vcpuPadding, of: vcpu)
      let path = ModelPath.vcpus(Bitmap(indexes: [vcpu]), "vcpuPadding")
      notePadding(bytes, start + Layout.padding, 7, .vcpuPadding, path)
    }
    let levels: [(level: Level, number: Int, frame: Int)] = [
      (.normal, Layout.normalNum, Layout.normalRegs),
      (.critical, Layout.criticalNum, Layout.criticalRegs),
    ]
    for item in levels {
      readContext(bytes, vcpu, item.level, number: start + item.number, frame: start + item.frame)
    }
  }

  /// Keeps a value of a vCPU behind all others that have one.
  mutating func keep(_ value: UInt64, _ field: ExtraField, of vcpu: UInt32) {
    vcpuExtras[field, default: ColumnBuilder()].append(vcpu, value)
  }

  private mutating func readContext(
    _ bytes: RawSpan,
    _ vcpu: UInt32,
    _ level: Level,
    number offset: Int,
    frame: Int
  ) {
    let dialect = snapshot.instance.dialect
    var context = Context(vcpu: vcpu, level: level)
    let stored = bytes.littleEndian(at: offset, count: 8)
    if stored != KVMLayout.noEvent(dialect) { context.event = EventNumber(stored) }
    for word in 0..<RegisterFrame.wordCount {
      context.frame[word: word] = bytes.littleEndian(at: frame + word * 8, count: 8)
    }
    contexts.append(context)
    if let event = context.event, !dialect.namesEvent(event) {
      findings.append(.meansNone(event, Bitmap(indexes: [vcpu]), level, dialect, at: offset))
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
}
