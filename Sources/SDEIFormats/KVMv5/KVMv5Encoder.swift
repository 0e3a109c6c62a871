internal import SDEIModel
internal import SDEIWire

/// Writes a transcript.
struct KVMv5Encoder {
  private let snapshot: Snapshot
  private let structures: TranscriptWriter
  private let exposed: [EventNumber]
  private let registered: [EventNumber]

  static func encode(
    _ snapshot: Snapshot,
    _ options: EncodeOptions
  ) throws(EncodeError) -> [UInt8] {
    let encoder = KVMv5Encoder(snapshot)
    let size = encoder.size
    guard size <= options.maxBytes else {
      throw .tooLarge(.kvmV5, bytes: size, limit: options.maxBytes)
    }
    try encoder.checkFrames()
    return encoder.write(size: Int(size))
  }

  private init(_ snapshot: Snapshot) {
    self.snapshot = snapshot
    structures = TranscriptWriter(KVMv5Format.transcript, snapshot)
    exposed = KVMLists.exposed(snapshot)
    registered = KVMLists.registered(snapshot)
  }

  private func surplus(_ field: ExtraField) -> Int { Int(snapshot.extras.values[field] ?? 0) }

  private func surplus(of vcpu: UInt32) -> Int {
    Int(snapshot.extras.vcpuValues[.surplusQueued]?[vcpu] ?? 0)
  }

  private var exposedCount: Int { exposed.count + surplus(.surplusExposed) }
  private var registeredCount: Int { registered.count + surplus(.surplusRegistered) }

  private func queueLength(_ vcpu: UInt32) -> Int {
    structures.queue(vcpu).count + surplus(of: vcpu)
  }

  /// The size of the transcript in bytes, without overflow.
  private var size: UInt64 {
    var size = structures.header.sizeInFile
    size += TranscriptFrame.size(KVMv5Command.getVersion, count: 0)
    size += TranscriptFrame.size(KVMv5Command.getExposedEvent, count: exposedCount)
    size += TranscriptFrame.size(KVMv5Command.getRegisteredEvent, count: registeredCount)
    for vcpu in 0..<snapshot.vcpus.count {
      let queued = queueLength(vcpu)
      if queued > 0 { size += TranscriptFrame.size(KVMv5Command.getVCPUEvent, count: queued) }
      size += TranscriptFrame.size(KVMv5Command.getVCPUState, count: 1)
    }
    return size
  }

  private func checkFrames() throws(EncodeError) {
    let longest = (0..<snapshot.vcpus.count).map(queueLength).max() ?? 0
    try TranscriptFrame.check("surplusExposed", count: exposedCount, KVMv5Command.getExposedEvent)
    try TranscriptFrame.check(
      "surplusRegistered",
      count: registeredCount,
      KVMv5Command.getRegisteredEvent
    )
    try TranscriptFrame.check("surplusQueued", count: longest, KVMv5Command.getVCPUEvent)
  }

  private func write(size: Int) -> [UInt8] {
    var writer = ByteWriter(size: size)
    structures.header.write(snapshot, into: &writer)
    let (vm, version) = (TranscriptFrame.vm, Int(KVMLayout.apiVersion))
    writeFrame(.getVersion, vm, count: version, payload: 0, &writer)
    writeFrame(.getExposedEvent, vm, count: exposedCount, &writer)
    for number in exposed {
      structures.writeExposed(snapshot.events[number] ?? Event(number), &writer)
    }
    writer.writeZeros(surplus(.surplusExposed) * KVMLayout.Exposed.size)
    writeFrame(.getRegisteredEvent, vm, count: registeredCount, &writer)
    for number in registered { writeRegistered(snapshot.events[number] ?? Event(number), &writer) }
    writer.writeZeros(surplus(.surplusRegistered) * KVMv5Layout.Registered.size)
    for vcpu in 0..<snapshot.vcpus.count {
      if queueLength(vcpu) > 0 {
        writeFrame(.getVCPUEvent, vcpu, count: queueLength(vcpu), &writer)
        structures.writeQueue(vcpu, &writer)
        writer.writeZeros(surplus(of: vcpu) * KVMLayout.Queued.size)
      }
      writeFrame(.getVCPUState, vcpu, count: 1, &writer)
      structures.writeState(vcpu, &writer)
    }
    return writer.finish()
  }

  private func writeFrame(
    _ command: KVMv5Command,
    _ index: UInt32,
    count: Int,
    payload: Int? = nil,
    _ writer: inout ByteWriter
  ) {
    TranscriptFrame.write(command, index, count: count, payload: payload, &writer)
  }

  private func writeRegistered(_ event: Event, _ writer: inout ByteWriter) {
    writer.write(event.number.rawValue)
    writer.write(event.routing.mode.rawValue)
    writer.writeBytes(event.extras[.registeredPadding] ?? 0, count: 3)
    writer.writeBytes(event.extras[.registeredHole] ?? 0, count: 4)
    structures.writeHandlers(event, &writer)
    structures.writeBitmap(event.unregisterPending, &writer)
  }
}
