/// A path of the model, taken apart: `contexts[0-7].normal.pc`.
package struct PathParts {
  /// One component.
  package struct Part {
    package var name: Substring
    package var selector: Substring?
    /// The selector, where it is one number in hexadecimal: an event's.
    package var number: UInt64?
    /// Whether the selector is a set of vCPUs.
    var hasIndexes = false
  }

  package private(set) var parts: [Part] = []
  /// The vCPUs that the path names.
  private(set) var indexes = Bitmap()

  package init(_ path: String) {
    if path.isEmpty { return }
    for text in Self.split(path) {
      guard let (name, selector) = Self.nameAndSelector(text) else {
        parts.append(Part(name: text))
        continue
      }
      var part = Part(name: name, selector: selector)
      if let selector {
        if selector.hasPrefix("0x") {
          part.number = Self.number(selector)
        } else if let ranges = Self.ranges(selector) {
          let found = ranges.filter { $0.upperBound <= UInt64(UInt32.max) }
          indexes = Bitmap(found.map { IndexRange(UInt32($0.lowerBound), UInt32($0.upperBound)) })
          part.hasIndexes = true
        }
      }
      parts.append(part)
    }
  }

  /// The components: what stands between dots that are not in brackets.
  static func split(_ text: String) -> [Substring] {
    var parts: [Substring] = []
    var (start, isInside) = (text.startIndex, false)
    for index in text.utf8.indices {
      switch text.utf8[index] {
      case UInt8(ascii: "["): isInside = true
      case UInt8(ascii: "]"): isInside = false
      case UInt8(ascii: ".") where !isInside:
        parts.append(text[start..<index])
        start = text.utf8.index(after: index)
      default: break
      }
    }
    return parts + [text[start...]]
  }

  /// A component's name and what stands in its brackets; nil where it is not made so.
  static func nameAndSelector(_ text: Substring) -> (name: Substring, selector: Substring?)? {
    let name = text.prefix { $0 != "[" }
    guard !name.isEmpty, !name.contains("]") else { return nil }
    let rest = text[name.endIndex...]
    if rest.isEmpty { return (name, nil) }
    let selector = rest.dropFirst().dropLast()
    guard rest.hasSuffix("]"), !selector.isEmpty,
      !selector.contains(where: { $0 == "[" || $0 == "]" })
    else { return nil }
    return (name, selector)
  }

  /// Numbers and ranges, separated by commas; nil where the text is something else.
  static func ranges(_ text: Substring) -> [ClosedRange<UInt64>]? {
    var ranges: [ClosedRange<UInt64>] = []
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      let ends = part.split(separator: "-", omittingEmptySubsequences: false)
      guard ends.count <= 2, let first = number(ends[0]), let last = number(ends[ends.count - 1]),
        first <= last
      else { return nil }
      ranges.append(first...last)
    }
    return ranges
  }

  private static func number(_ text: Substring) -> UInt64? {
    let isHexadecimal = text.hasPrefix("0x")
    let digits = isHexadecimal ? text.dropFirst(2) : text
    if digits.hasPrefix("+") { return nil }
    return UInt64(digits, radix: isHexadecimal ? 16 : 10)
  }
}

/// Whether a text is what a pattern says, in which `*` stands for any characters; O(both) for each `*`.
func wildcard(_ pattern: some StringProtocol, matches text: some StringProtocol) -> Bool {
  let (pattern, text) = (Array(pattern.utf8), Array(text.utf8))
  var (i, j) = (0, 0)
  // Where to go on when what follows the last star does not fit.
  var retry: (pattern: Int, text: Int)?
  while j < text.count {
    if i < pattern.count, pattern[i] == UInt8(ascii: "*") {
      retry = (i + 1, j)
      i += 1
    } else if i < pattern.count, pattern[i] == text[j] {
      i += 1
      j += 1
    } else if let last = retry {
      retry = (last.pattern, last.text + 1)
      (i, j) = (last.pattern, last.text + 1)
    } else {
      return false
    }
  }
  return pattern[i...].allSatisfy { $0 == UInt8(ascii: "*") }
}
