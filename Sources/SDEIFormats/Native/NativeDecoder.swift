internal import SDEIModel
internal import SDEIWire

/// Reads the records of a `.sdei` file, in their order, into a document.
struct NativeDecoder {
  private let header: FileHeader
  var document: Document
  private var lastType: UInt16 = 0
  private var seen: Set<RecordType> = []
  var hasDeflated = false

  static func decode(_ bytes: RawSpan) throws(DecodeError) -> Document {
    let header = try FileHeader(reading: bytes)
    let dialect = try header.checkCurrent(bytes)
    var decoder = NativeDecoder(header, dialect)
    var offset = header.length
    var checksums = CRC32()
    var count: UInt32 = 0
    while true {
      let frame = try RecordFrame(at: offset, of: bytes)
      if frame.type == RecordType.end.rawValue {
        try decoder.checkEnd(frame, count: count, checksums: checksums.value, bytes.byteCount)
        try decoder.checkWhole(at: frame.offset)
        return decoder.document
      }
      try decoder.read(frame)
      offset = frame.end
      checksums.feed(frame.checksum)
      count += 1
    }
  }

  private init(_ header: FileHeader, _ dialect: DialectID) {
    self.header = header
    let instance = Instance(dialect: dialect, producer: header.producer)
    document = Document(format: .sdei, snapshot: Snapshot(instance: instance))
    if header.scope == 1 { document.scope = .vm }
  }

  private mutating func read(_ frame: borrowing RecordFrame) throws(DecodeError) {
    guard let type = RecordType(rawValue: frame.type) else { return try keepUnknown(frame) }
    guard frame.type > lastType else {
      throw DecodeError(
        .structure,
        at: frame.offset,
        frame.name,
        found: "it after record type \(lastType)",
        expected: "ascending types, each once"
      )
    }
    // Of the other records the cheapest bytes ask for the most memory; deflated, too much.
    let flags = type == .contexts ? frame.flags.subtracting(.deflated) : frame.flags
    guard flags == .mustUnderstand else {
      throw DecodeError(
        .value,
        at: frame.offset + 2,
        "\(frame.name).flags",
        found: hex(UInt64(frame.flags.rawValue)),
        expected: "0x1" + (type == .contexts ? ", or 0x5 when deflated" : "")
      )
    }
    lastType = frame.type
    seen.insert(type)
    let stored = frame.body.byteCount
    guard frame.flags.contains(.deflated) else {
      var body = NativeReader(
        frame.body,
        at: frame.bodyOffset,
        record: frame.name,
        storedLength: stored
      )
      return try read(type, &body)
    }
    hasDeflated = true
    // Offsets in an inflated body count from 0: the file has no such byte.
    let name = frame.name + " (inflated)"
    let inflated = try Self.inflate(frame)
    try inflated.withBytes { (bytes) throws(DecodeError) in
      var body = NativeReader(bytes, at: 0, record: name, storedLength: stored)
      try read(type, &body)
    }
  }

  private mutating func read(
    _ type: RecordType,
    _ body: inout NativeReader
  ) throws(DecodeError) {
    switch type {
    case .instance:
      let dialect = document.snapshot.instance.dialect
      document.snapshot.instance = try InstanceRecord.read(
        &body,
        dialect: dialect,
        producer: header.producer
      )
    case .part: document.scope = try PartRecord.read(&body)
    case .vcpus: document.snapshot.vcpus = try VCPUsRecord.read(&body)
    case .events: document.snapshot.events = try EventsRecord.read(&body)
    case .handlers: try HandlersRecord.read(&body, &document.snapshot)
    case .contexts: document.snapshot.contexts = try ContextsRecord.read(&body)
    case .extras: try ExtrasRecord.read(&body, &document.snapshot)
    case .end: break
    }
    try body.finish()
  }

  private func checkEnd(
    _ frame: borrowing RecordFrame,
    count: UInt32,
    checksums: UInt32,
    _ size: Int
  ) throws(DecodeError) {
    guard frame.flags == .mustUnderstand, frame.body.byteCount == 8 else {
      throw DecodeError(
        .value,
        at: frame.offset,
        "END",
        found: "flags \(hex(UInt64(frame.flags.rawValue))), \(frame.body.byteCount) bytes",
        expected: "flags 0x1, 8 bytes"
      )
    }
    let counted = frame.body.littleEndian(at: 0, count: 4)
    guard counted == UInt64(count) else {
      throw DecodeError(
        .structure,
        at: frame.bodyOffset,
        "END.count",
        found: "\(counted)",
        expected: "\(count)"
      )
    }
    let stored = frame.body.littleEndian(at: 4, count: 4)
    guard stored == UInt64(checksums) else {
      throw DecodeError(
        .checksum,
        at: frame.bodyOffset + 4,
        "END.checksums",
        found: hex(stored),
        expected: hex(UInt64(checksums))
      )
    }
    guard frame.end == size else {
      throw DecodeError(
        .trailing,
        at: frame.end,
        "END",
        found: "\(size - frame.end) bytes more",
        expected: "the end of the file"
      )
    }
  }

  /// Checks what only the records together can show.
  private func checkWhole(at end: Int) throws(DecodeError) {
    for (type, isExpected) in [
      (RecordType.instance, true), (.part, header.scope == 2), (.vcpus, true),
    ] where seen.contains(type) != isExpected {
      throw DecodeError(
        .structure,
        at: end,
        type.name,
        found: isExpected ? "no such record" : "one",
        expected: isExpected ? "one" : "none in this scope"
      )
    }
    guard header.tags.contains("deflate") == hasDeflated else {
      throw DecodeError(
        .structure,
        at: 30,
        "header.tags",
        found: hasDeflated ? "no \"deflate\"" : "\"deflate\"",
        expected: hasDeflated ? "it, for a record is deflated" : "none, for no record is deflated"
      )
    }
    guard case .vcpu(let vcpu, _) = document.scope else { return }
    let snapshot = document.snapshot
    guard vcpu < snapshot.vcpus.count, snapshot == snapshot.vcpuPart(vcpu) else {
      throw DecodeError(
        .structure,
        at: end,
        "PART.vcpu",
        found: "state that is not of vCPU \(vcpu)",
        expected: "the part of one vCPU below \(snapshot.vcpus.count)"
      )
    }
  }
}
