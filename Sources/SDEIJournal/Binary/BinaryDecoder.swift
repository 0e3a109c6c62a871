internal import SDEIFormats
internal import SDEIWire

/// Reads a journal in the binary form, record by record (schemas/journal.md, sections 4 and 5).
enum BinaryDecoder {
  static func decode(
    _ bytes: RawSpan,
    _ header: (JournalHeader, Int) -> Void,
    _ step: (JournalStep, Int) -> Void
  ) throws(DecodeError) -> JournalDecoder.End {
    let file = try BinaryHeader(reading: bytes)
    let start = try record(at: file.length, of: bytes, number: 0)
    guard let start else {
      throw DecodeError(
        .truncated,
        at: file.length,
        "start",
        found: "\(bytes.byteCount - file.length) bytes that are not a whole record",
        expected: "the state before the first step"
      )
    }
    header(try StartRecord.read(start, of: bytes, file), start.offset)
    var offset = start.end
    var number: UInt64 = 1
    while let record = try record(at: offset, of: bytes, number: number) {
      guard let kind = StepKind(rawValue: record.type) else {
        throw DecodeError(
          .unsupported,
          at: offset,
          "step \(number)",
          found: "record type \(record.type)",
          expected: "a type that this version knows, for no step can be left out"
        )
      }
      step(try BodyReader.step(kind, record, of: bytes), offset)
      offset = record.end
      number += 1
    }
    return JournalDecoder.End(.binary, steps: number - 1, offset: offset, of: bytes.byteCount)
  }

  /// The record at an offset; nil where the journal ends, be it in a torn record.
  private static func record(
    at offset: Int,
    of bytes: RawSpan,
    number: UInt64
  ) throws(DecodeError) -> BinaryRecord? {
    if offset == bytes.byteCount { return nil }
    let name = number == 0 ? "start" : "step \(number)"
    guard let record = BinaryRecord(at: offset, of: bytes), record.isWhole(in: bytes) else {
      guard let next = nextRecord(behind: offset, of: bytes) else { return nil }
      // A crash tears the end only; with a whole record behind it, this is something else.
      throw DecodeError(
        .checksum,
        at: offset,
        name,
        found:
          "a damaged record, and a whole one behind it (step \(next.number), byte \(next.offset))",
        expected: "a whole record"
      )
    }
    guard record.number == number else {
      throw DecodeError(
        .structure,
        at: offset + 8,
        name,
        found: "the record of step \(record.number)",
        expected: "that of \(name)",
        action: "copy the file again; a piece of it is missing or there twice"
      )
    }
    guard record.flags == 0, bytes.extracting(record.bodyEnd..<record.end).isZero else {
      throw DecodeError(
        .value,
        at: offset,
        name,
        found: "flags or padding other than 0",
        expected: "zeros"
      )
    }
    return record
  }

  /// The first whole record behind a damaged one.
  ///
  /// Where the damaged record's header is whole, what it holds is not searched: its body may look like
  /// records. Elsewhere each byte is tried, for a byte that is lost moves all behind it. Whatever the
  /// bytes claim, each one is looked at a few times at most.
  private static func nextRecord(behind offset: Int, of bytes: RawSpan) -> BinaryRecord? {
    var place = BinaryRecord(at: offset, of: bytes)?.end ?? offset + 1
    while place < bytes.byteCount {
      guard let record = BinaryRecord(at: place, of: bytes) else {
        place += 1
        continue
      }
      if record.isWhole(in: bytes) { return record }
      place = record.end
    }
    return nil
  }
}
