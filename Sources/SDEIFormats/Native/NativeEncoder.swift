internal import SDEIModel
internal import SDEIWire

/// Writes a document as a `.sdei` file; equal documents give equal bytes.
enum NativeEncoder {
  static func encode(_ document: Document, isCompressed: Bool) throws(EncodeError) -> [UInt8] {
    try document.snapshot.instance.checkProducer()
    try document.snapshot.checkExtras()
    var records = RecordContent.of(document).map {
      Record(type: $0.type.rawValue, flags: .mustUnderstand, body: $0.body)
    }
    if isCompressed {
      for index in records.indices where records[index].type == RecordType.contexts.rawValue {
        records[index].deflate()
      }
    }
    for unknown in document.unknownRecords {
      records.append(
        Record(
          type: unknown.type,
          flags: RecordFlags(rawValue: unknown.flags),
          body: unknown.body
        )
      )
    }
    let isDeflated = records.contains { $0.flags.contains(.deflated) }
    return file(document, tags: isDeflated ? ["deflate"] : [], records)
  }

  private struct Record {
    var type: UInt16
    var flags: RecordFlags
    var body: [UInt8]

    var size: Int { RecordFrame.headerSize + body.count.roundedUp(to: 8) }

    /// Compresses the body where that makes it smaller, and no smaller than a reader accepts.
    mutating func deflate() {
      guard let stream = body.withBytes({ Deflate.compress($0) }) else { return }
      var writer = ByteWriter(size: 8 + stream.count)
      writer.write(UInt64(body.count))
      writer.write(stream)
      let smaller = writer.finish()
      guard smaller.count < body.count,
        UInt64(body.count) <= NativeDecoder.largestInflation * UInt64(smaller.count)
      else { return }
      body = smaller
      flags.insert(.deflated)
    }
  }

  private static let endBodySize = 8

  private static func file(_ document: Document, tags: [String], _ records: [Record]) -> [UInt8] {
    let instance = document.snapshot.instance
    let endSize = RecordFrame.headerSize + endBodySize
    let bodyLength = records.reduce(endSize) { $0 + $1.size }
    let headerSize = FileHeader.size(
      dialect: instance.dialect.name,
      producer: instance.producer,
      tags: tags
    )
    var writer = ByteWriter(size: headerSize + bodyLength)
    FileHeader.write(
      into: &writer,
      scope: document.scope.byte,
      dialect: instance.dialect,
      producer: instance.producer,
      tags: tags,
      bodyLength: bodyLength
    )
    let checksum = writer.withBytes(in: 0..<headerSize - 4) { CRC32.of($0) }
    writer.patch(checksum, at: headerSize - 4)
    var checksums = CRC32()
    for record in records {
      checksums.feed(
        writer.writeRecord(type: record.type, flags: record.flags, body: record.body)
      )
    }
    var end = ByteWriter(size: endBodySize)
    end.write(UInt32(records.count))
    end.write(checksums.value)
    _ = writer.writeRecord(
      type: RecordType.end.rawValue,
      flags: .mustUnderstand,
      body: end.finish()
    )
    return writer.finish()
  }
}

extension PartScope {
  /// The scope byte of the header.
  var byte: UInt8 {
    switch self {
    case .whole: 0
    case .vm: 1
    case .vcpu: 2
    }
  }
}
