internal import SDEIModel
internal import SDEIWire

extension QEMURFCFormat: LocatingFormat {
  private static let properties: PlaceTable.Fields = {
    typealias Layout = QEMURFCLayout.Property
    return [
      "definition": FieldPlace(Layout.event), "origin": FieldPlace(Layout.event),
      "interrupt": FieldPlace(Layout.interrupt), "type": FieldPlace(Layout.isShared),
      "priority": FieldPlace(Layout.isCritical), "registrationCount": FieldPlace(Layout.refcount),
    ]
  }()

  /// An instance; its event is -1 where nothing is registered.
  private static let instance: PlaceTable.Fields = {
    typealias Layout = QEMURFCLayout.Instance
    return [
      "registered": FieldPlace(Layout.event), "enabled": FieldPlace(Layout.enabled),
      "running": FieldPlace(Layout.running), "pending": FieldPlace(Layout.pending),
      "unregisterPending": FieldPlace(Layout.unregisterPending), "entry": FieldPlace(Layout.entry),
      "argument": FieldPlace(Layout.argument), "routing": FieldPlace(Layout.routingMode),
      "routing.mode": FieldPlace(Layout.routingMode),
      "slotRouteMode": FieldPlace(Layout.routingMode),
      "routing.affinity": FieldPlace(Layout.affinity),
      "slotRouteAffinity": FieldPlace(Layout.affinity),
    ]
  }()

  private static let vcpu: PlaceTable.Fields = {
    typealias Layout = QEMURFCLayout.VCPU
    return [
      "masked": FieldPlace(Layout.masked), "normal": FieldPlace(Layout.normalEvent),
      "normal.event": FieldPlace(Layout.normalEvent), "normal.pc": FieldPlace(Layout.normalPC),
      "normal.x": FieldPlace(Layout.normalRegisters, .words(18)),
      "normal.pstate": FieldPlace(Layout.normalPState),
      "critical": FieldPlace(Layout.criticalEvent),
      "critical.event": FieldPlace(Layout.criticalEvent),
      "critical.pc": FieldPlace(Layout.criticalPC),
      "critical.x": FieldPlace(Layout.criticalRegisters, .words(18)),
      "critical.pstate": FieldPlace(Layout.criticalPState),
    ]
  }()

  static func locate(_ table: inout PlaceTable, in bytes: RawSpan) throws(DecodeError) {
    let base = recognises(bytes) ? QEMURFCSection.headSize : 0
    let end = bytes.byteCount - (base == 0 ? 0 : QEMURFCSection.footerSize)
    let size = QEMURFCLayout.VCPU.size
    guard end - base >= QEMURFCLayout.vcpus, (end - base - QEMURFCLayout.vcpus) / size > 0 else {
      return
    }
    let last = UInt32(truncatingIfNeeded: (end - base - QEMURFCLayout.vcpus) / size - 1)
    let vcpus = IndexRange(0, last)
    for vcpu in table.vcpus(in: vcpus) {
      table.note(.vcpu(vcpu), at: base + QEMURFCLayout.vcpus + Int(vcpu) * size, Self.vcpu)
    }
    for slot in 0..<QEMURFCLayout.slots {
      let start = base + slot * QEMURFCLayout.Property.size
      let event = bytes.bigEndian(at: start + QEMURFCLayout.Property.event, count: 4)
      let number =
        event == QEMURFCLayout.none ? QEMURFCSlot.boundNumber(slot) : EventNumber(event)
      table.note(.event(number), at: start, properties)
      // A shared event has one instance.
      let range = slot < QEMURFCLayout.privateSlots ? vcpus : IndexRange(0, 0)
      for vcpu in table.slots(of: number, in: range) {
        let start = base + QEMURFCLayout.instance(slot: slot, vcpu: vcpu)
        table.note(.slot(number, vcpu), at: start, instance)
      }
    }
  }
}
