internal import SDEIModel
internal import SDEIWire

/// Writes the structures that the transcripts of KVM v4 and v5 have alike.
struct TranscriptWriter {
  let snapshot: Snapshot
  let header: TranscriptHeader
  private let queues: [UInt32: [EventNumber]]

  /// Begins a transcript of a state that `TranscriptLimits` let pass.
  init(_ kind: TranscriptKind, _ snapshot: Snapshot) {
    self.snapshot = snapshot
    header = TranscriptHeader(kind, snapshot)
    var queues = KVMLists.usualQueues(snapshot)
    if let lists = snapshot.extras.vcpuLists[.queueOrder] {
      for vcpu in 0..<snapshot.vcpus.count {
        if let order = lists[vcpu] { queues[vcpu] = order }
      }
    }
    self.queues = queues
  }

  /// The queue of a vCPU.
  func queue(_ vcpu: UInt32) -> [EventNumber] { queues[vcpu] ?? [] }

  /// Writes the definition of an exposed event.
  func writeExposed(_ event: Event, _ writer: inout ByteWriter) {
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

  /// Writes a registered event from its affinity to its enabled bitmap.
  func writeHandlers(_ event: Event, _ writer: inout ByteWriter) {
    writer.write(event.routing.affinity.rawValue)
    for column in [event.entry, event.argument] {
      for slot in 0..<KVMLayout.maxVCPUs { writer.write(column[slot]) }
    }
    writeBitmap(event.registered, &writer)
    writeBitmap(event.enabled, &writer)
  }

  /// Writes a bitmap of a registered event.
  func writeBitmap(_ bitmap: Bitmap, _ writer: inout ByteWriter) {
    let words = bitmap.words
    for word in 0..<KVMLayout.Registered.words {
      writer.write(word < words.count ? words[word] : 0)
    }
  }

  /// Writes the entries of a vCPU's queue.
  func writeQueue(_ vcpu: UInt32, _ writer: inout ByteWriter) {
    for number in queue(vcpu) {
      let event = snapshot.events[number]
      writer.write(number.rawValue)
      writer.writeBytes(event?.pending[vcpu] ?? 0, count: 4)
      writer.writeBytes(event?.slotExtras[.queuePadding]?[vcpu] ?? 0, count: 4)
    }
  }

  /// Writes the mask, the running numbers and the frames of a vCPU.
  func writeState(_ vcpu: UInt32, _ writer: inout ByteWriter) {
    let raw = snapshot.extras.vcpuValues[.masked]?[vcpu] ?? 0
    writer.writeBytes(raw != 0 ? raw : snapshot.vcpus.masked.contains(vcpu) ? 1 : 0, count: 1)
    writer.writeBytes(snapshot.extras.vcpuValues[.vcpuPadding]?[vcpu] ?? 0, count: 7)
    let none = KVMLayout.noEvent(snapshot.instance.dialect)
    let contexts = [snapshot.contexts[vcpu, .critical], snapshot.contexts[vcpu, .normal]]
    for context in contexts { writer.write(context?.event?.rawValue ?? none) }
    for context in contexts {
      let frame = context?.frame ?? .zero
      for word in 0..<RegisterFrame.wordCount { writer.write(frame[word: word]) }
    }
  }
}

extension TranscriptFrame {
  /// Refuses more structures than fit in one frame, whose count and payload size have 32 bits.
  static func check(
    _ field: String,
    count: Int,
    _ command: some TranscriptCommand
  ) throws(EncodeError) {
    guard UInt64(count) * UInt64(command.structSize) > UInt64(UInt32.max) else { return }
    throw EncodeError(
      "extras.\(field)",
      problem: "\(count) structures of \(command.structSize) bytes do not fit in one frame",
      action: "use sdei or json"
    )
  }

  /// The size of a frame in a file.
  static func size(_ command: some TranscriptCommand, count: Int) -> UInt64 {
    UInt64(headerSize) + UInt64(count) * UInt64(command.structSize)
  }
}
