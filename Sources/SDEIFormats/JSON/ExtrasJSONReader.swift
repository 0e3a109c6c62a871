internal import SDEIModel
internal import SDEIWire

/// Reads the extras of a snapshot, field by field.
enum ExtrasJSONReader {
  static func read(_ scope: JSONScope, into snapshot: inout Snapshot) throws(DecodeError) {
    let dialect = snapshot.instance.dialect
    let members = try scope.members([dialect.name])
    guard let extras = members[dialect.name] else { return }
    let fields = ExtraField.allCases.filter { $0.dialects.contains(dialect) }
    let values = try extras.members(Set(fields.map(\.name)))
    for field in fields {
      guard let value = values[field.name] else { continue }
      try read(field, value, into: &snapshot)
    }
  }

  private static func read(
    _ field: ExtraField,
    _ scope: JSONScope,
    into snapshot: inout Snapshot
  ) throws(DecodeError) {
    switch field.scope {
    case .vmValue: snapshot.extras.values[field] = try value(field, scope)
    case .vmEvents: snapshot.extras.lists[field] = try list(scope)
    case .eventValue:
      for item in try scope.items() {
        let members = try item.members(["event", "value"])
        let number = EventNumber(try item.required("event", in: members).hex())
        let value = try value(field, try item.required("value", in: members))
        guard var event = snapshot.events[number], event.extras[field] == nil else {
          throw item.error("an event of this snapshot, once", found: "event \(number)")
        }
        event.extras[field] = value
        snapshot.events.insert(event)
      }
    case .vcpuValue:
      snapshot.extras.vcpuValues[field] = try column(field, scope, try scope.column().column)
    case .vcpuEvents: snapshot.extras.vcpuLists[field] = try vcpuLists(scope)
    case .slotValue:
      for (number, column) in try scope.columnsByEvent() {
        guard snapshot.events[number] != nil else {
          throw scope.error("events of this snapshot", found: "event \(number)")
        }
        let checked = try self.column(field, scope, column)
        snapshot.events.update(number) { $0.slotExtras[field] = checked }
      }
    }
  }

  private static func value(_ field: ExtraField, _ scope: JSONScope) throws(DecodeError) -> UInt64 {
    let value = try scope.hex()
    guard field.holds(value) else { throw scope.error(field.expectation, found: hex(value)) }
    return value
  }

  private static func column(
    _ field: ExtraField,
    _ scope: JSONScope,
    _ column: Column
  ) throws(DecodeError) -> Column {
    guard !column.isEmpty, field.holds(column) else {
      throw scope.error(field.expectation, found: "no value, or one that does not fit")
    }
    return column
  }

  private static func list(_ scope: JSONScope) throws(DecodeError) -> [EventNumber] {
    var seen: Set<EventNumber> = []
    var list: [EventNumber] = []
    for item in try scope.items() {
      let number = EventNumber(try item.hex())
      guard seen.insert(number).inserted else {
        throw item.error("each event once", found: "\(number) again", .duplicate)
      }
      list.append(number)
    }
    return list
  }

  private static func vcpuLists(_ scope: JSONScope) throws(DecodeError) -> VCPULists {
    var lists: [(vcpus: IndexRange, events: [EventNumber], scope: JSONScope)] = []
    for item in try scope.items() {
      let members = try item.members(["vcpus", "events"])
      let events = try list(try item.required("events", in: members))
      let vcpus = try item.required("vcpus", in: members)
      lists += try vcpus.vcpuSet().ranges.map { ($0, events, vcpus) }
    }
    var result = VCPULists()
    var end: UInt64 = 0
    for list in lists.sorted(by: { $0.vcpus.first < $1.vcpus.first }) {
      guard UInt64(list.vcpus.first) >= end else {
        throw list.scope.error(
          "each vCPU once",
          found: "vCPU \(list.vcpus.first) again",
          .duplicate
        )
      }
      end = UInt64(list.vcpus.last) + 1
      result.append(list.vcpus, list.events)
    }
    guard !result.isEmpty else { throw scope.error("one list or more", found: "none") }
    return result
  }
}
