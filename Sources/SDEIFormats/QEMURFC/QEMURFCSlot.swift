internal import SDEIModel
internal import SDEIWire

/// What the properties of one slot say.
struct QEMURFCSlot {
  let slot: Int
  /// The number of the slot's event; of a free slot the one that it gives to the next binding.
  let number: EventNumber
  let isFree: Bool
  let isShared: Bool
  let isCritical: Bool
  let interrupt: UInt32?
  let refcount: UInt64

  /// The slot that an event's number names, nil where it names none.
  static func slot(of number: EventNumber) -> Int? {
    let value = number.rawValue
    guard value & ~(QEMURFCLayout.boundBit | 0xFF) == 0, value != QEMURFCLayout.boundBit else {
      return nil
    }
    let slot = Int(value & 0xFF)
    return slot < QEMURFCLayout.slots ? slot : nil
  }

  /// The number that a slot gives to a binding; slot 0 is never bound.
  static func boundNumber(_ slot: Int) -> EventNumber {
    EventNumber(slot == 0 ? 0 : QEMURFCLayout.boundBit | UInt64(slot))
  }

  /// The name in messages.
  static func path(_ slot: Int, _ field: String) -> String {
    "qemu_sdei.sde_props_state[\(slot)].\(field)"
  }

  var definition: EventDefinition {
    let isBound = number.rawValue & QEMURFCLayout.boundBit != 0
    return EventDefinition(
      type: isShared ? .shared : .private,
      priority: isCritical ? .critical : .normal,
      isSignalable: number == .softwareSignalled,
      origin: isBound ? .slot : .platform,
      interrupt: interrupt
    )
  }
}

extension QEMURFCDecoder {
  /// Reads the properties of a slot.
  func readSlot(_ slot: Int) throws(DecodeError) -> QEMURFCSlot {
    typealias Layout = QEMURFCLayout.Property
    let start = slot * Layout.size
    func word(_ offset: Int) -> UInt64 { bytes.bigEndian(at: start + offset, count: 4) }
    let event = word(Layout.event)
    let isFree = event == QEMURFCLayout.none
    let bound = QEMURFCSlot.boundNumber(slot).rawValue
    guard isFree ? slot != 0 : event == UInt64(slot) || event == bound else {
      throw refusal(
        QEMURFCSlot.path(slot, "event_id"),
        start + Layout.event,
        isFree ? "no event" : hex(event),
        slot == 0 ? "event 0" : "-1, \(hex(UInt64(slot))) or \(hex(bound))"
      )
    }
    let interrupt = word(Layout.interrupt)
    let isBound = slot != 0 && event == bound
    let isNone = interrupt == QEMURFCLayout.none
    guard isNone ? !isBound : !isFree && interrupt <= QEMURFCLayout.largest else {
      throw refusal(
        QEMURFCSlot.path(slot, "interrupt"),
        start + Layout.interrupt,
        hex(interrupt),
        isFree ? "-1 in a free slot" : isBound ? "an interrupt, which is bound" : "one, or -1"
      )
    }
    let index = word(Layout.index)
    let first = slot < QEMURFCLayout.privateSlots ? 0 : QEMURFCLayout.privateSlots
    guard index == UInt64(slot - first) else {
      throw refusal(
        QEMURFCSlot.path(slot, "sde_index"),
        start + Layout.index,
        hex(index),
        "\(slot - first)"
      )
    }
    return QEMURFCSlot(
      slot: slot,
      number: isFree ? EventNumber(bound) : EventNumber(event),
      isFree: isFree,
      isShared: try bool(start + Layout.isShared, QEMURFCSlot.path(slot, "is_shared")),
      isCritical: try bool(start + Layout.isCritical, QEMURFCSlot.path(slot, "is_critical")),
      interrupt: isNone ? nil : UInt32(truncatingIfNeeded: interrupt),
      refcount: word(Layout.refcount)
    )
  }

  /// Reads a slot's event with its instances; nil for a free slot that holds nothing.
  mutating func readEvent(_ slot: QEMURFCSlot) throws(DecodeError) -> Event? {
    var event = Event(slot.number, definition: slot.definition)
    var columns = QEMURFCColumns()
    let count = slot.slot < QEMURFCLayout.privateSlots ? vcpus : 1
    for vcpu in 0..<count {
      try readInstance(slot, vcpu, into: &columns)
    }
    columns.finish(into: &event, count: count)
    let registered = event.registered.count
    if slot.refcount != registered { event.extras[.registrationCount] = slot.refcount + 1 }
    let isEmpty =
      !slot.isShared && !slot.isCritical && !event.hasHandlerState && event.routing == Routing()
      && event.extras.isEmpty && event.slotExtras.isEmpty
    return slot.isFree && isEmpty ? nil : event
  }

  private func readInstance(
    _ slot: QEMURFCSlot,
    _ vcpu: UInt32,
    into columns: inout QEMURFCColumns
  ) throws(DecodeError) {
    typealias Layout = QEMURFCLayout.Instance
    let start = QEMURFCLayout.instance(slot: slot.slot, vcpu: vcpu)
    func path(_ field: String) -> String {
      slot.slot < QEMURFCLayout.privateSlots
        ? "qemu_sdei.sde_cpus[\(vcpu)].private_sde_array[\(slot.slot)].\(field)"
        : "qemu_sdei.shared_sde_array[\(slot.slot - QEMURFCLayout.privateSlots)].\(field)"
    }
    let event = bytes.bigEndian(at: start + Layout.event, count: 4)
    let isRegistered = event != QEMURFCLayout.none
    guard !isRegistered || event == slot.number.rawValue else {
      throw refusal(
        path("event_id"),
        start + Layout.event,
        hex(event),
        "-1, or \(slot.number) as the slot has"
      )
    }
    let mode = bytes.bigEndian(at: start + Layout.routingMode, count: 8)
    guard mode <= 0xFF else {
      throw refusal(path("routing_mode"), start + Layout.routingMode, hex(mode), "at most 0xff")
    }
    if isRegistered { columns.registered.append(IndexRange(vcpu, vcpu)) }
    let marks = [
      (Layout.enabled, "enabled"), (Layout.running, "running"), (Layout.pending, "pending"),
      (Layout.unregisterPending, "unregister_pending"),
    ]
    for (place, mark) in marks.enumerated() {
      guard try bool(start + mark.0, path(mark.1)) else { continue }
      columns.marks[place].append(IndexRange(vcpu, vcpu))
    }
    columns.entry.append(vcpu, bytes.bigEndian(at: start + Layout.entry, count: 8))
    columns.argument.append(vcpu, bytes.bigEndian(at: start + Layout.argument, count: 8))
    columns.mode.append(vcpu, mode)
    columns.affinity.append(vcpu, bytes.bigEndian(at: start + Layout.affinity, count: 8))
  }
}

/// The fields of a slot's instances, while they are read.
struct QEMURFCColumns {
  var registered = BitmapBuilder()
  /// Enabled, running, pending, unregister-pending.
  var marks = [BitmapBuilder](repeating: BitmapBuilder(), count: 4)
  var entry = ColumnBuilder()
  var argument = ColumnBuilder()
  var mode = ColumnBuilder()
  var affinity = ColumnBuilder()

  func finish(into event: inout Event, count: UInt32) {
    event.registered = registered.finish()
    event.enabled = marks[0].finish()
    event.running = marks[1].finish()
    event.pending = Column(1, at: marks[2].finish())
    event.unregisterPending = marks[3].finish()
    event.entry = entry.finish()
    event.argument = argument.finish()
    event.setRouting(modes: mode.finish(), affinities: affinity.finish(), count: count)
  }
}
