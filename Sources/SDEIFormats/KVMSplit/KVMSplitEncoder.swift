internal import SDEIModel
internal import SDEIWire

/// Writes a transcript.
struct KVMSplitEncoder {
  private let snapshot: Snapshot
  private let lists: KVMSplitLists
  private let instances: [UInt32: [EventNumber]]
  private let queues: [UInt32: [EventNumber]]

  static func encode(
    _ snapshot: Snapshot,
    _ options: EncodeOptions
  ) throws(EncodeError) -> [UInt8] {
    let lists = KVMSplitLists(snapshot)
    let size = largestSize(snapshot, lists)
    guard size <= options.maxBytes else {
      throw .tooLarge(.kvmSplit, bytes: size, limit: options.maxBytes)
    }
    let encoder = KVMSplitEncoder(snapshot, lists)
    try encoder.checkLists()
    return encoder.write()
  }

  private init(_ snapshot: Snapshot, _ lists: KVMSplitLists) {
    (self.snapshot, self.lists) = (snapshot, lists)
    instances = lists.instances()
    queues = lists.queues()
  }

  /// A size that the transcript does not exceed, told without looking at each vCPU.
  private static func largestSize(_ snapshot: Snapshot, _ lists: KVMSplitLists) -> UInt64 {
    let frame = TranscriptFrame.headerSize
    let perVCPU = UInt64(frame * 3 + KVMLayout.VCPUState.size + 8)
    var size = UInt64(TranscriptHeader.size + frame * 2)
    func add(_ count: UInt64, _ each: UInt64) {
      let (product, overflow) = count.multipliedReportingOverflow(by: each)
      let (sum, overflows) = size.addingReportingOverflow(product)
      size = overflow || overflows ? .max : sum
    }
    add(UInt64(snapshot.vcpus.count), perVCPU)
    add(UInt64(lists.exposed.count), UInt64(KVMSplitLayout.Exposed.size))
    add(UInt64(lists.shared.count), UInt64(KVMSplitLayout.Registered.size))
    add(lists.instanceCount, UInt64(KVMSplitLayout.Registered.size))
    add(lists.queueCount, UInt64(KVMLayout.Queued.size))
    return size
  }

  /// The size of the transcript in bytes.
  private var size: Int {
    let frame = TranscriptFrame.headerSize
    let count = Int(snapshot.vcpus.count)
    var size = TranscriptHeader.size + (snapshot.hasMPIDRs ? count * 8 : 0) + frame * 2
    size += lists.exposed.count * KVMSplitLayout.Exposed.size
    size += lists.shared.count * KVMSplitLayout.Registered.size
    for list in instances.values where !list.isEmpty {
      size += frame + list.count * KVMSplitLayout.Registered.size
    }
    for list in queues.values where !list.isEmpty {
      size += frame + list.count * KVMLayout.Queued.size
    }
    return size + count * (frame + KVMLayout.VCPUState.size)
  }

  /// A frame's payload size has 32 bits, and slot 0 is the VM's or vCPU 0's.
  private func checkLists() throws(EncodeError) {
    let frames = [
      ("exposedOrder", lists.exposed.count, KVMSplitLayout.Exposed.size),
      ("registeredOrder", lists.shared.count, KVMSplitLayout.Registered.size),
      (
        "instanceOrder", instances.values.lazy.map(\.count).max() ?? 0,
        KVMSplitLayout.Registered.size
      ),
      ("queueOrder", queues.values.lazy.map(\.count).max() ?? 0, KVMLayout.Queued.size),
    ]
    for (field, count, size) in frames where count > Int(UInt32.max) / size {
      throw EncodeError(
        "extras.\(field)",
        problem: "\(count) structures of \(size) bytes do not fit in one frame",
        action: "use sdei or json"
      )
    }
    let shared = Set(lists.shared)
    if let number = instances[0]?.first(where: shared.contains) {
      throw EncodeError(
        id: "SDEI-C004",
        ModelPath.event(number),
        problem: "it is in the VM's list and in the one of vCPU 0, and both live in slot 0",
        action: "take it out of extras.registeredOrder or of extras.instanceOrder"
      )
    }
  }

  private func write() -> [UInt8] {
    var writer = ByteWriter(size: size)
    let vcpus = snapshot.vcpus.count
    TranscriptHeader(KVMSplitFormat.transcript, snapshot).write(snapshot, into: &writer)
    writeFrame(.getExposedEvent, TranscriptFrame.vm, lists.exposed.count, &writer)
    for number in lists.exposed { writeExposed(number, &writer) }
    writeFrame(.getRegisteredEvent, TranscriptFrame.vm, lists.shared.count, &writer)
    for number in lists.shared { writeInstance(number, 0, &writer) }
    for vcpu in 0..<vcpus {
      if let list = instances[vcpu], !list.isEmpty {
        writeFrame(.getVCPURegisteredEvent, vcpu, list.count, &writer)
        for number in list { writeInstance(number, vcpu, &writer) }
      }
      if let queue = queues[vcpu], !queue.isEmpty {
        writeFrame(.getVCPUEvent, vcpu, queue.count, &writer)
        for number in queue { writeQueued(number, vcpu, &writer) }
      }
      writeFrame(.getVCPUState, vcpu, 1, &writer)
      writeState(vcpu, &writer)
    }
    return writer.finish()
  }

  private func writeFrame(
    _ command: KVMSplitCommand,
    _ index: UInt32,
    _ count: Int,
    _ writer: inout ByteWriter
  ) {
    TranscriptFrame.write(command, index, count: count, &writer)
  }

  private func writeExposed(_ number: EventNumber, _ writer: inout ByteWriter) {
    let event = snapshot.events[number]
    let definition = event?.definition
    writer.writeBytes(number.rawValue, count: 4)
    writer.write(definition?.type.rawValue ?? 0)
    let signaled = event?.extras[.signaled] ?? (definition?.isSignalable == true ? 1 : 0)
    writer.writeBytes(signaled, count: 1)
    writer.write(definition?.priority.rawValue ?? 0)
    writer.writeBytes(event?.extras[.exposedPadding] ?? 0, count: 1)
  }

  private func writeInstance(
    _ number: EventNumber,
    _ slot: UInt32,
    _ writer: inout ByteWriter
  ) {
    typealias State = KVMSplitLayout.State
    let event = snapshot.events[number] ?? Event(number)
    func value(_ field: ExtraField, _ common: UInt64?) -> UInt64 {
      event.slotExtras[field].map { $0[slot] } ?? common ?? 0
    }
    var state = UInt8(truncatingIfNeeded: value(.stateBits, 0)) << State.shift
    if event.registered.contains(slot) { state |= State.registered }
    if event.enabled.contains(slot) { state |= State.enabled }
    if event.unregisterPending.contains(slot) { state |= State.unregisterPending }
    writer.writeBytes(number.rawValue, count: 4)
    writer.write(state)
    writer.writeBytes(value(.slotRouteMode, UInt64(event.routing.mode.rawValue)), count: 1)
    writer.writeBytes(value(.slotPadding, event.extras[.registeredPadding]), count: 2)
    writer.write(value(.slotRouteAffinity, event.routing.affinity.rawValue))
    writer.write(event.entry[slot])
    writer.write(event.argument[slot])
    writer.write(value(.slotNotifier, event.extras[.notifier]))
  }

  private func writeQueued(_ number: EventNumber, _ vcpu: UInt32, _ writer: inout ByteWriter) {
    let event = snapshot.events[number]
    writer.write(number.rawValue)
    writer.writeBytes(event?.pending[vcpu] ?? 0, count: 4)
    writer.writeBytes(event?.slotExtras[.queuePadding]?[vcpu] ?? 0, count: 4)
  }

  private func writeState(_ vcpu: UInt32, _ writer: inout ByteWriter) {
    let raw = snapshot.extras.vcpuValues[.masked]?[vcpu] ?? 0
    writer.writeBytes(raw != 0 ? raw : snapshot.vcpus.masked.contains(vcpu) ? 1 : 0, count: 1)
    writer.writeBytes(snapshot.extras.vcpuValues[.vcpuPadding]?[vcpu] ?? 0, count: 7)
    let contexts = [snapshot.contexts[vcpu, .critical], snapshot.contexts[vcpu, .normal]]
    for context in contexts {
      writer.write(context?.event?.rawValue ?? KVMLayout.noEvent(.kvmV5))
    }
    for context in contexts {
      let frame = context?.frame ?? .zero
      for word in 0..<RegisterFrame.wordCount { writer.write(frame[word: word]) }
    }
  }
}
