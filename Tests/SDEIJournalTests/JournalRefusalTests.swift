import SDEIFormats
import SDEIJournal
import SDEIModel
import SDEITestSupport
import Testing

@Suite("Journal: texts and records that break one rule")
struct JournalRefusalTests {
  struct Wrong: Sendable, CustomTestStringConvertible {
    let line: String
    let code: DecodeError.Code
    /// What the error's path is, behind `line 3`.
    let path: String
    /// What the message has in it.
    let message: String
    var testDescription: String { line }

    init(_ line: String, _ code: DecodeError.Code, _ path: String, _ message: String) {
      (self.line, self.code, self.path, self.message) = (line, code, path, message)
    }
  }

  /// Wrong second steps.
  static let wrongs: [Wrong] = [
    Wrong(#"{"n":3,"migrate":true}"#, .structure, "n", "the number 3, expected 2"),
    Wrong(#"{"n":1,"migrate":true}"#, .structure, "n", "the number 1, expected 2"),
    Wrong(#"{"n":"2","migrate":true}"#, .value, "n", "a whole number"),
    Wrong(#"{"migrate":true}"#, .structure, "", #"a member "n""#),
    Wrong(#"{"n":2,"n":2,"migrate":true}"#, .syntax, "", "each key once"),
    Wrong(#"{"n":2}"#, .structure, "", "call, deliver, fire"),
    Wrong(#"{"n":2,"cal":"SDEI_VERSION","vcpu":0}"#, .structure, "", "call, deliver, fire"),
    Wrong(#"{"n":2,"migrate":false}"#, .value, "migrate", "expected true"),
    Wrong(#"{"n":2,"migrate":true,"vcpu":0}"#, .structure, "vcpu", "unknown member \"vcpu\""),
    Wrong(#"{"n":2,"migrate":true,"fire":"0x1"}"#, .structure, "fire", "in a step \"migrate\""),
    Wrong(#"{"n":2,"fire":"0x1","vcp":0}"#, .structure, "", "found none, but \"vcp\""),
    Wrong(#"{"n":2,"fire":1,"vcpu":0}"#, .value, "fire", "a text"),
    Wrong(#"{"n":2,"fire":"1","vcpu":0}"#, .value, "fire", "0x1f"),
    Wrong(#"{"n":2,"fire":"0x1","vcpu":4294967296}"#, .value, "vcpu", "32 bits"),
    Wrong(#"{"n":2,"fire":"0x1","vcpu":-1}"#, .value, "vcpu", "negative"),
    Wrong(#"{"n":2,"call":"SDEI_EVENT_ENABL","vcpu":0}"#, .value, "call", "SDEI_EVENT_ENABLE"),
    Wrong(#"{"n":2,"call":"0x1c4000022","vcpu":0}"#, .value, "call", "32 bits"),
    Wrong(
      #"{"n":2,"call":"SDEI_VERSION","vcpu":0,"args":["0x0","0x0","0x0","0x0","0x0","0x6"]}"#,
      .structure,
      "args[5]",
      "at most 5 arguments"
    ),
    Wrong(#"{"n":2,"call":"SDEI_VERSION","vcpu":0,"args":[1]}"#, .value, "args[0]", "a text"),
    Wrong(#"{"n":2,"call":"SDEI_VERSION","vcpu":0,"el":256}"#, .value, "el", "8 bits"),
    Wrong(#"{"n":2,"call":"SDEI_VERSION","vcpu":0,"result":"DENID"}"#, .value, "result", "DENIED"),
    Wrong(#"{"n":2,"call":"SDEI_VERSION","vcpu":0,"result":"SUCCESS"}"#, .value, "result", "0x"),
    Wrong(
      #"{"n":2,"call":"SDEI_EVENT_CONTEXT","vcpu":0,"result":"DENIED"}"#,
      .value,
      "result",
      #"expected "resumes", "none" or "0x..."#
    ),
    Wrong(#"{"n":2,"inject":"0x1","vcpu":0,"result":"DENIED"}"#, .value, "result", "-EBUSY"),
    Wrong(#"{"n":2,"migrate":true,"undefined":"crash"}"#, .value, "undefined", "use-after-free"),
    Wrong(
      #"{"n":2,"migrate":true,"result":"0x0","undefined":"use-after-free"}"#,
      .structure,
      "result",
      "found both"
    ),
    Wrong(#"{"n":2,"migrate":true,"resumed":{}}"#, .structure, "resumed", "unknown member"),
    Wrong(#"{"n":2,"migrate":true,"handler":{"pc":"0x0"}}"#, .structure, "handler", "pstate"),
    Wrong(
      #"{"n":2,"deliver":true,"vcpu":0,"registers":{"pc":"0x0","pstate":"0x0","sp":"0x0"}}"#,
      .structure,
      "registers.sp",
      "unknown member"
    ),
    Wrong(#"{"n":2,"deliver":true,"vcpu":0,"force":1}"#, .value, "force", "true or false"),
    Wrong(#"{"n":2,"power":"of","vcpu":0}"#, .value, "power", #""off", "on", "suspend""#),
    Wrong(#"{"n":2,"interrupt":"0x17","vcpu":0}"#, .structure, "", #"a member "owner""#),
    Wrong(#"{"n":2,"define":"0x1","definition":{}}"#, .structure, "definition", "empty"),
    Wrong(
      #"{"n":2,"define":"0x1","definition":{"type":"private","entry":[]}}"#,
      .structure,
      "definition.entry",
      "unknown member"
    ),
    Wrong(#"{"n":2,"checkpointDigest":"0x1"}"#, .value, "checkpointDigest", "16 hexadecimal"),
    Wrong(
      #"{"n":2,"checkpoint":{"schema":"sdeictl/snapshot/1"}}"#,
      .structure,
      "checkpoint",
      #"a member "instance""#
    ),
    Wrong(#"{"n":2,"migrate":true},"#, .syntax, "", "expected the end of the text"),
    Wrong(#"[2]"#, .structure, "", "an object"),
    Wrong("", .syntax, "", "expected a value"),
    Wrong(#"{"n":2,"#, .syntax, "", "expected a key"),
  ]

  private static let head = """
    {"schema":"sdeictl/journal/1","producer":"","startDigest":"0000000000000001","instance":\
    {"version":"1.1","vendor":"0x0","clientEL":1,"dialect":"specification","producer":""},"vcpus":1}
    {"n":1,"migrate":true}

    """

  @Test("a wrong step is refused with its line, its byte and what was expected", arguments: wrongs)
  func lines(wrong: Wrong) throws {
    let text = Self.head + wrong.line + "\n"
    let error = try #require(JournalCodec.refusal(Array(text.utf8)))
    #expect(error.code == wrong.code, "\(error)")
    #expect(error.path == (wrong.path.isEmpty ? "line 3" : "line 3, " + wrong.path))
    #expect(error.description.contains(wrong.message), "\(error)")
    let offset = try #require(error.offset)
    #expect((Self.head.utf8.count...text.utf8.count).contains(offset))
    #expect(!error.action.isEmpty)
  }

  @Test("a step out of order says which number is expected, and what to do")
  func message() throws {
    let text = Self.head + "{\"n\":9,\"migrate\":true}\n"
    let error = try #require(JournalCodec.refusal(Array(text.utf8)))
    let place = Self.head.utf8.count + 5
    #expect(
      error.description == """
        byte \(place) (0x\(String(place, radix: 16))), line 3, n: found the number 9, expected 2, for \
        the steps are numbered 1, 2, 3 and so on; put back the lines that are missing, or number the \
        steps again [SDEI-D005]
        """
    )
  }

  @Test("a wrong header is refused")
  func headers() throws {
    let good = Self.head
    #expect(try JournalCodec.decode(good).steps.count == 1)
    let edits: [(String, String, DecodeError.Code, String)] = [
      ("journal/1", "journal/2", .unsupported, "sdeictl/journal/1"),
      ("\"producer\":\"\",", "", .structure, "producer"),
      ("\"producer\":\"\",", "\"producer\":\"\\u001b\",", .value, "control characters"),
      ("\"startDigest\":\"0000000000000001\",", "", .structure, "start"),
      ("0000000000000001", "000000000000000A", .value, "16 hexadecimal"),
      ("\"vcpus\":1", "\"vcpu\":1", .structure, "unknown member"),
      (",\"vcpus\":1", "", .structure, "vcpus"),
      ("\"vcpus\":1", "\"vcpus\":1,\"start\":{}", .structure, "beside it"),
      ("specification", "kvm-v9", .unsupported, "kvm-v5"),
      ("}\n{\"n\"", "},\n{\"n\"", .syntax, "the header of a journal, on one line"),
    ]
    for (from, to, code, message) in edits {
      let text = good.replacing(from, with: to, maxReplacements: 1)
      try #require(text != good)
      let error = try #require(JournalCodec.refusal(Array(text.utf8)), "\(to)")
      #expect(error.code == code && error.path.hasPrefix("line 1"), "\(error)")
      #expect(error.description.contains(message), "\(error)")
    }
    let state = try Codec.encode(Snapshot(), as: .json).bytes
    #expect(JournalCodec.refusal(state)?.expected.contains("on one line") == true)
    for other in [[], Array("SDEI".utf8), try Codec.encode(Snapshot()).bytes] as [[UInt8]] {
      #expect(JournalCodec.refusal(other)?.code == .notRecognised)
    }
  }

  struct Break: Sendable, CustomTestStringConvertible {
    let name: String
    let code: DecodeError.Code
    let change: @Sendable (inout JournalWalker) -> Void
    var testDescription: String { name }

    init(
      _ name: String,
      _ code: DecodeError.Code,
      _ change: @escaping @Sendable (inout JournalWalker) -> Void
    ) {
      (self.name, self.code, self.change) = (name, code, change)
    }
  }

  /// Changes of the worked example: the digest of the start, two calls, a digest.
  static let breaks: [Break] = [
    Break("future version", .unsupported) { $0.header[10] = 2 },
    Break("unknown dialect", .unsupported) { $0.header[24] = UInt8(ascii: "x") },
    Break("another dialect than the start's", .structure) { walker in
      walker.records[0].type = 1
      let state = (try? Codec.encode(NativeFixtures.kvmV4()).bytes) ?? []
      walker.records[0].body = JournalRefusalTests.varint(state.count) + state
    },
    Break("reserved header bytes", .value) { $0.header[20] = 1 },
    Break("control character in the producer", .value) { $0.header[37] = 7 },
    Break("no start", .structure) { $0.records[0].type = 16 },
    Break("a start in the middle", .unsupported) { $0.records[1].type = 1 },
    Break("a step type that is not known", .unsupported) { $0.records[1].type = 99 },
    Break("a record that is missing", .structure) { $0.records.remove(at: 1) },
    Break("a record that is there twice", .structure) {
      $0.records.insert($0.records[1], at: 1)
    },
    Break("flags", .value) { $0.records[1].flags = 1 },
    Break("padding", .value) { $0.records[1].padding[0] = 1 },
    Break("a body that is too long", .trailing) { $0.records[1].body.append(0) },
    Break("a body that is too short", .truncated) { $0.records[1].body.removeLast() },
    Break("a vCPU that is not minimal", .notCanonical) {
      $0.records[1].body.replaceSubrange(4..<5, with: [0x81, 0])
    },
    Break("a vCPU of 33 bits", .value) {
      $0.records[1].body.replaceSubrange(4..<5, with: [0x80, 0x80, 0x80, 0x80, 0x10])
    },
    Break("6 arguments", .value) { $0.records[1].body[5] = 6 },
    Break("a 0 as last argument", .value) {
      $0.records[1].body.replaceSubrange(5..<6, with: [1, 0])
    },
    Break("presence 2", .value) { $0.records[1].body[6] = 2 },
    Break("a result of kind 5", .value) { $0.records[1].body[7] = 5 },
    Break("a register that is 0", .value) { walker in
      walker.records[2].body.replaceSubrange(9..., with: [1, 1, 0])
    },
    Break("24 registers", .value) { walker in
      walker.records[2].body.replaceSubrange(9..., with: [1, 0x80, 0x80, 0x80, 0x04])
    },
    Break("a way to go astray that is not known", .value) { walker in
      walker.records[1].body.replaceSubrange(7..., with: [4, 1, 0x61, 0, 0])
    },
    Break("a transition that is not known", .value) { walker in
      walker.records[1].type = 24
      walker.records[1].body = [2, 0x6F, 0x66, 0, 0, 0, 0]
    },
    Break("a part as a state", .structure) { walker in
      let part = NativeFixtures.workedExample().vmPart()
      let bytes = (try? Codec.encode(part, scope: .vm).bytes) ?? []
      walker.records[3].type = 3
      walker.records[3].body = JournalRefusalTests.varint(bytes.count) + bytes
    },
    Break("a deflated state", .structure) { walker in
      let fixture = NativeFixtures.all.first { $0.name == "deflated" }
      let bytes = (try? fixture?.bytes) ?? []
      walker.records[3].type = 3
      walker.records[3].body = JournalRefusalTests.varint(bytes.count) + bytes
    },
    Break("a state that is damaged", .checksum) { walker in
      var bytes = (try? Codec.encode(Snapshot()).bytes) ?? []
      bytes[bytes.count - 20] ^= 1
      walker.records[3].type = 3
      walker.records[3].body = JournalRefusalTests.varint(bytes.count) + bytes
    },
    Break("a definition of another number", .value) { walker in
      walker.records[3].type = 26
      walker.records[3].body = [5, 1, 0x10, 1, 1, 0, 0, 0, 0, 0, 0, 0]
    },
  ]

  private static func varint(_ count: Int) -> [UInt8] {
    count < 128 ? [UInt8(count)] : [UInt8(count & 127 | 128)] + varint(count >> 7)
  }

  @Test("a record that breaks a rule is refused, checksums being right", arguments: breaks)
  func records(breaking: Break) throws {
    let bytes = try JournalFixtures.workedExample.encode(as: .binary)
    var walker = JournalWalker(bytes)
    try #require(walker.sealed == bytes, "the walker must give back what it read")
    breaking.change(&walker)
    let error = try #require(JournalCodec.refusal(walker.sealed, as: .binary))
    #expect(error.code == breaking.code, "\(error)")
    #expect(error.offset != nil && !error.path.isEmpty)
  }

  @Test("damaged texts and bodies end in an error, a torn tail or a journal, never in a trap")
  func robust() throws {
    var random = SplitMix64(seed: 0x5DE1_0200)
    let text = try JournalFixtures.everyStep.encode(as: .jsonLines)
    for _ in 0..<20_000 {
      var damaged = text
      for _ in 0...random.below(3) {
        damaged[Int(random.below(UInt64(text.count)))] = UInt8(random.below(256))
      }
      _ = try? JournalCodec.decode(damaged)
    }
    let walker = JournalWalker(try JournalFixtures.everyStep.encode(as: .binary))
    for _ in 0..<20_000 {
      var damaged = walker
      let record = Int(random.below(UInt64(walker.records.count)))
      for _ in 0...random.below(3) where !damaged.records[record].body.isEmpty {
        let place = Int(random.below(UInt64(damaged.records[record].body.count)))
        damaged.records[record].body[place] = UInt8(random.below(256))
      }
      guard let (read, tail) = try? JournalCodec.decode(damaged.sealed) else { continue }
      #expect(tail == nil)
      // Each value has one form only: what is read is written again in the same bytes.
      #expect(try read.encode(as: .binary) == damaged.sealed)
    }
  }
}
