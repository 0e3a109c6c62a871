import SDEIDiff
import SDEIFormats
import SDEIModel
import SDEITestSupport
import Testing

@Suite("Changes that are none, or do not fit")
struct ChangesRefusalTests {
  struct Malformed: Sendable, CustomTestStringConvertible {
    let change: String
    let code: DecodeError.Code
    let path: String
    init(_ change: String, _ code: DecodeError.Code, _ path: String) {
      (self.change, self.code, self.path) = (change, code, "items[0].changes[0]" + path)
    }
    var testDescription: String { change }
  }

  private static let start = #"{"schema":"sdeictl/diff/1","items":[{"changes":["#

  static let malformed: [Malformed] = [
    Malformed("3", .value, ""),
    Malformed("{}", .structure, ""),
    Malformed(#"{"place":"nowhere","before":null,"after":null}"#, .value, ".place"),
    Malformed(#"{"place":"vcpuCount","before":"0x1"}"#, .structure, ""),
    Malformed(#"{"place":"vcpuCount","before":"0x1","after":1}"#, .value, ".after"),
    Malformed(#"{"place":"vcpuCount","before":"1","after":"0x2"}"#, .value, ".before"),
    Malformed(#"{"place":"vcpuCount","before":"0x1","after":"0x2","why":1}"#, .structure, ".why"),
    Malformed(
      #"{"place":"vcpuCount","vcpus":"0","before":"0x1","after":"0x2"}"#,
      .structure,
      ".vcpus"
    ),
    Malformed(
      #"{"place":"vcpuCount","path":"vcpus.masked","before":"0x1","after":"0x2"}"#,
      .value,
      ".path"
    ),
    Malformed(#"{"place":"vcpu","field":"masked","before":true,"after":false}"#, .structure, ""),
    Malformed(
      #"{"place":"vcpu","field":"masked","vcpus":"","before":true,"after":false}"#,
      .value,
      ".vcpus"
    ),
    Malformed(
      #"{"place":"vcpu","field":"masked","vcpus":"3,1","before":true,"after":false}"#,
      .value,
      ".vcpus"
    ),
    Malformed(
      #"{"place":"vcpu","field":"mask","vcpus":"0","before":true,"after":false}"#,
      .value,
      ".field"
    ),
    Malformed(#"{"place":"event","before":null,"after":null}"#, .structure, ""),
    Malformed(#"{"place":"event","event":"7","before":null,"after":null}"#, .value, ".event"),
    Malformed(
      #"{"place":"event","event":"0x7","before":null,"after":{"snapshot":{}}}"#,
      .structure,
      ".after.snapshot"
    ),
    Malformed(
      #"{"place":"instance","field":"producer","before":{"text":"","events":[]},"after":null}"#,
      .value,
      ".before"
    ),
    Malformed(
      #"{"place":"instance","field":"producer","before":{"texts":""},"after":null}"#,
      .structure,
      ".before.texts"
    ),
    Malformed(
      #"{"place":"vcpu","field":"affinity","vcpus":"0","before":{"origin":"0x1"},"after":"0x0"}"#,
      .structure,
      ".before.origin"
    ),
    Malformed(
      #"{"place":"context","level":"high","vcpus":"0","before":null,"after":null}"#,
      .value,
      ".level"
    ),
    Malformed(
      #"{"place":"context","level":"normal","vcpus":"0","before":{"context":{"x31":"0x0"}},"after":null}"#,
      .structure,
      ".before.context.x31"
    ),
    Malformed(
      #"{"place":"context","level":"normal","vcpus":"0","before":{"context":{"pc":null}},"after":null}"#,
      .value,
      ".before.context.pc"
    ),
  ]

  @Test("a change that can not be read is refused with its place", arguments: malformed)
  func unreadable(test: Malformed) throws {
    let text = Array((Self.start + test.change + "]}]}").utf8)
    #expect {
      _ = try PatchPair.apply(text, to: Snapshot())
    } throws: { error in
      guard let error = error as? DecodeError else { return false }
      #expect(error.code == test.code && error.path == test.path, "\(error)")
      return (error.offset ?? 0) >= Self.start.utf8.count
    }
  }

  @Test(
    "a file that is no difference of two states is refused",
    arguments: [
      (#"{"schema":"sdeictl/snapshot/1"}"#, "sdeictl/diff/1"), (#"{"items":[]}"#, "schema"),
      (#"{"schema":"sdeictl/diff/1"}"#, "items"),
      (#"{"schema":"sdeictl/diff/2","items":[]}"#, "sdeictl/diff/1"),
      (#"{"schema":"sdeictl/diff/1","items":[],"more":1}"#, "unknown member"),
      (#"{"schema":"sdeictl/diff/1","base":{},"onlyFirst":[]}"#, "a difference of two states"),
      ("3", "an array of operations"), ("\"x\"", "an array of operations"), ("", "a value"),
      ("SDEI", "a value"),
    ]
  )
  func noPatch(text: String, told: String) {
    #expect {
      _ = try PatchPair.apply(Array(text.utf8), to: Snapshot())
    } throws: { error in
      "\(error)".contains(told) && error is DecodeError
    }
  }

  struct Unfit: Sendable, CustomTestStringConvertible {
    let changes: String
    let code: PatchError.Code
    let index: Int
    init(_ changes: String, _ code: PatchError.Code, _ index: Int = 0) {
      (self.changes, self.code, self.index) = (changes, code, index)
    }
    var testDescription: String { changes }
  }

  private static func flag(_ vcpus: String) -> String {
    #"{"place":"vcpu","field":"masked","vcpus":"\#(vcpus)","before":false,"after":true}"#
  }

  private static func context(_ vcpus: String, _ field: String = "pc") -> String {
    #"{"place":"context","level":"normal","vcpus":"\#(vcpus)","before":{"context":{"\#(field)":"0x0"}},"#
      + #""after":{"context":{"\#(field)":"0x1"}}}"#
  }

  static let unfit: [Unfit] = [
    Unfit(#"{"place":"vcpuCount","before":"0x0","after":"0x100000000"}"#, .unfit),
    Unfit(#"{"place":"vcpuCount","before":"0x0","after":true}"#, .unfit),
    Unfit(#"{"place":"vcpuCount","before":null,"after":"0x1"}"#, .stale),
    Unfit(
      #"{"place":"vcpuCount","before":"0x0","after":"0x1"},{"place":"vcpuCount","before":"0x1","after":"0x2"}"#,
      .unfit,
      1
    ),
    Unfit(flag("0-3") + "," + flag("4") + "," + flag("2"), .unfit, 2),
    Unfit(
      #"{"place":"vcpu","field":"masked","vcpus":"0","before":"0x0","after":"0x1"}"#,
      .unfit
    ),
    Unfit(
      #"{"place":"vcpu","field":"power","vcpus":"0","before":"0x0","after":"0x9"}"#,
      .unfit
    ),
    // A progression that is 0 again and again cuts the column each time.
    Unfit(
      #"{"place":"vcpu","field":"affinity","vcpus":"0-4294967294","before":"0x0","#
        + #""after":{"origin":"0x0","stride":"0x4000000000000000"}}"#,
      .unfit
    ),
    Unfit(
      #"{"place":"instance","field":"producer","before":{"text":""},"after":{"text":"\u0007"}}"#,
      .unfit
    ),
    Unfit(
      #"{"place":"instance","field":"dialect","before":{"text":"specification"},"after":{"text":"x"}}"#,
      .unfit
    ),
    Unfit(
      #"{"place":"slot","event":"0x7","field":"enabled","vcpus":"0","before":false,"after":true}"#,
      .place
    ),
    Unfit(
      #"{"place":"eventField","event":"0x7","field":"type","before":null,"after":"0x1"}"#,
      .place
    ),
    Unfit(
      #"{"place":"extra","field":"queuePadding","before":null,"after":"0x1"}"#,
      .unfit
    ),
    Unfit(
      #"{"place":"extra","field":"exposedOrder","before":null,"after":{"events":["0x1","0x1"]}}"#,
      .unfit
    ),
    Unfit(context("0-4294967294"), .tooLarge),
    Unfit(context("0-4000000") + "," + context("0-4000000", "x0"), .tooLarge, 1),
    Unfit(context("0-9") + "," + context("5"), .unfit, 1),
  ]

  @Test("a change that does not fit is refused by its number", arguments: unfit)
  func unfitting(test: Unfit) throws {
    let text = Array((Self.start + test.changes + "]}]}").utf8)
    let state = Snapshot(instance: Instance(dialect: .specification))
    #expect {
      _ = try PatchPair.apply(text, to: state)
    } throws: { error in
      guard let error = error as? PatchError else { return false }
      #expect(error.code == test.code && error.index == test.index, "\(error)")
      #expect(error.part == "items[0].changes[\(test.index)]")
      return true
    }
  }

  @Test("2^32 vCPUs in one change are one change")
  func allVCPUs() throws {
    let all = "0-4294967294"
    let text = Array((Self.start + Self.flag(all) + "]}]}").utf8)
    let result = try PatchPair.apply(text, to: Snapshot())
    #expect(result.vcpus.masked == Bitmap(below: .max))
  }

  @Test("a JSON patch whose result is no state is refused with the place in the document")
  func noState() throws {
    let patches = [
      (#"[{"op":"remove","path":"/instance"}]"#, "the result:"),
      (#"[{"op":"add","path":"/more","value":1}]"#, "the result, more:"),
      (#"[{"op":"add","path":"/vcpus/count","value":"8"}]"#, "the result, vcpus.count:"),
      (#"[{"op":"replace","path":"","value":[]}]"#, "the result:"),
    ]
    for (patch, told) in patches {
      #expect {
        _ = try PatchPair.apply(Array(patch.utf8), to: Snapshot())
      } throws: { error in
        guard let error = error as? PatchError else { return false }
        #expect(error.code == .noState && error.description.hasPrefix(told), "\(error)")
        return true
      }
    }
  }
}
