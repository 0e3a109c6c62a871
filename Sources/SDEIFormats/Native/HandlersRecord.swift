internal import SDEIModel
internal import SDEIWire

/// The HANDLERS record: for each event a byte that says which bitmaps and columns follow.
enum HandlersRecord {
  static let layout =
    "n*(mask:1 registered:bitmap enabled:bitmap running:bitmap unregisterPending:bitmap "
    + "relative:bitmap pending:column entry:column argument:column)"

  static func write<Sink: ByteSink & ~Copyable>(
    _ events: EventTable,
    vcpus: UInt32,
    into sink: inout Sink
  ) {
    for event in events {
      sink.write(mask(of: event))
      for (_, path) in Event.bitmaps where !event[keyPath: path].isEmpty {
        sink.writeBitmap(event[keyPath: path], below: vcpus)
      }
      for (_, path) in Event.columns where !event[keyPath: path].isEmpty {
        sink.writeColumn(event[keyPath: path])
      }
    }
  }

  private static func mask(of event: Event) -> UInt8 {
    var mask: UInt8 = 0
    for (bit, bitmap) in Event.bitmaps.enumerated() where !event[keyPath: bitmap.path].isEmpty {
      mask |= 1 << UInt8(bit)
    }
    for (bit, column) in Event.columns.enumerated() where !event[keyPath: column.path].isEmpty {
      mask |= 1 << UInt8(bit + Event.bitmaps.count)
    }
    return mask
  }

  static func read(
    _ body: inout NativeReader,
    _ snapshot: inout Snapshot
  ) throws(DecodeError) {
    let start = body.offset
    var hasState = false
    for number in snapshot.events.map(\.number) {
      let maskOffset = body.offset
      let mask = try body.byte("mask")
      guard mask != 0 else { continue }
      hasState = true
      guard var event = snapshot.events[number] else { continue }
      for (bit, bitmap) in Event.bitmaps.enumerated() where mask >> UInt8(bit) & 1 == 1 {
        event[keyPath: bitmap.path] = try body.bitmap(
          "\(number).\(bitmap.name)",
          below: snapshot.vcpus.count
        )
      }
      for (bit, column) in Event.columns.enumerated()
      where mask >> UInt8(bit + Event.bitmaps.count) & 1 == 1 {
        event[keyPath: column.path] = try body.column("\(number).\(column.name)")
      }
      guard Self.mask(of: event) == mask else {
        throw body.error(
          .notCanonical,
          at: maskOffset,
          "mask",
          found: "something empty for event \(number)",
          expected: "its bit clear"
        )
      }
      guard event.pending.bounds.upperBound <= UInt64(UInt32.max) else {
        throw body.error(
          .value,
          at: maskOffset,
          "\(number).pending",
          found: hex(event.pending.bounds.upperBound),
          expected: "counts below 2^32"
        )
      }
      snapshot.events.insert(event)
    }
    guard hasState else {
      throw body.error(
        .notCanonical,
        at: start,
        "mask",
        found: "no handler of any event",
        expected: "no HANDLERS record"
      )
    }
  }
}
