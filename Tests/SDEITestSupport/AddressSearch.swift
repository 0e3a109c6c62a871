import Foundation
import SDEIModel

/// The addresses of a state or a journal, read from its JSON text by the names of its members, and a
/// search for them that knows nothing of how they were replaced.
///
/// Searched are those from 64 KiB on that stand nowhere as something else (an event, a function, a
/// PSTATE, an affinity, a stride): as words of a text in hexadecimal and decimal, and as 8 bytes at
/// every offset. A value with less than four bytes that are not 0 is a number that binary files have
/// everywhere; it is looked for where a file is made of words, at multiples of 8.
package struct AddressSearch {
  private var found: Set<UInt64> = []
  private var others = Set(FunctionID.allCases.map { UInt64($0.rawValue) })

  /// Reads JSON, or JSON Lines.
  package init(json bytes: [UInt8]) throws {
    for line in bytes.split(separator: UInt8(ascii: "\n")) where bytes.first == line.first {
      // A state's text has many lines, a journal's lines are whole objects.
      guard let object = try? JSONSerialization.jsonObject(with: Data(line)) else { break }
      collect(object, "", isAddress: false)
    }
    if found.isEmpty && others.count == FunctionID.allCases.count {
      collect(try JSONSerialization.jsonObject(with: Data(bytes)), "", isAddress: false)
    }
  }

  /// The addresses that must not be found.
  package var originals: Set<UInt64> {
    found.filter { $0 >= 0x1_0000 && $0 <= .max - 4096 }.subtracting(others)
  }

  private mutating func collect(_ object: Any, _ key: String, isAddress: Bool) {
    switch object {
    case let members as [String: Any]:
      if let name = members["call"] as? String, let words = members["args"] as? [String] {
        collectArguments(words, of: name)
      }
      for (name, value) in members {
        if let number = Self.number(name) { others.insert(number) }
        if name == "args" { continue }
        collect(value, name, isAddress: Self.isAddress(name, isAddress))
      }
      collectFold(members, isAddress)
    case let items as [Any]: for item in items { collect(item, key, isAddress: isAddress) }
    case let text as String:
      guard let number = Self.number(text) else { return }
      if isAddress { found.insert(number) } else if key != "padding" { others.insert(number) }
    default: break
    }
  }

  private mutating func collectArguments(_ words: [String], of call: String) {
    let places: [Int] =
      switch call {
      case "SDEI_EVENT_REGISTER": [1, 2]
      case "SDEI_EVENT_COMPLETE_AND_RESUME": [0]
      default: []
      }
    for (index, word) in words.enumerated() {
      guard let number = Self.number(word) else { continue }
      if places.contains(index) { found.insert(number) } else { others.insert(number) }
    }
  }

  /// The members between a progression's ends.
  private mutating func collectFold(_ members: [String: Any], _ isAddress: Bool) {
    guard isAddress, let base = (members["base"] as? String).flatMap(Self.number),
      let stride = (members["stride"] as? String).flatMap(Self.number),
      let text = members["vcpus"] as? String
    else { return }
    found.remove(stride)
    var next = base
    for range in text.split(separator: ",") {
      let ends = range.split(separator: "-").compactMap { UInt64($0) }
      for _ in 0..<min((ends.last ?? 0) - (ends.first ?? 0) + 1, 100_000) {
        found.insert(next)
        next &+= stride
      }
    }
  }

  private static func isAddress(_ key: String, _ inherited: Bool) -> Bool {
    switch key {
    case "entry", "argument", "x", "pc", "elr", "vbar", "notifier", "slotNotifier": true
    case "value", "values", "base": inherited
    default: false
    }
  }

  private static func number(_ text: String) -> UInt64? {
    text.hasPrefix("0x") ? UInt64(text.dropFirst(2), radix: 16) : nil
  }

  /// The words of a text that are an original in hexadecimal or decimal, in either byte order.
  package func words(of text: [UInt8]) -> [String] {
    let originals = originals
    var spellings: Set<String> = []
    for value in originals.union(originals.map(\.byteSwapped)) {
      spellings.insert(String(value, radix: 16))
      spellings.insert(String(value))
      if value >> 63 == 1 { spellings.insert(String(~value + 1)) }
    }
    let words = String(decoding: text, as: UTF8.self).lowercased().split {
      !($0.isASCII && ($0.isLetter || $0.isNumber))
    }
    return words.filter { word in
      let digits = word.hasPrefix("0x") ? word.dropFirst(2) : word
      return spellings.contains(String(digits.drop { $0 == "0" }))
    }.map(String.init)
  }

  /// The originals among the 8-byte words of binary bytes, in either byte order.
  package func words(in bytes: [UInt8], hasWords: Bool = false) -> [UInt64] {
    let originals = originals
    var result: Set<UInt64> = []
    var word: UInt64 = 0
    for (offset, byte) in bytes.enumerated() {
      word = word << 8 | UInt64(byte)
      guard offset >= 7 else { continue }
      for value in [word, word.byteSwapped] where originals.contains(value) {
        let isLong = (0..<8).count { value >> UInt64(8 * $0) & 0xFF != 0 } >= 4
        if isLong || hasWords && (offset + 1) % 8 == 0 { result.insert(value) }
      }
    }
    return result.sorted()
  }
}
