internal import SDEIModel
internal import SDEIWire

/// Reads a transcript, frame by frame in their fixed order.
///
/// What belongs to events is collected in flat lists, because a transcript pays for an exposed
/// event with 8 bytes only, and put together once at the end.
struct KVMSplitDecoder {
  var snapshot: Snapshot
  var findings = FindingList()
  var exposed: [SplitExposed] = []
  var instances: [SplitInstance] = []
  var entries: [QueueEntry] = []
  var sharedOrder: [EventNumber] = []
  var instanceLists = VCPULists()
  var queues = VCPULists()
  var masked = BitmapBuilder()
  var vcpuExtras: [ExtraField: ColumnBuilder] = [:]
  var contexts: [Context] = []

  static func decode(_ bytes: RawSpan) throws(DecodeError) -> Document {
    let header = try TranscriptHeader(reading: bytes, KVMSplitFormat.transcript)
    var decoder = KVMSplitDecoder(header)
    var cursor = TranscriptHeader.size
    if let mpidrs = try header.mpidrs(bytes, &cursor) { decoder.snapshot.take(mpidrs: mpidrs) }
    let vm = TranscriptFrame.vm
    let exposed = try StructArray(bytes, &cursor, KVMSplitCommand.getExposedEvent, vm)
    try decoder.readExposed(bytes, exposed)
    let shared = try StructArray(bytes, &cursor, KVMSplitCommand.getRegisteredEvent, vm)
    decoder.sharedOrder = try decoder.readInstances(bytes, shared, slot: 0)
    for vcpu in 0..<header.vcpus {
      if decoder.isNext(.getVCPURegisteredEvent, bytes, cursor) {
        let command = KVMSplitCommand.getVCPURegisteredEvent
        let own = try StructArray(bytes, &cursor, command, vcpu)
        let order = try decoder.readInstances(bytes, own, slot: vcpu)
        decoder.instanceLists.append(IndexRange(vcpu, vcpu), order)
      } else if vcpu == 0 {
        decoder.noteEmptyList()
      }
      if decoder.isNext(.getVCPUEvent, bytes, cursor) {
        let queue = try StructArray(bytes, &cursor, KVMSplitCommand.getVCPUEvent, vcpu)
        try decoder.readQueue(bytes, queue, vcpu)
      }
      let state = try StructArray(bytes, &cursor, KVMSplitCommand.getVCPUState, vcpu)
      decoder.readState(bytes, state, vcpu)
    }
    guard cursor == bytes.byteCount else {
      throw DecodeError(
        .trailing,
        at: cursor,
        "transcript",
        found: "\(bytes.byteCount - cursor) bytes more",
        expected: "the end, after the state of \(header.vcpus) vCPUs"
      )
    }
    if header.vcpus == 0 { decoder.noteEmptyList() }
    try decoder.finish()
    return Document(format: .kvmSplit, snapshot: decoder.snapshot, findings: decoder.findings.all)
  }

  private init(_ header: TranscriptHeader) {
    // What the author's code tells every guest (SDEI_VERSION, SDEI_FEATURES).
    let instance = Instance(
      version: SDEIVersion(major: 1, minor: 1, vendor: 0x4B_564D),
      dialect: .kvmV5,
      producer: header.producer
    )
    snapshot = Snapshot(instance: instance, vcpus: VCPUs(count: header.vcpus))
  }

  private func isNext(_ command: KVMSplitCommand, _ bytes: RawSpan, _ cursor: Int) -> Bool {
    TranscriptFrame.command(bytes, cursor) == command.rawValue
  }

  /// Says that vCPU 0 has none of the events in the VM's list that are not known to be shared:
  /// without a list of its own it would be taken to have those that are registered in slot 0.
  private mutating func noteEmptyList() {
    let shared = Set(exposed.lazy.filter { $0.type == EventType.shared.rawValue }.map(\.number))
    if sharedOrder.contains(where: { !shared.contains($0) }) {
      instanceLists.append(IndexRange(0, 0), [])
    }
  }
}

/// One exposed event; kept flat, because a transcript pays for each with 8 bytes only.
struct SplitExposed {
  var number: EventNumber
  var type: UInt8
  var signaled: UInt8
  var priority: UInt8
  var padding: UInt8
}
