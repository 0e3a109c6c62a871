/// Parses a JSON text (RFC 8259) strictly: one value, distinct keys, valid UTF-8.
///
/// Every node knows its offset, and a key that is there twice is an error unless the caller takes
/// such texts: these two are why this is not Foundation's parser. Depth is limited, and memory follows the text's size.
public struct JSONParser: ~Escapable {
  /// The deepest nesting that is accepted.
  public static let maxDepth = 64

  private let text: RawSpan
  /// The offset of the first byte in the whole input, so that nodes and errors name places there.
  private let base: Int
  private let duplicates: DuplicateKeys
  private var position = 0
  private var depth = 0

  /// What becomes of an object that has a key twice.
  public enum DuplicateKeys: Sendable {
    /// It is an error.
    case refused
    /// All its members are kept, in their order; for texts of producers that write such objects.
    case kept
  }

  /// Parses a whole text, which starts at `base` of the input that offsets count from.
  ///
  /// - Throws: `JSONError` at the first byte that does not fit.
  public static func parse(
    _ text: RawSpan,
    base: Int = 0,
    duplicates: DuplicateKeys = .refused
  ) throws(JSONError) -> JSONNode {
    var parser = JSONParser(text, base: base, duplicates)
    let node = try parser.value()
    parser.skipSpace()
    guard parser.position == text.byteCount else {
      throw parser.unexpected("the end of the text")
    }
    return node
  }

  @_lifetime(copy text)
  private init(_ text: RawSpan, base: Int, _ duplicates: DuplicateKeys) {
    self.text = text
    self.base = base
    self.duplicates = duplicates
  }

  private var offset: Int { base + position }

  private var next: UInt8? { position < text.byteCount ? text[position] : nil }

  @inline(never)
  private func unexpected(_ expected: String) -> JSONError {
    let found =
      next.map { byte in
        (0x20..<0x7F).contains(byte)
          ? "the character \(Character(Unicode.Scalar(byte)))" : "byte 0x\(String(byte, radix: 16))"
      } ?? "the end of the text"
    return JSONError(offset: offset, found: found, expected: expected)
  }

  @_lifetime(self: copy self)
  private mutating func skipSpace() {
    while let byte = next, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 {
      position += 1
    }
  }

  @_lifetime(self: copy self)
  private mutating func skip(_ byte: UInt8) -> Bool {
    guard next == byte else { return false }
    position += 1
    return true
  }

  @_lifetime(self: copy self)
  private mutating func value() throws(JSONError) -> JSONNode {
    skipSpace()
    let offset = self.offset
    switch next {
    case UInt8(ascii: "{"): return JSONNode(offset: offset, value: .object(try object()))
    case UInt8(ascii: "["): return JSONNode(offset: offset, value: .array(try array()))
    case UInt8(ascii: "\""): return JSONNode(offset: offset, value: .string(try string()))
    case UInt8(ascii: "t"): return try word("true", .bool(true))
    case UInt8(ascii: "f"): return try word("false", .bool(false))
    case UInt8(ascii: "n"): return try word("null", .null)
    case UInt8(ascii: "-"): return JSONNode(offset: offset, value: try number())
    case let byte? where (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte):
      return JSONNode(offset: offset, value: try number())
    default: throw unexpected("a value")
    }
  }

  @_lifetime(self: copy self)
  private mutating func word(
    _ word: StaticString,
    _ value: JSONNode.Value
  ) throws(JSONError) -> JSONNode {
    let offset = self.offset
    for byte in word.description.utf8 {
      guard skip(byte) else { throw unexpected("\"\(word)\"") }
    }
    return JSONNode(offset: offset, value: value)
  }

  @_lifetime(self: copy self)
  private mutating func descend() throws(JSONError) {
    depth += 1
    position += 1
    guard depth <= Self.maxDepth else { throw unexpected("at most \(Self.maxDepth) levels") }
    skipSpace()
  }

  @_lifetime(self: copy self)
  private mutating func array() throws(JSONError) -> [JSONNode] {
    try descend()
    defer { depth -= 1 }
    var items: [JSONNode] = []
    if skip(UInt8(ascii: "]")) { return items }
    while true {
      items.append(try value())
      skipSpace()
      if skip(UInt8(ascii: "]")) { return items }
      guard skip(UInt8(ascii: ",")) else { throw unexpected("\",\" or \"]\"") }
    }
  }

  @_lifetime(self: copy self)
  private mutating func object() throws(JSONError) -> [JSONMember] {
    try descend()
    defer { depth -= 1 }
    var members: [JSONMember] = []
    var keys: Set<String> = []
    if skip(UInt8(ascii: "}")) { return members }
    while true {
      skipSpace()
      let offset = self.offset
      guard next == UInt8(ascii: "\"") else { throw unexpected("a key") }
      let key = try string()
      guard duplicates == .kept || keys.insert(key).inserted else {
        throw JSONError(
          offset: offset,
          found: "the key \"\(key.prefix(40))\" again",
          expected: "each key once"
        )
      }
      skipSpace()
      guard skip(UInt8(ascii: ":")) else { throw unexpected("\":\"") }
      members.append(JSONMember(key: key, node: try value()))
      skipSpace()
      if skip(UInt8(ascii: "}")) { return members }
      guard skip(UInt8(ascii: ",")) else { throw unexpected("\",\" or \"}\"") }
    }
  }

  @_lifetime(self: copy self)
  private mutating func digits() -> Int {
    let start = position
    while let byte = next, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) { position += 1 }
    return position - start
  }

  @_lifetime(self: copy self)
  private mutating func number() throws(JSONError) -> JSONNode.Value {
    let start = position
    var isWhole = !skip(UInt8(ascii: "-"))
    if skip(UInt8(ascii: "0")) {
      if let byte = next, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) {
        throw unexpected("a number without leading zeros")
      }
    } else {
      guard digits() > 0 else { throw unexpected("a digit") }
    }
    if skip(UInt8(ascii: ".")) {
      isWhole = false
      guard digits() > 0 else { throw unexpected("a digit") }
    }
    if skip(UInt8(ascii: "e")) || skip(UInt8(ascii: "E")) {
      isWhole = false
      if !skip(UInt8(ascii: "+")) { _ = skip(UInt8(ascii: "-")) }
      guard digits() > 0 else { throw unexpected("a digit") }
    }
    guard isWhole else { return .otherNumber }
    let literal = text.extracting(start..<position).utf8Text ?? ""
    return UInt64(literal).map { .number($0) } ?? .otherNumber
  }

  @_lifetime(self: copy self)
  private mutating func string() throws(JSONError) -> String {
    let offset = self.offset
    position += 1
    var bytes: [UInt8] = []
    while let byte = next {
      position += 1
      switch byte {
      case UInt8(ascii: "\""):
        guard let string = String(validating: bytes, as: UTF8.self) else {
          throw JSONError(offset: offset, found: "a text that is not UTF-8", expected: "UTF-8")
        }
        return string
      case UInt8(ascii: "\\"): bytes.append(contentsOf: try escape())
      case 0..<0x20:
        position -= 1
        throw unexpected("an escaped control character")
      default: bytes.append(byte)
      }
    }
    throw unexpected("the end of the text that begins at byte \(offset)")
  }

  @_lifetime(self: copy self)
  private mutating func escape() throws(JSONError) -> [UInt8] {
    guard let byte = next else { throw unexpected("an escape") }
    position += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return [byte]
    case UInt8(ascii: "b"): return [0x08]
    case UInt8(ascii: "f"): return [0x0C]
    case UInt8(ascii: "n"): return [0x0A]
    case UInt8(ascii: "r"): return [0x0D]
    case UInt8(ascii: "t"): return [0x09]
    case UInt8(ascii: "u"): return Array(String(Character(try unicodeEscape())).utf8)
    default:
      position -= 1
      throw unexpected("an escape that JSON has")
    }
  }

  @_lifetime(self: copy self)
  private mutating func unicodeEscape() throws(JSONError) -> Unicode.Scalar {
    let start = self.offset
    let first = try hexDigits()
    if let scalar = Unicode.Scalar(first) { return scalar }
    if first < 0xDC00, skip(UInt8(ascii: "\\")), skip(UInt8(ascii: "u")) {
      let second = try hexDigits()
      if (0xDC00..<0xE000).contains(second),
        let scalar = Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
      {
        return scalar
      }
    }
    throw JSONError(
      offset: start,
      found: "half of a surrogate pair",
      expected: "a Unicode character"
    )
  }

  @_lifetime(self: copy self)
  private mutating func hexDigits() throws(JSONError) -> UInt32 {
    var value: UInt32 = 0
    for _ in 0..<4 {
      guard let byte = next, let digit = Character(Unicode.Scalar(byte)).hexDigitValue,
        byte < 0x80
      else { throw unexpected("four hexadecimal digits") }
      position += 1
      value = value << 4 | UInt32(digit)
    }
    return value
  }
}
