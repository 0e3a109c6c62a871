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
    let header = try TranscriptHeader(reading: bytes)
    var decoder = KVMv5Decoder(header)
    var cursor = TranscriptHeader.size
    if header.hasMPIDRs { try decoder.readMPIDRs(bytes, &cursor) }
    try decoder.readVersion(bytes, &cursor)
    let exposed = try payload(bytes, &cursor, .getExposedEvent, TranscriptFrame.vm)
    try decoder.readExposed(bytes, exposed)
    let registered = try payload(bytes, &cursor, .getRegisteredEvent, TranscriptFrame.vm)
    try decoder.readRegistered(bytes, registered)
    for vcpu in 0..<header.vcpus {
      if command(bytes, cursor) == KVMv5Command.getVCPUEvent.rawValue {
        try decoder.readQueue(bytes, try payload(bytes, &cursor, .getVCPUEvent, vcpu), vcpu)
      }
      decoder.readState(bytes, try payload(bytes, &cursor, .getVCPUState, vcpu), vcpu)
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

  private func readVersion(_ bytes: RawSpan, _ cursor: inout Int) throws(DecodeError) {
    let frame = try Self.frame(bytes, &cursor, .getVersion, TranscriptFrame.vm)
    guard frame.count == KVMv5Layout.apiVersion else {
      throw DecodeError(
        .unsupported,
        at: cursor - 8,
        "GET_VERSION",
        found: "API version \(hex(UInt64(frame.count)))",
        expected: "\(hex(UInt64(KVMv5Layout.apiVersion))): another may have other structures"
      )
    }
    guard frame.payloadSize == 0 else {
      throw DecodeError(
        .value,
        at: cursor - 4,
        "GET_VERSION",
        found: "a payload of \(frame.payloadSize) bytes",
        expected: "none"
      )
    }
  }

  private static func command(_ bytes: RawSpan, _ cursor: Int) -> UInt32? {
    bytes.byteCount - cursor >= 4 ? UInt32(bytes.littleEndian(at: cursor, count: 4)) : nil
  }

  /// Reads the header of the frame that must come next.
  private static func frame(
    _ bytes: RawSpan,
    _ cursor: inout Int,
    _ command: KVMv5Command,
    _ index: UInt32
  ) throws(DecodeError) -> TranscriptFrame {
    let name = TranscriptFrame.name(command, index)
    guard bytes.byteCount - cursor >= TranscriptFrame.headerSize else {
      throw DecodeError(
        .truncated,
        at: bytes.byteCount,
        name,
        found: "\(bytes.byteCount - cursor) bytes where a frame should begin",
        expected: "the frame of \(name)"
      )
    }
    var words: [UInt32] = []
    for word in 0..<4 { words.append(UInt32(bytes.littleEndian(at: cursor + word * 4, count: 4))) }
    guard words[0] == command.rawValue, words[1] == index else {
      let who = words[1] == TranscriptFrame.vm ? "the VM" : "vCPU \(words[1])"
      throw DecodeError(
        .structure,
        at: cursor,
        name,
        found: "command \(words[0]) for \(who)",
        expected: "command \(command.rawValue) (\(name))",
        action: "write the frames in their fixed order"
      )
    }
    cursor += TranscriptFrame.headerSize
    return TranscriptFrame(
      command: words[0],
      index: words[1],
      count: words[2],
      payloadSize: words[3]
    )
  }

  /// Reads the frame that must come next, and gives where its structures lie.
  private static func payload(
    _ bytes: RawSpan,
    _ cursor: inout Int,
    _ command: KVMv5Command,
    _ index: UInt32
  ) throws(DecodeError) -> StructArray {
    let frame = try frame(bytes, &cursor, command, index)
    let name = TranscriptFrame.name(command, index)
    let expected = UInt64(frame.count) * UInt64(command.structSize)
    guard UInt64(frame.payloadSize) == expected else {
      throw DecodeError(
        .value,
        at: cursor - 4,
        name,
        found: "a payload of \(frame.payloadSize) bytes",
        expected: "\(frame.count) structures of \(command.structSize) bytes"
      )
    }
    guard expected <= UInt64(bytes.byteCount - cursor) else {
      throw DecodeError(
        .truncated,
        at: bytes.byteCount,
        name,
        found: "\(bytes.byteCount - cursor) bytes of payload",
        expected: "\(expected)"
      )
    }
    if command == .getVCPUState, frame.count != 1 {
      throw DecodeError(
        .value,
        at: cursor - 8,
        name,
        found: "\(frame.count) states",
        expected: "one"
      )
    }
    if command == .getVCPUEvent, frame.count == 0 {
      throw DecodeError(
        .notCanonical,
        at: cursor - 8,
        name,
        found: "an empty list",
        expected: "no frame for it"
      )
    }
    defer { cursor += Int(expected) }
    return StructArray(
      name: name,
      offset: cursor,
      size: command.structSize,
      count: Int(frame.count)
    )
  }
}

/// One entry of a queue; kept flat, because a transcript pays for each with 16 bytes only.
struct QueueEntry {
  var number: EventNumber
  var vcpu: UInt32
  var count: UInt32
  var padding: UInt32
}

/// Where the structures of one frame lie.
struct StructArray {
  let name: String
  let offset: Int
  let size: Int
  let count: Int

  /// The offset of a structure.
  func start(_ number: Int) -> Int { offset + number * size }

  /// The number of structures in front of the all-zero ones at the end.
  func used(_ bytes: RawSpan) -> Int {
    var used = count
    while used > 0, bytes.extracting(start(used - 1)..<start(used)).isZero { used -= 1 }
    return used
  }
}
