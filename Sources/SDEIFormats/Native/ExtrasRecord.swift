internal import SDEIModel
internal import SDEIWire

/// The EXTRAS record: six lists, one for each scope of a field.
enum ExtrasRecord {
  static let layout =
    "vmValues:k*(field:varint value:sized) vmEvents:k*(field:varint n:varint numbers:packed) "
    + "eventValues:k*(field:varint column(rank)) vcpuValues:k*(field:varint column) "
    + "vcpuEvents:k*(field:varint m*(gap:varint length:varint n:varint numbers:packed)) "
    + "slotValues:k*(field:varint m*(rank:varint column))"

  static func write<Sink: ByteSink & ~Copyable>(_ snapshot: Snapshot, into sink: inout Sink) {
    let extras = snapshot.extras
    sink.writeVarint(UInt64(extras.values.items.count))
    for item in extras.values.items {
      sink.writeVarint(UInt64(item.field.rawValue))
      sink.writeSized(item.value)
    }
    sink.writeVarint(UInt64(extras.lists.items.count))
    for item in extras.lists.items {
      sink.writeVarint(UInt64(item.field.rawValue))
      writeList(item.value, into: &sink)
    }
    writeEventValues(snapshot.events, into: &sink)
    sink.writeVarint(UInt64(extras.vcpuValues.items.count))
    for item in extras.vcpuValues.items {
      sink.writeVarint(UInt64(item.field.rawValue))
      sink.writeColumn(item.value)
    }
    sink.writeVarint(UInt64(extras.vcpuLists.items.count))
    for item in extras.vcpuLists.items {
      sink.writeVarint(UInt64(item.field.rawValue))
      sink.writeVarint(UInt64(item.value.items.count))
      var end: UInt64 = 0
      for list in item.value.items {
        sink.writeVarint(UInt64(list.vcpus.first) - end)
        sink.writeVarint(list.vcpus.count)
        end = UInt64(list.vcpus.last) + 1
        writeList(list.events, into: &sink)
      }
    }
    writeSlotValues(snapshot.events, into: &sink)
  }

  private static func writeList<Sink: ByteSink & ~Copyable>(
    _ list: [EventNumber],
    into sink: inout Sink
  ) {
    sink.writeVarint(UInt64(list.count))
    sink.writePacked(list.map(\.rawValue))
  }

  private static func writeEventValues<Sink: ByteSink & ~Copyable>(
    _ events: EventTable,
    into sink: inout Sink
  ) {
    let fields = ExtraField.allCases.filter { field in
      field.scope == .eventValue && events.contains { $0.extras[field] != nil }
    }
    sink.writeVarint(UInt64(fields.count))
    for field in fields {
      sink.writeVarint(UInt64(field.rawValue))
      sink.writeColumn(Column(events.lazy.map { $0.extras[field] ?? 0 }))
    }
  }

  private static func writeSlotValues<Sink: ByteSink & ~Copyable>(
    _ events: EventTable,
    into sink: inout Sink
  ) {
    let fields = ExtraField.allCases.filter { field in
      field.scope == .slotValue && events.contains { $0.slotExtras[field] != nil }
    }
    sink.writeVarint(UInt64(fields.count))
    for field in fields {
      let columns = events.enumerated().compactMap { rank, event in
        event.slotExtras[field].map { (rank, $0) }
      }
      sink.writeVarint(UInt64(field.rawValue))
      sink.writeVarint(UInt64(columns.count))
      var next = 0
      for (rank, column) in columns {
        sink.writeVarint(UInt64(rank - next))
        next = rank + 1
        sink.writeColumn(column)
      }
    }
  }
}
