internal import SDEIModel
internal import SDEIWire

/// Writes a transcript.
struct KVMv4Encoder {
  private let snapshot: Snapshot
  private let structures: TranscriptWriter
  private let exposed: [EventNumber]
  private let registered: [EventNumber]

  static func encode(
    _ snapshot: Snapshot,
    _ options: EncodeOptions
  ) throws(EncodeError) -> [UInt8] {
    let encoder = KVMv4Encoder(snapshot)
    let size = encoder.size
    guard size <= options.maxBytes else {
      throw .tooLarge(.kvmV4, bytes: size, limit: options.maxBytes)
    }
    try encoder.checkFrames()
    return encoder.write(size: Int(size))
  }

  private init(_ snapshot: Snapshot) {
    self.snapshot = snapshot
    structures = TranscriptWriter(KVMv4Format.transcript, snapshot)
    exposed = KVMv4Layout.exposed(snapshot)
    registered = KVMLists.registered(snapshot)
  }

  /// The size of the transcript in bytes, without overflow.
  private var size: UInt64 {
    var size = structures.header.sizeInFile
    size += TranscriptFrame.size(KVMv4Command.getVersion, count: 0)
    if !exposed.isEmpty {
      size += TranscriptFrame.size(KVMv4Command.setEvent, count: exposed.count)
    }
    size += TranscriptFrame.size(KVMv4Command.getKEvent, count: registered.count)
    for vcpu in 0..<snapshot.vcpus.count {
      let queued = structures.queue(vcpu).count
      if queued > 0 { size += TranscriptFrame.size(KVMv4Command.getVEvent, count: queued) }
      size += TranscriptFrame.size(KVMv4Command.getVCPUState, count: 1)
    }
    return size
  }

  private func checkFrames() throws(EncodeError) {
    let longest = (0..<snapshot.vcpus.count).map { structures.queue($0).count }.max() ?? 0
    try TranscriptFrame.check("exposedOrder", count: exposed.count, KVMv4Command.setEvent)
    try TranscriptFrame.check("registeredOrder", count: registered.count, KVMv4Command.getKEvent)
    try TranscriptFrame.check("queueOrder", count: longest, KVMv4Command.getVEvent)
  }

  private func write(size: Int) -> [UInt8] {
    var writer = ByteWriter(size: size)
    structures.header.write(snapshot, into: &writer)
    let (vm, version) = (TranscriptFrame.vm, Int(KVMLayout.apiVersion))
    writeFrame(.getVersion, vm, count: version, payload: 0, &writer)
    if !exposed.isEmpty {
      writeFrame(.setEvent, vm, count: exposed.count, &writer)
      for number in exposed {
        structures.writeExposed(snapshot.events[number] ?? Event(number), &writer)
      }
    }
    writeFrame(.getKEvent, vm, count: registered.count, &writer)
    for number in registered { writeRegistered(snapshot.events[number] ?? Event(number), &writer) }
    for vcpu in 0..<snapshot.vcpus.count {
      let queue = structures.queue(vcpu)
      if !queue.isEmpty {
        writeFrame(.getVEvent, vcpu, count: queue.count, &writer)
        structures.writeQueue(vcpu, &writer)
      }
      writeFrame(.getVCPUState, vcpu, count: 1, &writer)
      structures.writeState(vcpu, &writer)
    }
    return writer.finish()
  }

  private func writeFrame(
    _ command: KVMv4Command,
    _ index: UInt32,
    count: Int,
    payload: Int? = nil,
    _ writer: inout ByteWriter
  ) {
    TranscriptFrame.write(command, index, count: count, payload: payload, &writer)
  }

  private func writeRegistered(_ event: Event, _ writer: inout ByteWriter) {
    writer.write(event.number.rawValue)
    let stored = event.extras[.refcount].map { $0 &- ExtraField.refcount.addend }
    let usual = KVMv4Layout.queuedCount(event, vcpus: snapshot.vcpus.count)
    writer.writeBytes(stored ?? UInt64(usual), count: 4)
    writer.write(event.routing.mode.rawValue)
    writer.writeBytes(event.extras[.registeredPadding] ?? 0, count: 3)
    structures.writeHandlers(event, &writer)
  }
}
