internal import SDEIModel
internal import SDEIWire

/// One line of a text: its words, without a comment.
struct TextLine {
  /// Where the words are, at most three of them.
  private(set) var words: [Range<Int>] = []
  private var end: Int

  /// The line at an offset, which moves behind it; nil at the end.
  init?(_ bytes: RawSpan, _ cursor: inout Int) {
    guard cursor < bytes.byteCount else { return nil }
    var isComment = false
    var start: Int?
    end = cursor
    while cursor < bytes.byteCount {
      let byte = bytes[cursor]
      if byte == UInt8(ascii: "\n") { break }
      if byte == UInt8(ascii: "#") { isComment = true }
      let isText = !isComment && !Self.isBlank(byte)
      if isText, start == nil { start = cursor }
      if !isText { close(&start, cursor) }
      cursor += 1
    }
    close(&start, cursor)
    cursor += 1
  }

  private mutating func close(_ start: inout Int?, _ position: Int) {
    guard let first = start else { return }
    if words.count < 3 { words.append(first..<position) }
    (start, end) = (nil, position)
  }

  private static func isBlank(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") || byte == UInt8(ascii: "\r")
  }

  /// Whether the line names a vCPU.
  func isVCPU(_ bytes: RawSpan) -> Bool {
    guard let word = words.first, word.count == 4 else { return false }
    // Bit 5 makes letters small.
    return bytes.extracting(word).array.map { $0 | 0x20 } == Array("vcpu".utf8)
  }

  /// The number of the vCPU that the line names, nil where it is none.
  func vcpu(_ bytes: RawSpan) -> UInt64? {
    guard words.count == 2 else { return nil }
    var digits = bytes.extracting(words[1]).array
    if digits.last == UInt8(ascii: ":") { digits.removeLast() }
    guard (1...10).contains(digits.count), digits.allSatisfy({ (48...57).contains($0) }) else {
      return nil
    }
    return digits.reduce(0) { $0 * 10 + UInt64($1 - 48) }
  }

  /// The line from a word on, shortened for a message.
  func text(_ bytes: RawSpan, from word: Int = 0) -> String {
    let start = words[word].lowerBound
    let shown = bytes.extracting(start..<min(end, start + 60)).array
    let text = shown.map { (0x20...0x7E).contains($0) ? Character(UnicodeScalar($0)) : "?" }
    return "\"" + String(text) + (end - start > 60 ? "...\"" : "\"")
  }
}

/// Numbers in hexadecimal, most significant digit first.
enum HexText {
  /// A number of at most 64 bits behind 0x, nil where it is none.
  static func number(_ text: RawSpan) -> UInt64? { words(text, size: 8)?[0] }

  /// The 64-bit words of a number of `size` bytes, least significant first.
  ///
  /// Nil where the text is no number, or a larger one; no words where they are not wanted.
  static func words(_ text: RawSpan, size: Int, _ isWanted: Bool = true) -> [UInt64]? {
    guard text.byteCount > 2, text.starts(with: Array("0x".utf8)) else { return nil }
    var words = [UInt64](repeating: 0, count: isWanted ? max(1, size / 8) : 0)
    var (place, position) = (0, text.byteCount)
    while position > 2 {
      position -= 1
      guard let digit = digit(text[position]) else { return nil }
      guard place < size * 2 || digit == 0 else { return nil }
      if place / 16 < words.count { words[place / 16] |= digit << UInt64(place % 16 * 4) }
      place += 1
    }
    return words
  }

  /// Appends the digits of words, which are given least significant first.
  static func append(_ words: [UInt64], to bytes: inout [UInt8]) {
    bytes += Array("0x".utf8)
    for word in words.reversed() {
      for place in (0..<16).reversed() {
        let digit = UInt8(truncatingIfNeeded: word >> UInt64(place * 4) & 0xF)
        bytes.append(digit < 10 ? 48 + digit : 87 + digit)
      }
    }
  }

  private static func digit(_ byte: UInt8) -> UInt64? {
    switch byte {
    case 48...57: UInt64(byte - 48)
    case 65...70: UInt64(byte - 55)
    case 97...102: UInt64(byte - 87)
    default: nil
    }
  }
}
