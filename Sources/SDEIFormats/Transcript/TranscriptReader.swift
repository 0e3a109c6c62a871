internal import SDEIModel
internal import SDEIWire

/// Collects a state from the structures that the transcripts of KVM v4 and v5 have alike.
struct TranscriptReader {
  var snapshot: Snapshot
  var findings = FindingList()
  /// The events while they are collected; the table is made once, at the end.
  var events: [EventNumber: Event] = [:]
  var vcpuExtras: [ExtraField: ColumnBuilder] = [:]
  var queues = VCPULists()
  var masked = BitmapBuilder()
  var entries: [QueueEntry] = []
  var contexts: [Context] = []

  /// Begins a state with what the header tells; the frames begin at `cursor` then.
  init(
    _ header: TranscriptHeader,
    _ instance: Instance,
    _ bytes: RawSpan,
    _ cursor: inout Int
  ) throws(DecodeError) {
    snapshot = Snapshot(instance: instance, vcpus: VCPUs(count: header.vcpus))
    snapshot.instance.producer = header.producer
    cursor = TranscriptHeader.size
    if let mpidrs = try header.mpidrs(bytes, &cursor) { snapshot.take(mpidrs: mpidrs) }
  }

  /// Reads the definition of an exposed event.
  mutating func readExposed(_ bytes: RawSpan, at start: Int, _ number: EventNumber) {
    typealias Layout = KVMLayout.Exposed
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

  /// Reads the routing and the handlers of a registered event, but for what dialects have elsewhere.
  mutating func readHandlers(
    _ bytes: RawSpan,
    at start: Int,
    _ mode: UInt8,
    into event: inout Event
  ) {
    typealias Layout = KVMLayout.Registered
    event.routing = Routing(
      mode: RoutingMode(rawValue: mode),
      affinity: Affinity(rawValue: bytes.littleEndian(at: start + Layout.routeAffinity, count: 8))
    )
    let slots = Int(KVMLayout.maxVCPUs)
    event.entry = Column(bytes.words(at: start + Layout.entries, count: slots))
    event.argument = Column(bytes.words(at: start + Layout.arguments, count: slots))
    event.registered = Self.bitmap(bytes, start + Layout.registered)
    event.enabled = Self.bitmap(bytes, start + Layout.enabled)
  }

  /// Reads a bitmap of a registered event.
  static func bitmap(_ bytes: RawSpan, _ offset: Int) -> Bitmap {
    Bitmap(words: bytes.words(at: offset, count: KVMLayout.Registered.words))
  }

  /// Keeps bytes that mean nothing.
  mutating func keepPadding(
    _ bytes: RawSpan,
    _ offset: Int,
    _ size: Int,
    _ field: ExtraField,
    in event: inout Event
  ) {
    let value = bytes.littleEndian(at: offset, count: size)
    event.extras[field] = value == 0 ? nil : value
    guard value != 0 else { return }
    let path = ModelPath.event(event.number, field.name)
    notePadding(bytes, offset, size, field, path)
  }

  func checkEnd(_ bytes: RawSpan, _ cursor: Int) throws(DecodeError) {
    guard cursor == bytes.byteCount else {
      throw DecodeError(
        .trailing,
        at: cursor,
        "transcript",
        found: "\(bytes.byteCount - cursor) bytes more",
        expected: "the end, after the state of \(snapshot.vcpus.count) vCPUs"
      )
    }
  }

  mutating func notePadding(
    _ bytes: RawSpan,
    _ offset: Int,
    _ size: Int,
    _ field: ExtraField,
    _ path: String
  ) {
    let found = bytes.extracting(offset..<offset + size).array
    findings.append(.padding(found, field, path, at: offset))
  }
}

/// One entry of a queue; kept flat, because a transcript pays for each with 16 bytes only.
struct QueueEntry {
  var number: EventNumber
  var vcpu: UInt32
  var count: UInt32
  var padding: UInt32
}
