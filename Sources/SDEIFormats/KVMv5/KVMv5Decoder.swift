internal import SDEIModel
internal import SDEIWire

/// Reads a transcript, frame by frame in their fixed order.
struct KVMv5Decoder {
  var snapshot: Snapshot
  var findings = FindingList()
  /// The events while they are collected; the table is made once, at the end.
  var events: [EventNumber: Event] = [:]
  /// Where the structure of zeros is that was taken for event 0.
  var assumedEvent: Int?
  var registeredOrder: [EventNumber] = []
  var queues = VCPULists()
  var masked = BitmapBuilder()
  var entries: [QueueEntry] = []
  var vcpuExtras: [ExtraField: ColumnBuilder] = [:]
  var contexts: [Context] = []

  static func decode(_ bytes: RawSpan) throws(DecodeError) -> Document {
    let header = try TranscriptHeader(reading: bytes, KVMv5Format.transcript)
    var decoder = KVMv5Decoder(header)
    var cursor = TranscriptHeader.size
    if header.hasMPIDRs { try decoder.readMPIDRs(bytes, &cursor) }
    let vm = TranscriptFrame.vm
    try TranscriptFrame.checkVersion(
      bytes,
      &cursor,
      KVMv5Command.getVersion,
      KVMv5Layout.apiVersion
    )
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
    decoder.finish()
    return Document(format: .kvmV5, snapshot: decoder.snapshot, findings: decoder.findings.all)
  }

  private init(_ header: TranscriptHeader) {
    // What v5 tells every guest (SDEI_VERSION, SDEI_FEATURES): the ioctls do not carry it.
    let instance = Instance(
      version: SDEIVersion(major: 1, minor: 1, vendor: 0x4B_564D),
      dialect: .kvmV5,
      producer: header.producer
    )
    snapshot = Snapshot(instance: instance, vcpus: VCPUs(count: header.vcpus))
  }

  private mutating func readMPIDRs(_ bytes: RawSpan, _ cursor: inout Int) throws(DecodeError) {
    let size = Int(snapshot.vcpus.count) * 8
    guard bytes.byteCount - cursor >= size else {
      throw DecodeError(
        .truncated,
        at: bytes.byteCount,
        "header.mpidrs",
        found: "\((bytes.byteCount - cursor) / 8) MPIDRs",
        expected: "\(snapshot.vcpus.count)"
      )
    }
    let values = bytes.words(at: cursor, count: Int(snapshot.vcpus.count))
    cursor += size
    snapshot.vcpus.affinityKnown = Bitmap(below: snapshot.vcpus.count)
    snapshot.vcpus.affinity = Column(values.map { $0 & Affinity.fieldMask })
    let flags = Column(values.map { $0 & ~Affinity.fieldMask })
    snapshot.extras.vcpuValues[.mpidrFlags] = flags.isEmpty ? nil : flags
  }
}

/// One entry of a queue; kept flat, because a transcript pays for each with 16 bytes only.
struct QueueEntry {
  var number: EventNumber
  var vcpu: UInt32
  var count: UInt32
  var padding: UInt32
}
