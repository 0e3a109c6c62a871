internal import SDEIModel
internal import SDEIWire

/// Writes a transcript.
struct KVMv5Encoder {
  private let snapshot: Snapshot
  private let exposed: [EventNumber]
  private let registered: [EventNumber]
  private let queues: [UInt32: [EventNumber]]

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
    exposed = KVMLists.exposed(snapshot)
    registered = KVMLists.registered(snapshot)
    var queues = KVMLists.usualQueues(snapshot)
    if let lists = snapshot.extras.vcpuLists[.queueOrder] {
      for vcpu in 0..<snapshot.vcpus.count {
        if let order = lists[vcpu] { queues[vcpu] = order }
      }
    }
    self.queues = queues
  }

  private var hasMPIDRs: Bool {
    snapshot.vcpus.count > 0
      && snapshot.vcpus.affinityKnown == Bitmap(below: snapshot.vcpus.count)
  }

  private func surplus(_ field: ExtraField) -> Int { Int(snapshot.extras.values[field] ?? 0) }

  private func queueLength(_ vcpu: UInt32) -> Int {
    (queues[vcpu]?.count ?? 0)
      + Int(snapshot.extras.vcpuValues[.surplusQueued]?[vcpu] ?? 0)
  }

  /// The size of the transcript in bytes, without overflow.
  private var size: UInt64 {
    let frame = UInt64(TranscriptFrame.headerSize)
    let count = UInt64(snapshot.vcpus.count)
    var size = UInt64(TranscriptHeader.size) + (hasMPIDRs ? count * 8 : 0) + frame * 3
    size += UInt64(exposed.count + surplus(.surplusExposed)) * UInt64(KVMv5Layout.Exposed.size)
    size +=
      UInt64(registered.count + surplus(.surplusRegistered)) * UInt64(KVMv5Layout.Registered.size)
    for vcpu in 0..<snapshot.vcpus.count {
      let queued = UInt64(queueLength(vcpu))
      if queued > 0 { size += frame + queued * UInt64(KVMv5Layout.Queued.size) }
      size += frame + UInt64(KVMv5Layout.VCPUState.size)
    }
    return size
  }

  private func write(size: Int) -> [UInt8] {
    var writer = ByteWriter(size: size)
    let vcpus = snapshot.vcpus.count
    let producer = snapshot.instance.producer
    TranscriptHeader(
      KVMv5Format.transcript,
      vcpus: vcpus,
      hasMPIDRs: hasMPIDRs,
      producer: producer.utf8.count <= TranscriptHeader.producerSize ? producer : ""
    ).write(into: &writer)
    if hasMPIDRs {
      let flags = snapshot.extras.vcpuValues[.mpidrFlags]
      for vcpu in 0..<vcpus { writer.write(snapshot.vcpus.affinity[vcpu] | (flags?[vcpu] ?? 0)) }
    }
    let vm = TranscriptFrame.vm
    writeFrame(.getVersion, vm, count: Int(KVMv5Layout.apiVersion), payload: 0, &writer)
    let exposedCount = exposed.count + surplus(.surplusExposed)
    writeFrame(.getExposedEvent, vm, count: exposedCount, &writer)
    for number in exposed { writeExposed(snapshot.events[number] ?? Event(number), &writer) }
    writer.writeZeros(surplus(.surplusExposed) * KVMv5Layout.Exposed.size)
    let registeredCount = registered.count + surplus(.surplusRegistered)
    writeFrame(.getRegisteredEvent, vm, count: registeredCount, &writer)
    for number in registered { writeRegistered(snapshot.events[number] ?? Event(number), &writer) }
    writer.writeZeros(surplus(.surplusRegistered) * KVMv5Layout.Registered.size)
    for vcpu in 0..<vcpus {
      if queueLength(vcpu) > 0 { writeQueue(vcpu, &writer) }
      writeFrame(.getVCPUState, vcpu, count: 1, &writer)
      writeState(vcpu, &writer)
    }
    return writer.finish()
  }

  /// A frame's count and payload size have 32 bits.
  private func checkFrames() throws(EncodeError) {
    let frames = [
      ("surplusExposed", exposed.count + surplus(.surplusExposed), KVMv5Layout.Exposed.size),
      (
        "surplusRegistered", registered.count + surplus(.surplusRegistered),
        KVMv5Layout.Registered.size
      ),
      (
        "surplusQueued", (0..<snapshot.vcpus.count).map(queueLength).max() ?? 0,
        KVMv5Layout.Queued.size
      ),
    ]
    for (field, count, size) in frames where UInt64(count) * UInt64(size) > UInt64(UInt32.max) {
      throw EncodeError(
        "extras.\(field)",
        problem: "\(count) structures of \(size) bytes do not fit in one frame",
        action: "use sdei or json"
      )
    }
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

  private func writeExposed(_ event: Event, _ writer: inout ByteWriter) {
    let definition = event.definition
    writer.write(event.number.rawValue)
    writer.write(definition?.type.rawValue ?? 0)
    writer.writeBytes(
      event.extras[.signaled] ?? (definition?.isSignalable == true ? 1 : 0),
      count: 1
    )
    writer.write(definition?.priority.rawValue ?? 0)
    writer.writeBytes(event.extras[.exposedPadding] ?? 0, count: 5)
    writer.write(event.extras[.notifier] ?? 0)
  }

  private func writeRegistered(_ event: Event, _ writer: inout ByteWriter) {
    writer.write(event.number.rawValue)
    writer.write(event.routing.mode.rawValue)
    writer.writeBytes(event.extras[.registeredPadding] ?? 0, count: 3)
    writer.writeBytes(event.extras[.registeredHole] ?? 0, count: 4)
    writer.write(event.routing.affinity.rawValue)
    for column in [event.entry, event.argument] {
      for slot in 0..<KVMv5Layout.maxVCPUs { writer.write(column[slot]) }
    }
    for bitmap in [event.registered, event.enabled, event.unregisterPending] {
      let words = bitmap.words
      for word in 0..<KVMv5Layout.Registered.words {
        writer.write(word < words.count ? words[word] : 0)
      }
    }
  }

  private func writeQueue(_ vcpu: UInt32, _ writer: inout ByteWriter) {
    writeFrame(.getVCPUEvent, vcpu, count: queueLength(vcpu), &writer)
    for number in queues[vcpu] ?? [] {
      let event = snapshot.events[number]
      writer.write(number.rawValue)
      writer.writeBytes(event?.pending[vcpu] ?? 0, count: 4)
      writer.writeBytes(event?.slotExtras[.queuePadding]?[vcpu] ?? 0, count: 4)
    }
    let surplus = Int(snapshot.extras.vcpuValues[.surplusQueued]?[vcpu] ?? 0)
    writer.writeZeros(surplus * KVMv5Layout.Queued.size)
  }

  private func writeState(_ vcpu: UInt32, _ writer: inout ByteWriter) {
    let raw = snapshot.extras.vcpuValues[.masked]?[vcpu] ?? 0
    writer.writeBytes(raw != 0 ? raw : snapshot.vcpus.masked.contains(vcpu) ? 1 : 0, count: 1)
    writer.writeBytes(snapshot.extras.vcpuValues[.vcpuPadding]?[vcpu] ?? 0, count: 7)
    let contexts = [snapshot.contexts[vcpu, .critical], snapshot.contexts[vcpu, .normal]]
    for context in contexts {
      writer.write(context?.event?.rawValue ?? KVMv5Layout.invalidEvent)
    }
    for context in contexts {
      let frame = context?.frame ?? .zero
      for word in 0..<RegisterFrame.wordCount { writer.write(frame[word: word]) }
    }
  }
}
