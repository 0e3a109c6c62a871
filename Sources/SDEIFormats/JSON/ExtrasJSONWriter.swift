internal import SDEIModel
internal import SDEIWire

/// Writes the extras of a snapshot, field by field.
enum ExtrasJSONWriter {
  static func write(_ snapshot: Snapshot, _ json: inout JSONWriter) {
    guard snapshot.hasExtras else { return }
    json.key("extras")
    json.object { json in
      json.key(snapshot.instance.dialect.name)
      json.object { json in
        for field in ExtraField.allCases { self.field(field, snapshot, &json) }
      }
    }
  }

  private static func field(
    _ field: ExtraField,
    _ snapshot: Snapshot,
    _ json: inout JSONWriter
  ) {
    switch field.scope {
    case .vmValue:
      guard let value = snapshot.extras.values[field] else { return }
      json.key(field.name)
      json.string(hex(value))
    case .vmEvents:
      guard let list = snapshot.extras.lists[field] else { return }
      json.key(field.name)
      self.list(list, &json)
    case .eventValue: eventValues(field, snapshot.events, &json)
    case .vcpuValue:
      SnapshotJSONWriter.column(field.name, snapshot.extras.vcpuValues[field] ?? Column(), &json)
    case .vcpuEvents:
      guard let lists = snapshot.extras.vcpuLists[field] else { return }
      vcpuLists(field, lists, &json)
    case .slotValue: slotValues(field, snapshot.events, &json)
    }
  }

  private static func list(_ list: [EventNumber], _ json: inout JSONWriter) {
    json.array { json in for number in list { json.string(number.description) } }
  }

  private static func eventValues(
    _ field: ExtraField,
    _ events: EventTable,
    _ json: inout JSONWriter
  ) {
    guard events.contains(where: { $0.extras[field] != nil }) else { return }
    json.key(field.name)
    json.array { json in
      for event in events {
        guard let value = event.extras[field] else { continue }
        json.object { json in
          json.key("event")
          json.string(event.number.description)
          json.key("value")
          json.string(hex(value))
        }
      }
    }
  }

  private static func vcpuLists(
    _ field: ExtraField,
    _ lists: VCPULists,
    _ json: inout JSONWriter
  ) {
    var vcpus: [[EventNumber]: [IndexRange]] = [:]
    for item in lists.items {
      vcpus[item.events, default: []].append(item.vcpus)
    }
    let folds = vcpus.map { (set: Bitmap($0.value), events: $0.key) }
      .map { (fold: $0, count: $0.set.count, first: $0.set.ranges[0].first) }
      .sorted { ($1.count, $0.first) < ($0.count, $1.first) }
    json.key(field.name)
    json.array { json in
      for fold in folds {
        json.object { json in
          json.key("vcpus")
          json.string(fold.fold.set.description)
          json.key("events")
          list(fold.fold.events, &json)
        }
      }
    }
  }

  private static func slotValues(
    _ field: ExtraField,
    _ events: EventTable,
    _ json: inout JSONWriter
  ) {
    guard events.contains(where: { $0.slotExtras[field] != nil }) else { return }
    json.key(field.name)
    json.array { json in
      for event in events {
        guard let column = event.slotExtras[field] else { continue }
        for fold in ColumnFold.folds(column) { fold.write(&json, event: event.number) }
      }
    }
  }
}
