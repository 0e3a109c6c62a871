internal import SDEIModel
internal import SDEIWire

extension KVMv5Format: LocatingFormat {
  private static let registered: PlaceTable.Fields = [
    "routing": FieldPlace(KVMv5Layout.Registered.routeMode),
    "routing.mode": FieldPlace(KVMv5Layout.Registered.routeMode),
    "registeredPadding": FieldPlace(KVMv5Layout.Registered.padding),
    "registeredHole": FieldPlace(KVMv5Layout.Registered.hole),
    "unregisterPending": FieldPlace(
      KVMv5Layout.Registered.unregisterPending,
      .bits(KVMLayout.maxVCPUs)
    ),
  ]

  static func locate(_ table: inout PlaceTable, in bytes: RawSpan) throws(DecodeError) {
    var cursor = 0
    let header = try table.noteHeader(bytes, transcript, &cursor)
    let (vm, version) = (TranscriptFrame.vm, KVMLayout.apiVersion)
    try TranscriptFrame.checkVersion(bytes, &cursor, KVMv5Command.getVersion, version)
    let exposed = try StructArray(bytes, &cursor, KVMv5Command.getExposedEvent, vm)
    table.noteExposed(bytes, exposed)
    // The first structure of zeros may be event 0: surplus begins behind it at the latest.
    let last = min(exposed.used(bytes) + 1, exposed.count)
    table.noteSurplus(exposed, used: last, .state, "extras.surplusExposed")
    let registered = try StructArray(bytes, &cursor, KVMv5Command.getRegisteredEvent, vm)
    let used = registered.used(bytes)
    table.noteRegistered(bytes, registered, used: used, Self.registered)
    table.noteSurplus(registered, used: used, .state, "extras.surplusRegistered")
    for vcpu in 0..<header.vcpus {
      if TranscriptFrame.command(bytes, cursor) == KVMv5Command.getVCPUEvent.rawValue {
        let queue = try StructArray(bytes, &cursor, KVMv5Command.getVCPUEvent, vcpu)
        let used = queue.used(bytes)
        table.noteQueue(bytes, queue, used: used, vcpu)
        table.noteSurplus(queue, used: used, .vcpu(vcpu), "surplusQueued")
      }
      table.noteState(try StructArray(bytes, &cursor, KVMv5Command.getVCPUState, vcpu), vcpu)
    }
  }
}
