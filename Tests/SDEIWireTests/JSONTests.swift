import Foundation
import SDEITestSupport
import SDEIWire
import Testing

@Suite("JSON texts")
struct JSONTests {
  private func parse(_ text: String) throws -> JSONNode {
    try Array(text.utf8).withBytes { (bytes) throws(JSONError) in try JSONParser.parse(bytes) }
  }

  @Test(
    "what is no JSON is refused at the byte that does not fit",
    arguments: [
      ("", 0), ("{", 1), ("[1,]", 3), ("{\"a\":1,}", 7), ("{\"a\" 1}", 5), ("01", 1), ("-", 1),
      ("1.", 2), ("1e", 2), ("tru", 3), ("\"a", 2), ("\"\\x\"", 2), ("\"\\ud800\"", 3),
      ("\"\u{1}\"", 1), ("1 2", 2), ("{\"a\":1,\"a\":2}", 7), ("[1 2]", 3), ("nul", 3), ("+1", 0),
    ]
  )
  func refused(text: String, offset: Int) {
    let error = #expect(throws: JSONError.self) { try parse(text) }
    #expect(error?.offset == offset, "\(text)")
  }

  @Test("the same texts are JSON to Foundation, and with the same values")
  func agreesWithFoundation() throws {
    let pieces = [
      "{", "}", "[", "]", ",", ":", "\"a\"", "\"b\"", "1", "-2", "0", "1.5", "1e3", "true", "null",
      " ", "\"\\u00e9\"", "\"\\n\"", "false", "\"\"",
    ]
    var random = SplitMix64(seed: 21)
    var (accepted, refused) = (0, 0)
    for _ in 0..<30_000 {
      let text = (0...random.below(7)).map { _ in random.pick(pieces) }.joined()
      let data = Data(text.utf8)
      let theirs = try? JSONSerialization.jsonObject(with: data, options: [.fragmentsAllowed])
      var ours: JSONNode?
      do { ours = try parse(text) } catch let error as JSONError {
        // A key that is there twice is an error to us and none to Foundation.
        if error.expected == "each key once" { continue }
      }
      #expect((ours != nil) == (theirs != nil), "\(text)")
      if let ours, let theirs {
        accepted += 1
        #expect(Self.isEqual(ours, theirs), "\(text)")
      } else {
        refused += 1
      }
    }
    #expect(accepted > 500 && refused > 5000)
  }

  private static func isEqual(_ ours: JSONNode, _ theirs: Any) -> Bool {
    switch ours.value {
    case .null: theirs is NSNull
    case .bool(let bool): (theirs as? NSNumber)?.boolValue == bool
    case .number(let number): (theirs as? NSNumber)?.uint64Value == number
    case .otherNumber: theirs is NSNumber
    case .string(let text): theirs as? String == text
    case .array(let items):
      (theirs as? [Any]).map { $0.count == items.count && zip(items, $0).allSatisfy(isEqual) }
        ?? false
    case .object(let members):
      (theirs as? [String: Any]).map { object in
        object.count == members.count
          && members.allSatisfy { member in
            object[member.key].map { isEqual(member.node, $0) } ?? false
          }
      } ?? false
    }
  }

  @Test("escapes are read, and written texts are read back")
  func strings() throws {
    let node = try parse("\"\\u00e9\\ud83d\\ude00\\\"\\\\\\/\\b\\f\\n\\r\\t\"")
    guard case .string(let text) = node.value else { return #expect(Bool(false)) }
    #expect(text == "é😀\"\\/\u{8}\u{c}\n\r\t")
    var writer = JSONWriter()
    writer.string(text)
    let written = String(decoding: writer.finish(), as: UTF8.self)
    guard case .string(let again) = try parse(written).value else { return #expect(Bool(false)) }
    #expect(again == text)
  }

  @Test("a line has no spaces and one newline, and offsets count from the line's own place")
  func line() throws {
    var writer = JSONWriter(layout: .line)
    writer.openObject()
    writer.key("a")
    writer.array { json in
      json.number(1)
      json.object { _ in }
    }
    writer.key("b")
    writer.string("x y")
    writer.close()
    let text = writer.finish()
    #expect(String(decoding: text, as: UTF8.self) == "{\"a\":[1,{}],\"b\":\"x y\"}\n")
    let node = try text.withBytes { (bytes) throws(JSONError) in
      try JSONParser.parse(bytes, base: 100)
    }
    guard case .object(let members) = node.value else { return #expect(Bool(false)) }
    #expect(node.offset == 100 && members.map(\.node.offset) == [105, 116])
    let error = #expect(throws: JSONError.self) {
      try Array("{\"a\":}".utf8).withBytes { (bytes) throws(JSONError) in
        _ = try JSONParser.parse(bytes, base: 100)
      }
    }
    #expect(error?.offset == 105)
  }

  @Test("numbers are whole and of 64 bits, or told apart from those")
  func numbers() throws {
    guard case .number(.max) = try parse("18446744073709551615").value else {
      return #expect(Bool(false))
    }
    for text in ["18446744073709551616", "-1", "1.0", "1e2"] {
      guard case .otherNumber = try parse(text).value else {
        return #expect(Bool(false), "\(text)")
      }
    }
  }
}
