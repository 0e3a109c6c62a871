import SDEIDiff
import SDEIFormats
import SDEITestSupport
import Testing

@Suite("JSON patches")
struct JSONPatchTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let document: String
    let patch: String
    let result: String
    init(_ document: String, _ patch: String, _ result: String) {
      (self.document, self.patch, self.result) = (document, patch, result)
    }
    var testDescription: String { "\(patch) on \(document)" }
  }

  static let done: [Case] = [
    // Each operation, on members and items.
    Case(#"{"a":1}"#, #"[]"#, #"{"a":1}"#),
    Case(#"{"a":1}"#, #"[{"op":"add","path":"/b","value":2}]"#, #"{"a":1,"b":2}"#),
    Case(#"{"a":1}"#, #"[{"op":"add","path":"/a","value":[2]}]"#, #"{"a":[2]}"#),
    Case(#"{"a":1}"#, #"[{"op":"add","path":"/","value":null}]"#, #"{"":null,"a":1}"#),
    Case(#"[1,3]"#, #"[{"op":"add","path":"/1","value":2}]"#, "[1,2,3]"),
    Case(#"[1,2]"#, #"[{"op":"add","path":"/2","value":3}]"#, "[1,2,3]"),
    Case(#"[1,2]"#, #"[{"op":"add","path":"/-","value":[3,4]}]"#, "[1,2,[3,4]]"),
    Case(#"[]"#, #"[{"op":"add","path":"/0","value":1}]"#, "[1]"),
    Case(#"{"a":{"b":[0]}}"#, #"[{"op":"add","path":"/a/b/0","value":9}]"#, #"{"a":{"b":[9,0]}}"#),
    Case(#"{"a":1,"b":2}"#, #"[{"op":"remove","path":"/a"}]"#, #"{"b":2}"#),
    Case(#"[1,2,3]"#, #"[{"op":"remove","path":"/1"}]"#, "[1,3]"),
    Case(#"{"a":1}"#, #"[{"op":"replace","path":"/a","value":{}}]"#, #"{"a":{}}"#),
    Case(#"[1,2]"#, #"[{"op":"replace","path":"/0","value":true}]"#, "[true,2]"),
    Case(
      #"{"a":{"b":1},"c":{}}"#,
      #"[{"op":"move","from":"/a/b","path":"/c/d"}]"#,
      #"{"a":{},"c":{"d":1}}"#
    ),
    // Moving within an array: the place is one of the array without the item.
    Case(#"[1,2,3,4]"#, #"[{"op":"move","from":"/1","path":"/3"}]"#, "[1,3,4,2]"),
    Case(#"[1,2,3,4]"#, #"[{"op":"move","from":"/3","path":"/0"}]"#, "[4,1,2,3]"),
    Case(#"{"a":1}"#, #"[{"op":"move","from":"/a","path":"/a"}]"#, #"{"a":1}"#),
    Case(#"{"a":{"b":1}}"#, #"[{"op":"move","from":"/a/b","path":"/a"}]"#, #"{"a":1}"#),
    Case(#"{"a":{"b":1}}"#, #"[{"op":"move","from":"/a/b","path":""}]"#, "1"),
    Case(#"{"a":[1]}"#, #"[{"op":"copy","from":"/a","path":"/a/0"}]"#, #"{"a":[[1],1]}"#),
    Case(#"{"a":[1]}"#, #"[{"op":"copy","from":"","path":"/b"}]"#, #"{"a":[1],"b":{"a":[1]}}"#),
    // A copy is another value than its source.
    Case(
      #"{"a":{"x":1}}"#,
      #"[{"op":"copy","from":"/a","path":"/b"},{"op":"replace","path":"/b/x","value":2}]"#,
      #"{"a":{"x":1},"b":{"x":2}}"#
    ),
    // The whole document.
    Case(#"{"a":1}"#, #"[{"op":"replace","path":"","value":[1]}]"#, "[1]"),
    Case(#"{"a":1}"#, #"[{"op":"add","path":"","value":3}]"#, "3"),
    Case(#"3"#, #"[{"op":"test","path":"","value":3}]"#, "3"),
    // Equality: order of members is none, order of items is one.
    Case(
      #"{"a":{"x":1,"y":2}}"#,
      #"[{"op":"test","path":"/a","value":{"y":2,"x":1}}]"#,
      #"{"a":{"x":1,"y":2}}"#
    ),
    Case(#"{"a":"é"}"#, #"[{"op":"test","path":"/a","value":"\u00e9"}]"#, #"{"a":"é"}"#),
    Case(
      #"{"a":18446744073709551615}"#,
      #"[{"op":"test","path":"/a","value":18446744073709551615}]"#,
      #"{"a":18446744073709551615}"#
    ),
    // Keys that look like something else, and escapes.
    Case(
      #"{"0":1,"-":2,"01":3}"#,
      #"[{"op":"remove","path":"/01"},{"op":"remove","path":"/-"}]"#,
      #"{"0":1}"#
    ),
    Case(
      #"{"a/b":1,"m~n":2,"~1":3}"#,
      #"[{"op":"remove","path":"/a~1b"},{"op":"remove","path":"/m~0n"}]"#,
      #"{"~1":3}"#
    ),
    Case(#"{"~1":3,"/":4}"#, #"[{"op":"remove","path":"/~01"}]"#, #"{"/":4}"#),
    // Members that the operation does not have are ignored.
    Case(#"{"a":1}"#, #"[{"op":"remove","path":"/a","value":7,"from":3,"why":[]}]"#, "{}"),
  ]

  @Test("an operation does what the RFC says", arguments: done)
  func operation(test: Case) throws {
    let result = try JSONText.patch(test.patch).applied(to: try JSONText.value(test.document))
    #expect(result == (try JSONText.value(test.result)), "\(JSONText.line(result))")
    #expect(JSONText.line(result) == JSONText.line(try JSONText.value(test.result)))
  }

  struct Failure: Sendable, CustomTestStringConvertible {
    let document: String
    let patch: String
    let code: PatchError.Code
    let text: String
    init(_ document: String, _ patch: String, _ code: PatchError.Code, _ text: String) {
      (self.document, self.patch, self.code, self.text) = (document, patch, code, text)
    }
    var testDescription: String { "\(patch) on \(document)" }
  }

  static let refused: [Failure] = [
    Failure(
      #"{"a":1}"#,
      #"[{"op":"test","path":"/a","value":2}]"#,
      .stale,
      "/a is 1, the patch expects 2"
    ),
    Failure(
      #"{"a":1}"#,
      #"[{"op":"test","path":"/a","value":true}]"#,
      .stale,
      "is 1, the patch expects true"
    ),
    Failure(
      #"{"a":null}"#,
      #"[{"op":"test","path":"/a","value":false}]"#,
      .stale,
      "is null, the patch expects false"
    ),
    Failure(
      #"{"a":"1"}"#,
      #"[{"op":"test","path":"/a","value":1}]"#,
      .stale,
      #"is "1", the patch expects 1"#
    ),
    Failure(
      #"{"a":[1,2]}"#,
      #"[{"op":"test","path":"/a","value":[2,1]}]"#,
      .stale,
      "/a/0 is 1, the patch expects 2"
    ),
    Failure(
      #"{"a":[1]}"#,
      #"[{"op":"test","path":"","value":{"a":[1,1]}}]"#,
      .stale,
      "/a is an array of 1 item, the patch expects an array of 2 items (operations[1], test"
    ),
    Failure(
      #"{"a":{"b":{"c":1}}}"#,
      #"[{"op":"test","path":"/a","value":{"b":{"c":2}}}]"#,
      .stale,
      "/a/b/c is 1, the patch expects 2"
    ),
    Failure(
      #"{"a":{}}"#,
      #"[{"op":"test","path":"/a","value":{"b":1}}]"#,
      .stale,
      "/a is an object with 0 members, the patch expects an object with 1 member"
    ),
    // Texts of which a reader sees no difference are two texts.
    Failure(
      "{\"a\":\"\u{e9}\"}",
      "[{\"op\":\"test\",\"path\":\"/a\",\"value\":\"e\u{301}\"}]",
      .stale,
      "the patch expects"
    ),
    Failure(
      #"{}"#,
      #"[{"op":"test","path":"/a","value":null}]"#,
      .place,
      #"no member "a" in the document"#
    ),
    Failure(#"{"a":{}}"#, #"[{"op":"remove","path":"/a/b"}]"#, .place, #"no member "b" in /a"#),
    Failure(#"{}"#, #"[{"op":"replace","path":"/a","value":1}]"#, .place, #"no member "a""#),
    Failure(#"{}"#, #"[{"op":"add","path":"/a/b","value":1}]"#, .place, #"no member "a""#),
    Failure(
      #"{"a":1}"#,
      #"[{"op":"add","path":"/a/b","value":1}]"#,
      .place,
      "found 1 at /a, expected an array or an object"
    ),
    Failure(#"{"a":1}"#, #"[{"op":"test","path":"/a/b/c","value":1}]"#, .place, "found 1 at /a"),
    Failure(
      #"[1]"#,
      #"[{"op":"add","path":"/2","value":1}]"#,
      .place,
      #"the index "2" in the document, expected an index from 0 to 1"#
    ),
    Failure(#"[1]"#, #"[{"op":"remove","path":"/1"}]"#, .place, "expected an index from 0 to 0"),
    Failure(#"[]"#, #"[{"op":"remove","path":"/0"}]"#, .place, "the array is empty"),
    Failure(#"[1,2]"#, #"[{"op":"test","path":"/01","value":2}]"#, .place, #"the index "01""#),
    Failure(#"[1,2]"#, #"[{"op":"test","path":"/-","value":2}]"#, .place, #"the index "-""#),
    Failure(#"[1,2]"#, #"[{"op":"remove","path":"/-"}]"#, .place, #"the index "-""#),
    Failure(#"[1,2]"#, #"[{"op":"remove","path":"/+1"}]"#, .place, #"the index "+1""#),
    Failure(#"[1,2]"#, #"[{"op":"remove","path":"/"}]"#, .place, #"the index """#),
    Failure(#"[1,2]"#, #"[{"op":"remove","path":"/1e0"}]"#, .place, #"the index "1e0""#),
    Failure(#"[1,2]"#, #"[{"op":"remove","path":"/-1"}]"#, .place, #"the index "-1""#),
    Failure("[1,2]", "[{\"op\":\"remove\",\"path\":\"/\u{661}\"}]", .place, "the index"),
    Failure(#"[1]"#, #"[{"op":"remove","path":"/99999999999999999999"}]"#, .place, "the index"),
    Failure(#"{"a":1}"#, #"[{"op":"remove","path":""}]"#, .place, "the whole document"),
    Failure(
      #"{"a":1}"#,
      #"[{"op":"copy","from":"/b","path":"/c"}]"#,
      .place,
      #"copy from /b to /c: found no member "b""#
    ),
    Failure(#"{"a":1}"#, #"[{"op":"move","from":"/b","path":"/b"}]"#, .place, #"no member "b""#),
    Failure(
      #"{"a":{"b":1}}"#,
      #"[{"op":"move","from":"/a","path":"/a/b"}]"#,
      .place,
      "into itself"
    ),
    Failure(#"{"a":1}"#, #"[{"op":"move","from":"","path":"/a"}]"#, .place, "into itself"),
    // What was the last place is none once the item is taken away.
    Failure(#"[1,2]"#, #"[{"op":"move","from":"/0","path":"/2"}]"#, .place, #"the index "2""#),
  ]

  @Test(
    "what can not be done names the operation and leaves the document alone",
    arguments: refused
  )
  func failure(test: Failure) throws {
    let document = try JSONText.value(test.document)
    // After an operation that can be done, and with a space: index and offset are the second's.
    let first = #"[{"op":"test","path":"","value":\#(test.document)}, "#
    let patch = try JSONText.patch(first + test.patch.dropFirst())
    #expect { _ = try patch.applied(to: document) } throws: { error in
      guard let error = error as? PatchError else { return false }
      let name = patch.operations[1].name
      #expect(error.code == test.code && error.index == 1)
      #expect(error.offset == first.utf8.count)
      #expect(error.part?.hasPrefix("operations[1], \(name) ") == true)
      #expect(error.description.contains(test.text), "\(error)")
      #expect(error.description.contains("[\(test.code.rawValue)]"))
      return true
    }
    #expect(document == (try JSONText.value(test.document)))
  }

  struct Malformed: Sendable, CustomTestStringConvertible {
    let text: String
    let code: DecodeError.Code
    let offset: Int
    let path: String
    init(_ text: String, _ code: DecodeError.Code, _ offset: Int, _ path: String) {
      (self.text, self.code, self.offset, self.path) = (text, code, offset, path)
    }
    var testDescription: String { text }
  }

  static let malformed: [Malformed] = [
    Malformed("", .syntax, 0, ""),
    Malformed("[", .syntax, 1, ""),
    Malformed("[] x", .syntax, 3, ""),
    Malformed(" {}", .value, 1, ""),
    Malformed("3", .value, 0, ""),
    Malformed("[ 3]", .value, 2, "operations[0]"),
    Malformed("[[]]", .value, 1, "operations[0]"),
    Malformed("[{}]", .structure, 1, "operations[0]"),
    Malformed(#"[{"op":"add","path":""}]"#, .structure, 1, "operations[0]"),
    Malformed(#"[{"op":"replace","path":""}]"#, .structure, 1, "operations[0]"),
    Malformed(#"[{"op":"test","path":""}]"#, .structure, 1, "operations[0]"),
    Malformed(#"[{"op":"move","path":""}]"#, .structure, 1, "operations[0]"),
    Malformed(#"[{"op":"copy","path":"","value":1}]"#, .structure, 1, "operations[0]"),
    Malformed(#"[{"op":"remove"}]"#, .structure, 1, "operations[0]"),
    Malformed(#"[{"path":"","value":1}]"#, .structure, 1, "operations[0]"),
    Malformed(#"[{"op":"Remove","path":""}]"#, .value, 7, "operations[0].op"),
    Malformed(#"[{"op":"spam","path":""}]"#, .value, 7, "operations[0].op"),
    Malformed(#"[{"op":null,"path":""}]"#, .value, 7, "operations[0].op"),
    Malformed(#"[{"op":"remove","path":"a"}]"#, .value, 23, "operations[0].path"),
    Malformed(#"[{"op":"remove","path":"/~2"}]"#, .value, 23, "operations[0].path"),
    Malformed(#"[{"op":"remove","path":["a"]}]"#, .value, 23, "operations[0].path"),
    Malformed(#"[{"op":"move","from":"a","path":""}]"#, .value, 21, "operations[0].from"),
    Malformed(#"[{"op":"add","path":"","value":-1}]"#, .value, 31, "operations[0].value"),
    Malformed(#"[{"op":"add","path":"","value":[1.5]}]"#, .value, 31, "operations[0].value"),
    Malformed(#"[{"op":"add","op":"add","path":"","value":1}]"#, .syntax, 13, ""),
    Malformed(#"[{"op":"remove","path":"/a"},{"op":"add"}]"#, .structure, 29, "operations[1]"),
  ]

  /// Those of them that are JSON of another shape.
  static let noPatches = malformed.map(\.text).filter {
    $0.hasPrefix("[{") && !$0.contains(#""op":"add","op""#) && !$0.contains("-1")
      && !$0.contains("1.5")
  }

  @Test("a text that is no patch is refused with its place", arguments: malformed)
  func noPatch(test: Malformed) throws {
    #expect { _ = try JSONText.patch(test.text) } throws: { error in
      guard let error = error as? DecodeError else { return false }
      #expect(error.code == test.code && error.offset == test.offset && error.path == test.path)
      return true
    }
  }

  @Test("a patch is written as it is read")
  func text() throws {
    for test in Self.done {
      let patch = try JSONText.patch(test.patch)
      let again = try JSONText.patch(patch.text())
      #expect(again.text() == patch.text())
      #expect(again.operations.map(\.action) == patch.operations.map(\.action))
      #expect(again.operations.map(\.path) == patch.operations.map(\.path))
    }
    let patch = try JSONText.patch(
      #"[{"value":{"b":[1],"a":"\n"},"path":"/a~1","op":"add"},{"op":"copy","path":"","from":"/x"}]"#
    )
    let expected = """
      [
        {"op": "add", "path": "/a~1", "value": {"a": "\\u000a", "b": [1]}},
        {"op": "copy", "from": "/x", "path": ""}
      ]

      """
    #expect(String(decoding: patch.text(), as: UTF8.self) == expected)
  }
}
