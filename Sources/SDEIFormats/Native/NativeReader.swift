internal import SDEIModel
internal import SDEIWire

/// Reads the value encodings of the native format from one record's body, each in its only valid
/// form (schemas/sdei-snapshot.md, section 2).
package struct NativeReader: ~Escapable {
  private var bytes: ByteReader
  private let record: String
  /// The length of the record in the file, which bounds what it may make the reader allocate.
  let storedLength: Int

  @_lifetime(copy body)
  package init(_ body: RawSpan, at offset: Int, record: String, storedLength: Int) {
    bytes = ByteReader(body, base: offset)
    self.record = record
    self.storedLength = storedLength
  }

  package var offset: Int { bytes.offset }

  @inline(never)
  package func error(
    _ code: DecodeError.Code,
    at offset: Int? = nil,
    _ field: String,
    found: String,
    expected: String
  ) -> DecodeError {
    DecodeError(
      code,
      at: offset ?? bytes.offset,
      "\(record).\(field)",
      found: found,
      expected: expected
    )
  }

  @inline(never)
  private func error(_ wire: WireError, _ field: String) -> DecodeError {
    let code: DecodeError.Code =
      switch wire.code {
      case .truncated: .truncated
      case .notMinimal: .notCanonical
      case .overflow, .notUTF8: .value
      }
    let expected = wire.code == .truncated ? "more bytes in the record" : "a valid encoding"
    return error(code, at: wire.offset, field, found: wire.description, expected: expected)
  }

  /// Refuses what is left when the body has been read.
  package func finish() throws(DecodeError) {
    guard bytes.remaining == 0 else {
      throw error(
        .trailing,
        "end",
        found: "\(bytes.remaining) bytes more",
        expected: "the end of the record"
      )
    }
  }

  @_lifetime(self: copy self)
  package mutating func number(_ count: Int, _ field: String) throws(DecodeError) -> UInt64 {
    do throws(WireError) { return try bytes.readBytes(count) } catch {
      throw self.error(error, field)
    }
  }

  @_lifetime(self: copy self)
  package mutating func byte(_ field: String) throws(DecodeError) -> UInt8 {
    UInt8(try number(1, field))
  }

  @_lifetime(self: copy self)
  package mutating func varint(_ field: String, below limit: UInt64 = .max) throws(DecodeError)
    -> UInt64
  {
    let start = offset
    let value: UInt64
    do throws(WireError) {
      value = try bytes.readVarint()
    } catch { throw self.error(error, field) }
    guard value < limit || limit == .max else {
      throw error(.value, at: start, field, found: "\(value)", expected: "less than \(limit)")
    }
    return value
  }

  func require(_ count: UInt64, of size: UInt64, _ field: String) throws(DecodeError) {
    do throws(WireError) {
      try bytes.require(count, of: size)
    } catch { throw self.error(error, field) }
  }

  @_lifetime(copy self)
  @_lifetime(self: copy self)
  package mutating func take(_ count: UInt64, _ field: String) throws(DecodeError) -> RawSpan {
    do throws(WireError) { return try bytes.take(count) } catch { throw self.error(error, field) }
  }

  @_lifetime(self: copy self)
  package mutating func sized(_ field: String) throws(DecodeError) -> UInt64 {
    let start = offset
    let width = Int(try byte(field))
    guard width <= 8 else {
      throw error(.value, at: start, field, found: "a width of \(width) bytes", expected: "0 to 8")
    }
    let value = Self.signExtended(try number(width, field), bytes: width)
    guard Packing.signedBytes(value, bits: 64) == width else {
      throw error(
        .notCanonical,
        at: start,
        field,
        found: "\(hex(value)) in \(width) bytes",
        expected: "the fewest bytes"
      )
    }
    return value
  }

  @_lifetime(self: copy self)
  package mutating func string(_ field: String) throws(DecodeError) -> String {
    let start = offset
    let size = try varint(field)
    let text: String
    do throws(WireError) {
      text = try bytes.readText(size)
    } catch { throw self.error(error, field) }
    guard isPlainText(text) else {
      throw error(
        .value,
        at: start,
        field,
        found: "control characters or more than 1024 bytes",
        expected: "plain text"
      )
    }
    return text
  }

  /// Reads `count` values that share their high bytes, giving each with its position.
  ///
  /// With `mayRepeat` false, values that are all equal are refused before anything is made of them.
  @_lifetime(self: copy self)
  mutating func packed(
    _ count: UInt64,
    _ field: String,
    mayRepeat: Bool = true,
    _ body: (Int, UInt64) -> Void
  ) throws(DecodeError) {
    guard count > 0 else { return }
    let start = offset
    let head = try byte(field)
    let (width, prefixBytes) = (Int(head & 0xF), Int(head >> 4))
    guard width <= 8, prefixBytes <= 8 - width else {
      throw error(
        .value,
        at: start,
        field,
        found: "widths \(width) and \(prefixBytes)",
        expected: "at most 8 bytes in all"
      )
    }
    guard mayRepeat || width > 0 || count == 1 else {
      throw error(
        .value,
        at: start,
        field,
        found: "\(count) equal values",
        expected: "different values"
      )
    }
    let prefix = Self.signExtended(try number(prefixBytes, field), bytes: prefixBytes)
    let high = width == 8 ? 0 : prefix << UInt64(8 * width)
    try require(count, of: UInt64(width), field)
    let low = try take(count * UInt64(width), field)
    let first = high | low.littleEndian(at: 0, count: width)
    var differences: UInt64 = 0
    for position in 0..<Int(count) {
      let value = high | low.littleEndian(at: position * width, count: width)
      differences |= value ^ first
      body(position, value)
    }
    let packing = Packing(first: first, differences: differences)
    guard packing.width == width, packing.prefixBytes == prefixBytes else {
      throw error(
        .notCanonical,
        at: start,
        field,
        found: "widths \(width) and \(prefixBytes)",
        expected: "\(packing.width) and \(packing.prefixBytes)"
      )
    }
  }

  /// Reads `count` event numbers, each different from the others or in ascending order.
  @_lifetime(self: copy self)
  mutating func eventNumbers(
    _ count: UInt64,
    _ field: String,
    ascending: Bool = false
  ) throws(DecodeError) -> [EventNumber] {
    let start = offset
    var numbers: [EventNumber] = []
    try packed(count, field, mayRepeat: false) { numbers.append(EventNumber($1)) }
    let inOrder = ascending ? numbers : numbers.sorted()
    if let pair = zip(inOrder, inOrder.dropFirst()).first(where: { $0 >= $1 }) {
      throw error(
        .duplicate,
        at: start,
        field,
        found: "\(pair.0) before \(pair.1)",
        expected: ascending ? "ascending numbers" : "each number once"
      )
    }
    return numbers
  }

  private static func signExtended(_ value: UInt64, bytes: Int) -> UInt64 {
    if bytes == 0 { return 0 }
    let shift = Int64(64 - 8 * bytes)
    return UInt64(bitPattern: Int64(bitPattern: value << UInt64(shift)) >> shift)
  }
}
