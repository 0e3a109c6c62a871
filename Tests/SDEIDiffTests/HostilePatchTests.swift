import SDEIDiff
import SDEIFormats
import SDEITestSupport
import Testing

@Suite("Patches that ask for much")
struct HostilePatchTests {
  private static func repeated(_ count: Int, _ operation: (Int) -> String) -> String {
    "[" + (0..<count).map(operation).joined(separator: ",") + "]"
  }

  private func expect(
    _ patch: String,
    on document: String,
    fails code: PatchError.Code,
    at index: Int? = nil,
    limit: UInt64 = 1 << 30
  ) throws {
    let value = try JSONText.value(document)
    let patch = try JSONText.patch(patch)
    #expect {
      _ = try patch.applied(to: value, limits: JSONPatchDocument.Limits(maxBytes: limit))
    } throws: { error in
      guard let error = error as? PatchError else { return false }
      #expect(error.code == code, "\(error)")
      if let index { #expect(error.index == index) }
      return true
    }
  }

  @Test("a document that doubles with every copy is refused at the limit")
  func doubling() throws {
    let patch = Self.repeated(100) { #"{"op":"copy","from":"/a","path":"/a/\#($0)"}"# }
    try expect(patch, on: #"{"a":{}}"#, fails: .tooLarge, limit: 1 << 16)
    // An array doubles as well; the depth stays.
    let wide = Self.repeated(90) {
      #"{"op":"copy","from":"/a","path":"/b\#($0)"},"#
        + #"{"op":"copy","from":"","path":"/a/-"}"#
    }
    try expect(wide, on: #"{"a":[]}"#, fails: .tooLarge, limit: 1 << 20)
    // 2^64 is no way around.
    let two = Self.repeated(63) { _ in
      #"{"op":"copy","from":"/a","path":"/b"},{"op":"copy","from":"/b","path":"/a/x"}"#
    }
    try expect(two, on: #"{"a":{}}"#, fails: .tooDeep)
  }

  @Test("copies of a large text are counted")
  func copies() throws {
    let text = String(repeating: "x", count: 1 << 16)
    let patch = Self.repeated(1000) { #"{"op":"copy","from":"/a","path":"/b\#($0)"}"# }
    try expect(patch, on: #"{"a":"\#(text)"}"#, fails: .tooLarge, at: 14, limit: 1 << 20)
  }

  @Test("a document may become as deep as one that is read, and no deeper")
  func depth() throws {
    let nested = String(repeating: "[", count: 63) + String(repeating: "]", count: 63)
    let add = { (path: String) in #"[{"op":"add","path":"\#(path)","value":\#(nested)}]"# }
    // The patch itself has two levels more around the value.
    #expect(throws: DecodeError.self) { _ = try JSONText.patch(add("/a")) }
    let half = String(repeating: "[", count: 32) + String(repeating: "]", count: 32)
    let deep = String(repeating: #"{"a":"#, count: 32) + "1" + String(repeating: "}", count: 32)
    let path = String(repeating: "/a", count: 32)
    let patch = try JSONText.patch(#"[{"op":"add","path":"\#(path)","value":\#(half)}]"#)
    let result = try patch.applied(to: try JSONText.value(deep))
    #expect(try JSONText.value(JSONText.line(result)) == result)
    try expect(
      #"[{"op":"add","path":"\#(path)","value":[\#(half)]}]"#,
      on: deep,
      fails: .tooDeep,
      at: 0
    )
    let grow = Self.repeated(64) { _ in #"{"op":"copy","from":"","path":"/a"}"# }
    try expect(grow, on: #"{"a":1}"#, fails: .tooDeep, at: 63)
  }

  @Test("a path with a million tokens ends where the document does")
  func longPath() throws {
    let path = String(repeating: "/a", count: 1 << 20)
    for op in ["remove", "add", "test", "replace"] {
      try expect(#"[{"op":"\#(op)","path":"\#(path)","value":1}]"#, on: #"{"a":[]}"#, fails: .place)
    }
  }

  @Test("a hundred thousand operations on an array of a hundred thousand")
  func many() throws {
    let count = 100_000
    let items = (0..<count).map(String.init).joined(separator: ",")
    let array = try JSONText.value("[\(items)]")
    let removed = try JSONText.patch(
      Self.repeated(count) { _ in #"{"op":"remove","path":"/0"}"# }
    ).applied(to: array)
    #expect(JSONText.line(removed) == "[]")
    let turned = try JSONText.patch(
      Self.repeated(count) { #"{"op":"move","from":"/\#(count - 1)","path":"/\#($0)"}"# }
    ).applied(to: array)
    let expected = (0..<count).reversed().map(String.init).joined(separator: ",")
    #expect(JSONText.line(turned) == "[\(expected)]")
    let copied = try JSONText.patch(
      Self.repeated(count) { #"{"op":"copy","from":"/\#($0)","path":"/-"}"# }
    ).applied(to: array)
    #expect(JSONText.line(copied) == "[\(items),\(items)]")
  }
}
