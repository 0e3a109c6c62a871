internal import SDEIModel

extension StateView {
  /// The event table: a row per event and state, with the vCPUs it holds for.
  func eventSection() -> [String] {
    var table = TextTable([
      "EVENT", "", "TYPE", "PRIO", "STATE", "VCPUS", "ENTRY", "ARGUMENT", "ROUTING",
    ])
    let running = snapshot.runningSlots()
    var used = 0
    var hiddenEvents: UInt64 = 0
    var notes: [String] = []
    for event in snapshot.events {
      let room = limit(Budget.events) - used
      guard room > 0 else {
        hiddenEvents += 1
        continue
      }
      let (rows, left) = HandlerRow.rows(
        event,
        running: running[event.number] ?? Bitmap(),
        dialect: dialect,
        limit: min(limit(Budget.rowsOfAnEvent), room)
      )
      add(event, rows, to: &table)
      used += max(rows.count, 1)
      if !left.isEmpty {
        notes.append(
          more("event \(event.number): \(ViewText.count(left.count, "more vCPU")) that differ")
        )
      }
    }
    guard !table.isEmpty else { return [style.bold("EVENTS"), "  none"] }
    var lines = [style.bold("EVENTS")] + table.lines(style)
    lines += notes
    if hiddenEvents > 0 { lines.append(more(ViewText.count(hiddenEvents, "more event"))) }
    return lines
  }

  private func add(_ event: Event, _ rows: [HandlerRow], to table: inout TextTable) {
    let definition = event.definition
    let head = [
      event.number.description, ViewText.name(event.number, dialect),
      definition?.type.description ?? "unknown", definition?.priority.description ?? "unknown",
    ]
    let routing = self.routing(event)
    guard !rows.isEmpty else {
      return table.add(head + ["unregistered", "-", "-", "-", routing])
    }
    for (number, row) in rows.enumerated() {
      table.add(
        (number == 0 ? head : ["", "", "", ""]) + [
          row.state, slots(row.slots, event), row.entryText, row.argumentText,
          number == 0 ? routing : "",
        ]
      )
    }
  }

  private func slots(_ slots: Bitmap, _ event: Event) -> String {
    if slots == Bitmap(below: 1) {
      if event.isShared { return "shared" }
      if event.definition == nil { return "0 or shared" }
    }
    if slots == Bitmap(below: snapshot.vcpus.count), slots.count > 1 {
      return ViewText.vcpus(slots, limit: nil)
    }
    return ViewText.vcpus(slots, limit: setWidth)
  }

  private func routing(_ event: Event) -> String {
    if event.routing == Routing() { return "any" }
    let affinity = event.routing.affinity
    switch event.routing.mode {
    case .any: return "any (affinity \(affinity) unused)"
    case .pe: return "pe \(affinity)"
    default: return "mode \(event.routing.mode)! \(affinity)"
    }
  }
}
