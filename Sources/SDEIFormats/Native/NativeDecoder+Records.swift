internal import SDEIModel
internal import SDEIWire

extension NativeDecoder {
  /// The largest factor by which a deflated record may grow, so that memory follows the file's size.
  static let largestInflation: UInt64 = 4

  static func inflate(_ frame: borrowing RecordFrame) throws(DecodeError) -> [UInt8] {
    let stored = frame.body.byteCount
    guard stored >= 8 else {
      throw DecodeError(
        .truncated,
        at: frame.bodyOffset,
        frame.name,
        found: "\(stored) bytes",
        expected: "an inflated length of 8 bytes and a zlib stream"
      )
    }
    let length = frame.body.littleEndian(at: 0, count: 8)
    guard length <= largestInflation * UInt64(stored) else {
      throw DecodeError(
        .value,
        at: frame.bodyOffset,
        "\(frame.name).inflatedLength",
        found: "\(length)",
        expected: "at most \(largestInflation) times the record's \(stored) bytes"
      )
    }
    let stream = frame.body.extracting(8..<stored)
    guard let inflated = Deflate.inflate(stream, count: Int(length)) else {
      throw DecodeError(
        .value,
        at: frame.bodyOffset + 8,
        frame.name,
        found: "a damaged zlib stream",
        expected: "a stream of just this record, of \(length) bytes"
      )
    }
    return inflated
  }

  mutating func keepUnknown(_ frame: borrowing RecordFrame) throws(DecodeError) {
    guard frame.type != 0 else {
      throw DecodeError(
        .value,
        at: frame.offset,
        "record.type",
        found: "0",
        expected: "a type from 1 on"
      )
    }
    if frame.flags.contains(.deflated) { hasDeflated = true }
    guard !frame.flags.contains(.mustUnderstand) else {
      throw DecodeError(
        .unsupported,
        at: frame.offset,
        "record",
        found: "a mandatory \(frame.name)",
        expected: "types 1 to \(RecordType.extras.rawValue)"
      )
    }
    document.unknownRecords.append(
      UnknownRecord(type: frame.type, flags: frame.flags.rawValue, body: frame.body.array)
    )
    document.findings.append(
      Finding(
        id: "SDEI-D020",
        severity: .note,
        offset: frame.offset,
        problem: "an optional \(frame.name) of \(frame.body.byteCount) bytes is not understood",
        action: "use a newer program to see it; it is kept when the file is rewritten unchanged"
      )
    )
  }
}
