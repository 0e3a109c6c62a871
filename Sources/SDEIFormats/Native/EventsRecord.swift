package import SDEIModel
package import SDEIWire

/// The EVENTS record: numbers, definitions and routing, column by column.
package enum EventsRecord {
  static let layout =
    "count:varint numbers:packed flags:1*n(known,signalable,level,interrupt,notifier,origin:2) "
    + "type:1*n priority:1*n mode:1*n affinity:column(rank) interrupts:varint*interrupt "
    + "notifiers:string*notifier"

  /// Writes the body of the record.
  package static func write<Sink: ByteSink & ~Copyable>(_ events: EventTable, into sink: inout Sink)
  {
    sink.writeVarint(UInt64(events.count))
    sink.writePacked(events.map(\.number.rawValue))
    sink.write(events.map(\.definitionFlags))
    sink.write(events.map { $0.definition?.type.rawValue ?? 0 })
    sink.write(events.map { $0.definition?.priority.rawValue ?? 0 })
    sink.write(events.map(\.routing.mode.rawValue))
    sink.writeColumn(Column(events.lazy.map(\.routing.affinity.rawValue)))
    for event in events {
      if let interrupt = event.definition?.interrupt { sink.writeVarint(UInt64(interrupt)) }
    }
    for event in events {
      if let notifier = event.definition?.notifier { sink.writeString(notifier) }
    }
  }

  /// Reads the body of the record.
  package static func read(_ body: inout NativeReader) throws(DecodeError) -> EventTable {
    let start = body.offset
    let count = try body.varint("count", below: 1 << 32)
    guard count > 0 else {
      throw body.error(.notCanonical, at: start, "count", found: "0", expected: "no EVENTS record")
    }
    let numbers = try body.eventNumbers(count, "numbers", ascending: true)
    let flags = try bytes(&body, count, "flags")
    let types = try bytes(&body, count, "type")
    let priorities = try bytes(&body, count, "priority")
    let modes = try bytes(&body, count, "mode")
    let affinities = try body.column("affinity", below: count)
    var events: [Event] = []
    events.reserveCapacity(numbers.count)
    for (rank, number) in numbers.enumerated() {
      var event = Event(number)
      event.definition = definition(flags[rank], types[rank], priorities[rank])
      guard isValid(flags[rank]), flags[rank] != 0 || types[rank] | priorities[rank] == 0 else {
        throw body.error(
          .value,
          at: start,
          "flags",
          found: "\(hex(UInt64(flags[rank]))) for event \(number)",
          expected: "bits 0 to 4, an origin of 0 to 2 in bits 5 to 7, nothing without bit 0"
        )
      }
      event.routing = Routing(
        mode: RoutingMode(rawValue: modes[rank]),
        affinity: Affinity(rawValue: affinities[UInt32(rank)])
      )
      events.append(event)
    }
    for rank in events.indices where flags[rank] & 8 != 0 {
      events[rank].definition?.interrupt = UInt32(try body.varint("interrupts", below: 1 << 32))
    }
    for rank in events.indices where flags[rank] & 16 != 0 {
      let notifier = try body.string("notifiers")
      guard !notifier.isEmpty else {
        throw body.error(
          .value,
          "notifiers",
          found: "an empty text for event \(events[rank].number)",
          expected: "a name, or no flag"
        )
      }
      events[rank].definition?.notifier = notifier
    }
    return EventTable(events)
  }

  private static func bytes(
    _ body: inout NativeReader,
    _ count: UInt64,
    _ field: String
  ) throws(DecodeError) -> [UInt8] { try body.take(count, field).array }

  private static func isValid(_ flags: UInt8) -> Bool {
    EventOrigin(code: flags >> 5) != nil && (flags & 1 == 1 || flags == 0)
  }

  private static func definition(_ flags: UInt8, _ type: UInt8, _ priority: UInt8)
    -> EventDefinition?
  {
    guard flags & 1 == 1 else { return nil }
    return EventDefinition(
      type: EventType(rawValue: type),
      priority: EventPriority(rawValue: priority),
      isSignalable: flags & 2 != 0,
      trigger: flags & 4 != 0 ? .level : .edge,
      origin: EventOrigin(code: flags >> 5) ?? .platform
    )
  }
}
