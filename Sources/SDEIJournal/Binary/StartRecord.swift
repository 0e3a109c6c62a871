internal import SDEIFormats
internal import SDEIModel
internal import SDEIWire

/// The first record of the binary form: the state before the first step, or its digest
/// (schemas/journal.md, section 4.3).
enum StartRecord: UInt16 {
  case snapshot = 1
  case digest = 2

  static func content(
    _ start: JournalHeader.Start
  ) throws(EncodeError) -> (type: StartRecord, body: [UInt8]) {
    var body = BodyWriter()
    switch start {
    case .snapshot(var snapshot):
      try body.snapshot("start", &snapshot)
      return (.snapshot, body.out.bytes)
    case .digest(let digest, let instance, let vcpus):
      body.out.write(digest.rawValue)
      body.out.write(vcpus)
      body.out.write(UInt32(0))
      InstanceRecord.write(instance, into: &body.out)
      body.out.writeString(instance.producer)
      return (.digest, body.out.bytes)
    }
  }

  static func read(
    _ record: BinaryRecord,
    of bytes: RawSpan,
    _ header: BinaryHeader
  ) throws(DecodeError) -> JournalHeader {
    var body = BodyReader(record, of: bytes, name: "start")
    let start: JournalHeader.Start
    switch StartRecord(rawValue: record.type) {
    case .snapshot:
      var snapshot = Snapshot()
      try body.snapshot("state", &snapshot)
      start = .snapshot(snapshot)
    case .digest: start = try digest(&body.input, header.dialect)
    case nil:
      throw DecodeError(
        .structure,
        at: record.offset,
        "start",
        found: "record type \(record.type)",
        expected: "type 1 or 2: the state before the first step, or its digest"
      )
    }
    try body.input.finish()
    let result = JournalHeader(start: start, producer: header.producer)
    guard result.instance.dialect == header.dialect else {
      throw DecodeError(
        .structure,
        at: record.bodyOffset,
        "start.dialect",
        found: result.instance.dialect.name,
        expected: "\(header.dialect.name), as in the journal's header"
      )
    }
    return result
  }

  private static func digest(
    _ input: inout NativeReader,
    _ dialect: DialectID
  ) throws(DecodeError) -> JournalHeader.Start {
    let digest = SnapshotDigest(rawValue: try input.number(8, "digest"))
    let vcpus = UInt32(try input.number(4, "vcpus"))
    guard try input.number(4, "reserved") == 0 else {
      throw input.error(
        .value,
        at: input.offset - 4,
        "reserved",
        found: "a byte other than 0",
        expected: "zeros"
      )
    }
    var instance = try InstanceRecord.read(&input, dialect: dialect, producer: "")
    instance.producer = try input.string("producer")
    return .digest(digest, instance, vcpus: vcpus)
  }
}
