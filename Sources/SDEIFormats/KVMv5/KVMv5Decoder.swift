internal import SDEIModel
internal import SDEIWire

/// Reads a transcript, frame by frame in their fixed order.
struct KVMv5Decoder {
  var reader: TranscriptReader
  /// Where the structure of zeros is that was taken for event 0.
  var assumedEvent: Int?
  var registeredOrder: [EventNumber] = []

  static func decode(_ bytes: RawSpan) throws(DecodeError) -> Document {
    let header = try TranscriptHeader(reading: bytes, KVMv5Format.transcript)
    // What v5 tells every guest (SDEI_VERSION, SDEI_FEATURES): the ioctls do not carry it.
    let instance = Instance(
      version: SDEIVersion(major: 1, minor: 1, vendor: 0x4B_564D),
      dialect: .kvmV5
    )
    var cursor = 0
    var decoder = KVMv5Decoder(reader: try TranscriptReader(header, instance, bytes, &cursor))
    let (vm, version) = (TranscriptFrame.vm, KVMLayout.apiVersion)
    try TranscriptFrame.checkVersion(bytes, &cursor, KVMv5Command.getVersion, version)
    let exposed = try StructArray(bytes, &cursor, KVMv5Command.getExposedEvent, vm)
    try decoder.readExposed(bytes, exposed)
    let registered = try StructArray(bytes, &cursor, KVMv5Command.getRegisteredEvent, vm)
    try decoder.readRegistered(bytes, registered)
    for vcpu in 0..<header.vcpus {
      if TranscriptFrame.command(bytes, cursor) == KVMv5Command.getVCPUEvent.rawValue {
        let queue = try StructArray(bytes, &cursor, KVMv5Command.getVCPUEvent, vcpu)
        try decoder.readQueue(bytes, queue, vcpu)
      }
      let state = try StructArray(bytes, &cursor, KVMv5Command.getVCPUState, vcpu)
      decoder.reader.readState(bytes, state, vcpu)
    }
    try decoder.reader.checkEnd(bytes, cursor)
    decoder.reader.finish()
    if let offset = decoder.assumedEvent { decoder.noteAssumption(at: offset) }
    return Document(
      format: .kvmV5,
      snapshot: decoder.reader.snapshot,
      findings: decoder.reader.findings.all
    )
  }

  /// Says that an event 0 which nothing else knows of may be no event.
  private mutating func noteAssumption(at offset: Int) {
    let isKnown =
      registeredOrder.contains(.softwareSignalled)
      || reader.queues.items.contains { $0.events.contains(.softwareSignalled) }
      || reader.contexts.contains { $0.event == .softwareSignalled }
    if !isKnown { reader.findings.append(.assumedEvent(at: offset)) }
  }
}
