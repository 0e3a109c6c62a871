internal import SDEIModel
internal import SDEIWire

extension NativeFormat: LocatingFormat {
  static func locate(_ table: inout PlaceTable, in bytes: RawSpan) throws(DecodeError) {
    let header = try FileHeader(reading: bytes)
    var (offset, events, vcpus) = (header.length, [EventNumber](), UInt32(0))
    while true {
      let frame = try RecordFrame(at: offset, of: bytes)
      guard let type = RecordType(rawValue: frame.type), type != .end else {
        if frame.type == RecordType.end.rawValue { return }
        offset = frame.end
        continue
      }
      let name = type == .handlers ? "events" : String(describing: type)
      table.note(.state, name, at: frame.bodyOffset)
      var body = NativeReader(
        frame.body,
        at: frame.bodyOffset,
        record: frame.name,
        storedLength: frame.body.byteCount
      )
      switch type {
      case .vcpus: vcpus = try table.noteVCPUs(&body)
      case .events: events = try table.noteEvents(&body)
      case .handlers: try table.noteHandlers(&body, events, vcpus: vcpus)
      default: break
      }
      offset = frame.end
    }
  }
}

extension PlaceTable {
  /// Notes the fields of VCPUS, and gives the number of vCPUs.
  fileprivate mutating func noteVCPUs(_ body: inout NativeReader) throws(DecodeError) -> UInt32 {
    note(.state, "vcpus.count", at: body.offset)
    let count = UInt32(try body.varint("count", below: 1 << 32))
    note(.state, "vcpus.masked", at: body.offset)
    _ = try body.bitmap("masked", below: count)
    note(.state, "vcpus.deliveryRequest", at: body.offset)
    _ = try body.bitmap("deliveryRequest", below: count)
    note(.state, "vcpus.power", at: body.offset)
    _ = try body.column("power")
    note(.state, "vcpus.affinityKnown", at: body.offset)
    _ = try body.bitmap("affinityKnown", below: count)
    note(.state, "vcpus.affinity", at: body.offset)
    return count
  }

  /// Notes the fields of EVENTS that have a byte for each event, and gives the numbers.
  fileprivate mutating func noteEvents(
    _ body: inout NativeReader
  ) throws(DecodeError) -> [EventNumber] {
    let count = try body.varint("count", below: 1 << 32)
    let numbers = try body.eventNumbers(count, "numbers", ascending: true)
    for names in [["signalable", "trigger", "origin"], ["type"], ["priority"], ["routing.mode"]] {
      let start = body.offset
      _ = try body.take(count, names[0])
      for (rank, number) in numbers.enumerated() where wants(.event(number)) {
        for name in names { note(.event(number), name, at: start + rank) }
      }
    }
    for number in numbers { note(.event(number), "routing.affinity", at: body.offset) }
    return numbers
  }

  /// Notes the bitmaps and columns of each event.
  fileprivate mutating func noteHandlers(
    _ body: inout NativeReader,
    _ events: [EventNumber],
    vcpus: UInt32
  ) throws(DecodeError) {
    for number in events {
      note(.event(number), at: body.offset)
      let mask = try body.byte("mask")
      for (bit, bitmap) in Event.bitmaps.enumerated() where mask >> UInt8(bit) & 1 == 1 {
        note(.event(number), bitmap.name, at: body.offset)
        _ = try body.bitmap(bitmap.name, below: vcpus)
      }
      for (bit, column) in Event.columns.enumerated()
      where mask >> UInt8(bit + Event.bitmaps.count) & 1 == 1 {
        note(.event(number), column.name, at: body.offset)
        _ = try body.column(column.name)
      }
    }
  }
}
