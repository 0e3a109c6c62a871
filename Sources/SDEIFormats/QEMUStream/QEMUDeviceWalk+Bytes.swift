internal import SDEIModel
internal import SDEIWire

/// Names and numbers of the stream, and the errors that name their place.
extension QEMUDeviceWalk {
  @_lifetime(self: copy self)
  mutating func number(_ count: Int, _ what: String) throws(DecodeError) -> UInt64 {
    guard bytes.byteCount - cursor >= count else {
      throw wrong(.structure, at: cursor, "the description", what)
    }
    defer { cursor += count }
    return bytes.bigEndian(at: cursor, count: count)
  }

  @_lifetime(self: copy self)
  mutating func name() throws(DecodeError) -> [UInt8] {
    let length = Int(try number(1, "a name's length"))
    guard length > 0, bytes.byteCount - cursor >= length else {
      throw wrong(.structure, at: cursor - 1, "a name of \(length) bytes", "one that is whole")
    }
    defer { cursor += length }
    return bytes.extracting(cursor..<cursor + length).array
  }

  func wrong(
    _ code: DecodeError.Code,
    at offset: Int,
    _ found: String,
    _ expected: String,
    _ action: String? = nil
  ) -> DecodeError {
    DecodeError(
      code,
      at: base + offset,
      sections.last.map { "behind section \"\($0.name)\", instance \($0.instance)" } ?? "devices",
      found: found,
      expected: expected,
      action: action ?? "copy the stream again; if the copies agree, report it to the producer"
    )
  }
}
