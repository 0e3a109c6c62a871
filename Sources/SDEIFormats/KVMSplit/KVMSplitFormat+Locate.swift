internal import SDEIModel
internal import SDEIWire

extension KVMSplitFormat: LocatingFormat {
  private static let exposed: PlaceTable.Fields = [
    "definition": FieldPlace(KVMSplitLayout.Exposed.type),
    "type": FieldPlace(KVMSplitLayout.Exposed.type),
    "signalable": FieldPlace(KVMSplitLayout.Exposed.signaled),
    "signaled": FieldPlace(KVMSplitLayout.Exposed.signaled),
    "priority": FieldPlace(KVMSplitLayout.Exposed.priority),
    "exposedPadding": FieldPlace(KVMSplitLayout.Exposed.padding),
  ]

  /// A structure of a registered event; what all of an event's agree in is the event's own.
  private static let registered: PlaceTable.Fields = {
    typealias Layout = KVMSplitLayout.Registered
    let names: [(Int, [String])] = [
      (Layout.state, ["registered", "enabled", "unregisterPending", "stateBits"]),
      (Layout.routeMode, ["routing", "routing.mode", "slotRouteMode"]),
      (Layout.padding, ["registeredPadding", "slotPadding"]),
      (Layout.routeAffinity, ["routing.affinity", "slotRouteAffinity"]),
      (Layout.entry, ["entry"]), (Layout.argument, ["argument"]),
      (Layout.notifier, ["notifier", "slotNotifier"]),
    ]
    var fields: PlaceTable.Fields = [:]
    for (offset, names) in names { for name in names { fields[name] = FieldPlace(offset) } }
    return fields
  }()

  static func locate(_ table: inout PlaceTable, in bytes: RawSpan) throws(DecodeError) {
    var cursor = 0
    let header = try table.noteHeader(bytes, transcript, &cursor)
    let vm = TranscriptFrame.vm
    let exposed = try StructArray(bytes, &cursor, KVMSplitCommand.getExposedEvent, vm)
    table.note(.state, "extras.exposedOrder", at: exposed.offset)
    for position in 0..<exposed.count {
      table.note(number(bytes, exposed, position), at: exposed.start(position), Self.exposed)
    }
    let shared = try StructArray(bytes, &cursor, KVMSplitCommand.getRegisteredEvent, vm)
    table.note(.state, "extras.registeredOrder", at: shared.offset)
    note(&table, bytes, shared, slot: 0)
    for vcpu in 0..<header.vcpus {
      if isNext(.getVCPURegisteredEvent, bytes, cursor) {
        let command = KVMSplitCommand.getVCPURegisteredEvent
        let own = try StructArray(bytes, &cursor, command, vcpu)
        table.note(.vcpu(vcpu), "instanceOrder", at: own.offset)
        note(&table, bytes, own, slot: vcpu)
      }
      if isNext(.getVCPUEvent, bytes, cursor) {
        let queue = try StructArray(bytes, &cursor, KVMSplitCommand.getVCPUEvent, vcpu)
        table.noteQueue(bytes, queue, used: queue.count, vcpu)
      }
      table.noteState(try StructArray(bytes, &cursor, KVMSplitCommand.getVCPUState, vcpu), vcpu)
    }
  }

  private static func note(
    _ table: inout PlaceTable,
    _ bytes: RawSpan,
    _ array: StructArray,
    slot: UInt32
  ) {
    for position in 0..<array.count {
      let key = number(bytes, array, position)
      guard case .event(let number) = key else { continue }
      table.note(key, at: array.start(position), registered)
      table.note(.slot(number, slot), at: array.start(position), registered)
    }
  }

  private static func number(_ bytes: RawSpan, _ array: StructArray, _ position: Int) -> PlaceKey {
    .event(EventNumber(bytes.littleEndian(at: array.start(position), count: 4)))
  }

  private static func isNext(_ command: KVMSplitCommand, _ bytes: RawSpan, _ cursor: Int) -> Bool {
    TranscriptFrame.command(bytes, cursor) == command.rawValue
  }
}
