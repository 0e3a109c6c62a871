internal import SDEIModel
internal import SDEIWire

extension KVMv5Decoder {
  /// Reads the exposed events.
  ///
  /// An all-zero structure is a valid event 0, and also what a GET with too large a count leaves
  /// behind. The first one at the end is taken for event 0 unless that came before; the others are
  /// surplus.
  mutating func readExposed(_ bytes: RawSpan, _ array: StructArray) throws(DecodeError) {
    var used = array.used(bytes)
    var order = array.numbers(bytes, used)
    if used < array.count, !order.contains(.softwareSignalled) {
      order.append(.softwareSignalled)
      assumedEvent = array.start(used)
      used += 1
    }
    try array.checkDistinct(order)
    for (position, number) in order.enumerated() {
      reader.readExposed(bytes, at: array.start(position), number)
    }
    if !order.isEmpty { reader.snapshot.extras.lists[.exposedOrder] = order }
    keepSurplus(array, used, .surplusExposed)
  }

  /// Reads the registered events; all-zero structures at the end are surplus.
  mutating func readRegistered(_ bytes: RawSpan, _ array: StructArray) throws(DecodeError) {
    typealias Layout = KVMv5Layout.Registered
    let used = array.used(bytes)
    registeredOrder = array.numbers(bytes, used)
    try array.checkDistinct(registeredOrder)
    if !registeredOrder.isEmpty {
      reader.snapshot.extras.lists[.registeredOrder] = registeredOrder
    }
    for (position, number) in registeredOrder.enumerated() {
      let start = array.start(position)
      var event = reader.events[number] ?? Event(number)
      reader.readHandlers(bytes, at: start, bytes[start + Layout.routeMode], into: &event)
      reader.keepPadding(bytes, start + Layout.padding, 3, .registeredPadding, in: &event)
      reader.keepPadding(bytes, start + Layout.hole, 4, .registeredHole, in: &event)
      event.unregisterPending = TranscriptReader.bitmap(bytes, start + Layout.unregisterPending)
      reader.events[number] = event
    }
    keepSurplus(array, used, .surplusRegistered)
  }

  /// Reads the queue of a vCPU; all-zero structures at the end are surplus.
  mutating func readQueue(
    _ bytes: RawSpan,
    _ array: StructArray,
    _ vcpu: UInt32
  ) throws(DecodeError) {
    let used = array.used(bytes)
    try reader.readQueue(bytes, array, used: used, vcpu)
    guard used < array.count else { return }
    reader.keep(UInt64(array.count - used), .surplusQueued, of: vcpu)
    reader.findings.append(.surplus(array, used))
  }

  private mutating func keepSurplus(_ array: StructArray, _ used: Int, _ field: ExtraField) {
    guard used < array.count else { return }
    reader.snapshot.extras.values[field] = UInt64(array.count - used)
    reader.findings.append(.surplus(array, used))
  }
}
