import SDEIWire

/// The records of a native file as plain data, so that tests can change them and seal the file again
/// with right checksums.
///
/// Written against the document, not the codec.
package struct RecordWalker: Sendable {
  package struct Record: Sendable {
    package var type: UInt16
    package var flags: UInt16
    package var body: [UInt8]
    /// The padding, zeros unless a test changes it.
    package var padding: [UInt8]

    package init(type: UInt16, flags: UInt16, body: [UInt8], padding: [UInt8]) {
      self.type = type
      self.flags = flags
      self.body = body
      self.padding = padding
    }
  }

  package var header: [UInt8]
  package var records: [Record] = []
  /// Bytes behind the END record.
  package var trailer: [UInt8] = []

  package init(_ file: [UInt8]) {
    let length = Int(Self.number(file, 12, 4))
    header = Array(file[..<(length - 4)])
    var offset = length
    while offset < file.count {
      let size = Int(Self.number(file, offset + 8, 8))
      let type = UInt16(Self.number(file, offset, 2))
      if type == 0xFFFF { break }
      let end = (offset + 16 + size + 7) / 8 * 8
      records.append(
        Record(
          type: type,
          flags: UInt16(Self.number(file, offset + 2, 2)),
          body: Array(file[offset + 16..<offset + 16 + size]),
          padding: Array(file[offset + 16 + size..<end])
        )
      )
      offset = end
    }
  }

  package static func number(_ bytes: [UInt8], _ offset: Int, _ size: Int) -> UInt64 {
    (0..<size).reduce(0) { $0 | UInt64(bytes[offset + $1]) << UInt64(8 * $1) }
  }

  package static func bytes(_ value: UInt64, _ size: Int) -> [UInt8] {
    (0..<size).map { UInt8(truncatingIfNeeded: value >> UInt64(8 * $0)) }
  }

  private static func crc(_ bytes: [UInt8]) -> UInt32 { bytes.withBytes { CRC32.of($0) } }

  /// The file with lengths and checksums made right.
  package var sealed: [UInt8] {
    var body: [UInt8] = []
    var checksums: [UInt8] = []
    func add(_ record: Record) -> [UInt8] {
      let front = Self.bytes(UInt64(record.type), 2) + Self.bytes(UInt64(record.flags), 2)
      let back = Self.bytes(UInt64(record.body.count), 8) + record.body + record.padding
      let crc = Self.bytes(UInt64(Self.crc(front + back)), 4)
      body += front + crc + back
      return crc
    }
    for record in records {
      var record = record
      let needed = (8 - record.body.count % 8) % 8
      if record.padding.count != needed { record.padding = [UInt8](repeating: 0, count: needed) }
      checksums += add(record)
    }
    let end = Self.bytes(UInt64(records.count), 4) + Self.bytes(UInt64(Self.crc(checksums)), 4)
    _ = add(Record(type: 0xFFFF, flags: 1, body: end, padding: []))
    var front = header
    front.replaceSubrange(16..<24, with: Self.bytes(UInt64(body.count + trailer.count), 8))
    return front + Self.bytes(UInt64(Self.crc(front)), 4) + body + trailer
  }
}
