internal import SDEIModel
internal import SDEIWire

extension KVMv4Format: LocatingFormat {
  private static let registered: PlaceTable.Fields = [
    "refcount": FieldPlace(KVMv4Layout.Registered.refcount),
    "routing": FieldPlace(KVMv4Layout.Registered.routeMode),
    "routing.mode": FieldPlace(KVMv4Layout.Registered.routeMode),
    "registeredPadding": FieldPlace(KVMv4Layout.Registered.padding),
  ]

  static func locate(_ table: inout PlaceTable, in bytes: RawSpan) throws(DecodeError) {
    var cursor = 0
    let header = try table.noteHeader(bytes, transcript, &cursor)
    let (vm, version) = (TranscriptFrame.vm, KVMLayout.apiVersion)
    try TranscriptFrame.checkVersion(bytes, &cursor, KVMv4Command.getVersion, version)
    if TranscriptFrame.command(bytes, cursor) == KVMv4Command.setEvent.rawValue {
      table.noteExposed(bytes, try StructArray(bytes, &cursor, KVMv4Command.setEvent, vm))
    }
    let registered = try StructArray(bytes, &cursor, KVMv4Command.getKEvent, vm)
    table.noteRegistered(bytes, registered, used: registered.count, Self.registered)
    for vcpu in 0..<header.vcpus {
      if TranscriptFrame.command(bytes, cursor) == KVMv4Command.getVEvent.rawValue {
        let queue = try StructArray(bytes, &cursor, KVMv4Command.getVEvent, vcpu)
        table.noteQueue(bytes, queue, used: queue.count, vcpu)
      }
      table.noteState(try StructArray(bytes, &cursor, KVMv4Command.getVCPUState, vcpu), vcpu)
    }
  }
}
