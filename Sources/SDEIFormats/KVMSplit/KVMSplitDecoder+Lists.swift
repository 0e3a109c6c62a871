internal import SDEIModel
internal import SDEIWire

extension KVMSplitDecoder {
  /// Reads the exposed events.
  ///
  /// Counts are exact here, so a structure of zeros is event 0 and never surplus.
  mutating func readExposed(_ bytes: RawSpan, _ array: StructArray) throws(DecodeError) {
    typealias Layout = KVMSplitLayout.Exposed
    var order: [EventNumber] = []
    order.reserveCapacity(array.count)
    exposed.reserveCapacity(array.count)
    for position in 0..<array.count {
      let start = array.start(position)
      let number = EventNumber(bytes.littleEndian(at: start + Layout.num, count: 4))
      order.append(number)
      exposed.append(
        SplitExposed(
          number: number,
          type: bytes[start + Layout.type],
          signaled: bytes[start + Layout.signaled],
          priority: bytes[start + Layout.priority],
          padding: bytes[start + Layout.padding]
        )
      )
      let path = { ModelPath.event(number, "exposedPadding") }
      notePadding(bytes, start + Layout.padding, 1, .exposedPadding, path)
    }
    try array.checkDistinct(order)
    if !order.isEmpty { snapshot.extras.lists[.exposedOrder] = order }
  }

  /// Reads a list of registered events, the VM's (slot 0) or a vCPU's, and gives its order.
  mutating func readInstances(
    _ bytes: RawSpan,
    _ array: StructArray,
    slot: UInt32
  ) throws(DecodeError) -> [EventNumber] {
    typealias Layout = KVMSplitLayout.Registered
    var order: [EventNumber] = []
    order.reserveCapacity(array.count)
    for position in 0..<array.count {
      let start = array.start(position)
      let instance = SplitInstance(bytes, at: start, slot: slot)
      order.append(instance.number)
      instances.append(instance)
      let vcpus = Bitmap(IndexRange(slot, slot))
      let path = { ModelPath.event(instance.number, vcpus: vcpus, "slotPadding") }
      notePadding(bytes, start + Layout.padding, 2, .slotPadding, path)
      if instance.notifier != 0 {
        findings.append(
          .notifier(instance.number, instance.notifier, at: start + Layout.notifier)
        )
      }
    }
    try array.checkDistinct(order)
    return order
  }

  /// Reads the queue of a vCPU.
  mutating func readQueue(
    _ bytes: RawSpan,
    _ array: StructArray,
    _ vcpu: UInt32
  ) throws(DecodeError) {
    typealias Layout = KVMLayout.Queued
    var order: [EventNumber] = []
    order.reserveCapacity(array.count)
    for position in 0..<array.count {
      let start = array.start(position)
      let number = EventNumber(bytes.littleEndian(at: start + Layout.num, count: 8))
      order.append(number)
      entries.append(
        QueueEntry(
          number: number,
          vcpu: vcpu,
          count: UInt32(bytes.littleEndian(at: start + Layout.count, count: 4)),
          padding: UInt32(bytes.littleEndian(at: start + Layout.padding, count: 4))
        )
      )
      let vcpus = Bitmap(IndexRange(vcpu, vcpu))
      let path = { ModelPath.event(number, vcpus: vcpus, "queuePadding") }
      notePadding(bytes, start + Layout.padding, 4, .queuePadding, path)
    }
    try array.checkDistinct(order)
    queues.append(IndexRange(vcpu, vcpu), order)
  }

  /// Reads the mask, the running numbers and the frames of a vCPU.
  mutating func readState(_ bytes: RawSpan, _ array: StructArray, _ vcpu: UInt32) {
    typealias Layout = KVMLayout.VCPUState
    let start = array.offset
    let masked = bytes[start + Layout.masked]
    if masked != 0 { self.masked.append(IndexRange(vcpu, vcpu)) }
    if masked > 1 { vcpuExtras[.masked, default: ColumnBuilder()].append(vcpu, UInt64(masked)) }
    let padding = bytes.littleEndian(at: start + Layout.padding, count: 7)
    if padding != 0 {
      vcpuExtras[.vcpuPadding, default: ColumnBuilder()].append(vcpu, padding)
    }
    let path = { ModelPath.vcpus(Bitmap(IndexRange(vcpu, vcpu)), "vcpuPadding") }
    notePadding(bytes, start + Layout.padding, 7, .vcpuPadding, path)
    readContext(bytes, vcpu, .normal, start + Layout.normalNum, start + Layout.normalRegs)
    readContext(bytes, vcpu, .critical, start + Layout.criticalNum, start + Layout.criticalRegs)
  }

  private mutating func readContext(
    _ bytes: RawSpan,
    _ vcpu: UInt32,
    _ level: Level,
    _ number: Int,
    _ frame: Int
  ) {
    var context = Context(vcpu: vcpu, level: level)
    let stored = bytes.littleEndian(at: number, count: 8)
    if stored != KVMLayout.noEvent(.kvmV5) { context.event = EventNumber(stored) }
    for word in 0..<RegisterFrame.wordCount {
      context.frame[word: word] = bytes.littleEndian(at: frame + word * 8, count: 8)
    }
    if !context.isIdle { contexts.append(context) }
    if let event = context.event, !DialectID.kvmV5.namesEvent(event) {
      findings.append(.meansNone(event, Bitmap(indexes: [vcpu]), level, .kvmV5, at: number))
    }
  }

  private mutating func notePadding(
    _ bytes: RawSpan,
    _ offset: Int,
    _ size: Int,
    _ field: ExtraField,
    _ path: () -> String
  ) {
    let padding = bytes.extracting(offset..<offset + size)
    if !padding.isZero { findings.append(.padding(padding.array, field, path(), at: offset)) }
  }
}
