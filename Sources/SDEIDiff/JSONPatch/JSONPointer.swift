/// A place in a JSON text (RFC 6901).
public struct JSONPointer: Hashable, Sendable {
  /// The keys and indexes that lead there; none is the whole text.
  public var tokens: [String]

  /// Makes a pointer.
  public init(_ tokens: [String] = []) { self.tokens = tokens }

  /// What a text must be to be a pointer.
  static let expectation =
    "\"\", or \"/\" in front of each key or index, with \"~1\" for \"/\" and \"~0\" for \"~\" (RFC 6901)"

  /// Parses a pointer; nil when the text is none.
  public init?(parsing text: String) {
    tokens = []
    if text.isEmpty { return }
    let parts = text.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
    guard parts[0].isEmpty else { return nil }
    for part in parts.dropFirst() {
      guard let token = Self.unescaped(part) else { return nil }
      tokens.append(token)
    }
  }

  private static func unescaped(_ part: Substring.UTF8View) -> String? {
    guard part.contains(UInt8(ascii: "~")) else { return String(part) }
    var bytes: [UInt8] = []
    var isEscaped = false
    for byte in part {
      switch (isEscaped, byte) {
      case (true, UInt8(ascii: "0")): bytes.append(UInt8(ascii: "~"))
      case (true, UInt8(ascii: "1")): bytes.append(UInt8(ascii: "/"))
      case (true, _): return nil
      case (false, UInt8(ascii: "~")): break
      case (false, _): bytes.append(byte)
      }
      isEscaped = !isEscaped && byte == UInt8(ascii: "~")
    }
    return isEscaped ? nil : String(decoding: bytes, as: UTF8.self)
  }

  /// The index that a token of an array's item is, nil for other texts: `01` is none.
  static func index(_ token: String) -> Int? {
    let digits = token.utf8
    guard digits.allSatisfy({ (48...57).contains($0) }), digits.count == 1 || digits.first != 48
    else { return nil }
    return Int(token)
  }
}

extension JSONPointer: CustomStringConvertible {
  /// The pointer's text.
  public var description: String {
    var bytes: [UInt8] = []
    for token in tokens {
      bytes.append(UInt8(ascii: "/"))
      for byte in token.utf8 {
        switch byte {
        case UInt8(ascii: "~"): bytes += [UInt8(ascii: "~"), UInt8(ascii: "0")]
        case UInt8(ascii: "/"): bytes += [UInt8(ascii: "~"), UInt8(ascii: "1")]
        default: bytes.append(byte)
        }
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
