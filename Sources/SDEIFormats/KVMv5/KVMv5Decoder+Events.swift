internal import SDEIModel
internal import SDEIWire

extension KVMv5Decoder {
  /// Reads the exposed events.
  ///
  /// An all-zero structure is a valid event 0, and also what a GET with too large a count leaves
  /// behind. The first one at the end is taken for event 0 unless that came before; the others are
  /// surplus.
  mutating func readExposed(_ bytes: RawSpan, _ array: StructArray) throws(DecodeError) {
    typealias Layout = KVMv5Layout.Exposed
    var used = array.used(bytes)
    var order: [EventNumber] = []
    for number in 0..<used { order.append(Self.number(bytes, array.start(number))) }
    if used < array.count, !order.contains(.softwareSignalled) {
      order.append(.softwareSignalled)
      assumedEvent = array.start(used)
      used += 1
    }
    try array.checkDistinct(order)
    for (position, number) in order.enumerated() {
      let start = array.start(position)
      let signaled = bytes[start + Layout.signaled]
      var event = events[number] ?? Event(number)
      event.definition = EventDefinition(
        type: EventType(rawValue: bytes[start + Layout.type]),
        priority: EventPriority(rawValue: bytes[start + Layout.priority]),
        isSignalable: signaled != 0
      )
      event.extras[.signaled] = signaled > 1 ? UInt64(signaled) : nil
      keepPadding(bytes, start + Layout.padding, 5, .exposedPadding, in: &event)
      let notifier = bytes.littleEndian(at: start + Layout.notifier, count: 8)
      if notifier != 0 {
        event.extras[.notifier] = notifier
        findings.append(.notifier(number, notifier, at: start + Layout.notifier))
      }
      events[number] = event
    }
    if !order.isEmpty { snapshot.extras.lists[.exposedOrder] = order }
    keepSurplus(array, used, .surplusExposed)
  }

  /// Reads the registered events; all-zero structures at the end are surplus.
  mutating func readRegistered(_ bytes: RawSpan, _ array: StructArray) throws(DecodeError) {
    typealias Layout = KVMv5Layout.Registered
    let used = array.used(bytes)
    registeredOrder = (0..<used).map { Self.number(bytes, array.start($0)) }
    try array.checkDistinct(registeredOrder)
    if !registeredOrder.isEmpty { snapshot.extras.lists[.registeredOrder] = registeredOrder }
    for (position, number) in registeredOrder.enumerated() {
      let start = array.start(position)
      var event = events[number] ?? Event(number)
      event.routing = Routing(
        mode: RoutingMode(rawValue: bytes[start + Layout.routeMode]),
        affinity: Affinity(rawValue: bytes.words(at: start + Layout.routeAffinity, count: 1)[0])
      )
      keepPadding(bytes, start + Layout.padding, 3, .registeredPadding, in: &event)
      keepPadding(bytes, start + Layout.hole, 4, .registeredHole, in: &event)
      event.entry = Column(
        bytes.words(at: start + Layout.entries, count: Int(KVMv5Layout.maxVCPUs))
      )
      event.argument = Column(
        bytes.words(at: start + Layout.arguments, count: Int(KVMv5Layout.maxVCPUs))
      )
      event.registered = Bitmap(
        words: bytes.words(at: start + Layout.registered, count: Layout.words)
      )
      event.enabled = Bitmap(words: bytes.words(at: start + Layout.enabled, count: Layout.words))
      event.unregisterPending = Bitmap(
        words: bytes.words(at: start + Layout.unregisterPending, count: Layout.words)
      )
      events[number] = event
    }
    keepSurplus(array, used, .surplusRegistered)
  }

  static func number(_ bytes: RawSpan, _ offset: Int) -> EventNumber {
    EventNumber(bytes.littleEndian(at: offset, count: 8))
  }

  mutating func keepSurplus(_ array: StructArray, _ used: Int, _ field: ExtraField) {
    guard used < array.count else { return }
    snapshot.extras.values[field] = UInt64(array.count - used)
    findings.append(.surplus(array, used))
  }

  private mutating func keepPadding(
    _ bytes: RawSpan,
    _ offset: Int,
    _ size: Int,
    _ field: ExtraField,
    in event: inout Event
  ) {
    let value = bytes.littleEndian(at: offset, count: size)
    event.extras[field] = value == 0 ? nil : value
    guard value != 0 else { return }
    findings.append(
      .padding(
        bytes.extracting(offset..<offset + size).array,
        field,
        ModelPath.event(event.number, field.name),
        at: offset
      )
    )
  }
}
