import Foundation
import SDEIFormats
import SDEIModel
import SDEITestSupport
import Testing

@Suite("JSON")
struct JSONFormatTests {
  @Test("is lossless both ways, and one text per snapshot")
  func lossless() throws {
    let seed: UInt64 = 0x5DE1_0004
    for number in 0..<3000 as Range<UInt64> {
      let snapshot = RandomSnapshot.make(seed: seed &+ number)
      let text = try Codec.encode(snapshot, as: .json).bytes
      let back = try Codec.decode(text, as: .json).snapshot
      try #require(back == snapshot, "seed \(seed &+ number)")
      try #require(try Codec.encode(back, as: .json).bytes == text)
    }
  }

  @Test("every fixture satisfies schemas/snapshot.schema.json")
  func schema() throws {
    let native = try Repository.files(in: "fixtures/native", ".json").map {
      "fixtures/native/" + $0
    }
    let kvm = try Repository.files(in: "fixtures/kvm-v5", ".json").map { "fixtures/kvm-v5/" + $0 }
    let directory = try Temporary()
    var files = native + kvm
    for seed in 0..<300 as Range<UInt64> {
      let text = try Codec.encode(RandomSnapshot.make(seed: seed), as: .json).bytes
      files.append(try directory.write(text, "random-\(seed).json"))
    }
    let result = try Program.run(
      program: "python3",
      ["Tests/Tools/validate.py", "schemas/snapshot.schema.json"] + files
    )
    print(result.text)
    #expect(result.status == 0, "\(result.text)\(result.messages)")
    #expect(result.text.contains("\(files.count) valid"))
  }

  @Test("the schema refuses what it should")
  func schemaRefuses() throws {
    let good = try Repository.text("fixtures/native/worked-example.json")
    let directory = try Temporary()
    let edits = [
      ("\"count\": 2", "\"count\": 4294967296"), ("\"private\"", "\"privat\""),
      ("\"0xffff800008010e40\"", "\"0xFFFF800008010e40\""), ("\"pc\"", "\"PC\""),
      ("\"0-1\"", "\"0-1,\""), ("\"1.1\"", "\"1\""), ("\"doc\"", "3"),
    ]
    for (number, edit) in edits.enumerated() {
      let text = good.replacing(edit.0, with: edit.1)
      #expect(text != good, "\(edit)")
      let file = try directory.write(Array(text.utf8), "\(number).json")
      let result = try Program.run(
        program: "python3",
        ["Tests/Tools/validate.py", "schemas/snapshot.schema.json", file]
      )
      #expect(result.status == 1, "\(edit)")
    }
  }

  struct Wrong: Sendable, CustomTestStringConvertible {
    let from: String
    let to: String
    let code: DecodeError.Code
    let path: String
    var testDescription: String { "\(from) -> \(to)" }
  }

  /// Changes of the worked example's text.
  static let wrongs: [Wrong] = [
    Wrong(
      from: "\"vcpus\": {",
      to: "\"vcpus\": {\"cout\": 1,",
      code: .structure,
      path: "vcpus.cout"
    ),
    Wrong(from: "\"count\": 2", to: "\"count\": 4294967296", code: .value, path: "vcpus.count"),
    Wrong(from: "\"count\": 2", to: "\"count\": -1", code: .value, path: "vcpus.count"),
    Wrong(from: "\"count\": 2", to: "\"count\": 2.5", code: .value, path: "vcpus.count"),
    Wrong(
      from: "snapshot/1",
      to: "snapshot/2",
      code: .unsupported,
      path: "schema"
    ),
    Wrong(from: "\"1.1\"", to: "\"1\"", code: .value, path: "instance.version"),
    Wrong(
      from: "\"specification\"",
      to: "\"kvm-v9\"",
      code: .unsupported,
      path: "instance.dialect"
    ),
    Wrong(from: "\"private\"", to: "\"privat\"", code: .value, path: "events.0x0.type"),
    Wrong(from: "\"0-1\"", to: "\"1-0\"", code: .value, path: "events.0x0.registered"),
    Wrong(from: "\"0-1\"", to: "\"0-1,1\"", code: .value, path: "events.0x0.registered"),
    Wrong(
      from: "\"0xffff800008010e40\"",
      to: "\"ff\"",
      code: .value,
      path: "events.0x0.entry[0].value"
    ),
    Wrong(
      from: "\"0xffff800008010e40\"",
      to: "18446744073709551615",
      code: .value,
      path: "events.0x0.entry[0].value"
    ),
    Wrong(from: "\"0x0\": {", to: "\"zero\": {", code: .value, path: "events.zero"),
    Wrong(from: "\"pc\"", to: "\"sp\"", code: .structure, path: "contexts.1.normal.sp"),
    Wrong(
      from: "[\"0x1234\", ",
      to: "[",
      code: .value,
      path: "contexts.1.normal.x"
    ),
    Wrong(from: "\"schema\"", to: "\"events\": {}, \"schema\"", code: .syntax, path: ""),
    Wrong(from: "\"count\": 2", to: "\"count\": 02", code: .syntax, path: ""),
    Wrong(from: "\"count\": 2", to: "\"count\": 2,", code: .syntax, path: ""),
  ]

  @Test("an error names the offset and the path", arguments: wrongs)
  func errors(wrong: Wrong) throws {
    let good = try Repository.text("fixtures/native/worked-example.json")
    let place = try #require(good.range(of: wrong.from))
    let text = good.replacingCharacters(in: place, with: wrong.to)
    let error = #expect(throws: DecodeError.self) { try Codec.decode(Array(text.utf8)) }
    #expect(error?.code == wrong.code)
    #expect(error?.path == wrong.path)
    let offset = try #require(error?.offset)
    #expect(offset <= text.utf8.count)
  }

  @Test("truncated and damaged texts end in an error or a snapshot, never in a trap")
  func robust() throws {
    let text = try Repository.bytes("fixtures/native/every-encoding.json")
    for length in 0..<text.count - 1 {
      let error = #expect(throws: DecodeError.self) {
        try Codec.decode(Array(text[..<length]), as: .json)
      }
      #expect(error?.offset != nil)
    }
    var random = SplitMix64(seed: 3)
    for _ in 0..<20_000 {
      var damaged = text
      for _ in 0...random.below(3) {
        damaged[Int(random.below(UInt64(text.count)))] = UInt8(random.below(256))
      }
      _ = try? Codec.decode(damaged, as: .json)
    }
  }

  @Test("depth is limited, and a progression may not be 0 again and again")
  func hostile() throws {
    let deep = String(repeating: "{\"a\":", count: 100_000)
    let nested = #expect(throws: DecodeError.self) { try Codec.decode(Array(deep.utf8), as: .json) }
    #expect(nested?.code == .syntax)
    let text = """
      {"schema":"sdeictl/snapshot/1","instance":{"version":"1.1","vendor":"0x0","clientEL":1,
      "dialect":"specification"},"vcpus":{"count":4294967295},"events":{"0x0":{"entry":
      [{"vcpus":"0-4294967294","base":"0x0","stride":"0x8000000000000000"}]}}}
      """
    let often = #expect(throws: DecodeError.self) { try Codec.decode(Array(text.utf8)) }
    #expect(often?.path == "events.0x0.entry[0]")
  }

  @Test("a progression that starts at 0 is read, though its 0 is no part of it")
  func zeroStart() throws {
    let text = """
      {"schema":"sdeictl/snapshot/1","instance":{"version":"1.1","vendor":"0x0","clientEL":1,
      "dialect":"specification"},"vcpus":{"count":512},"events":{"0x0":{"argument":
      [{"vcpus":"0-511","base":"0x0","stride":"0x1000"}]}}}
      """
    let event = try Codec.decode(Array(text.utf8)).snapshot.events[EventNumber(0)]
    #expect(event?.argument[0] == 0 && event?.argument[511] == 511 * 0x1000)
    #expect(event?.argument.runs.count == 1)
  }

  @Test("what would be larger than allowed is refused with its size")
  func sizeLimit() throws {
    let error = #expect(throws: EncodeError.self) {
      try Codec.encode(
        Workload.linux(2).snapshot(),
        as: .json,
        options: EncodeOptions(maxBytes: 10_000)
      )
    }
    #expect(error?.id == "SDEI-C002")
    let raw = #expect(throws: EncodeError.self) {
      try Codec.encode(
        Workload.linux(2).snapshot(),
        as: .kvmV5,
        options: EncodeOptions(maxBytes: 10_000)
      )
    }
    #expect(raw?.id == "SDEI-C002")
  }

  @Test("the size that is computed first is not below the real one")
  func sizeBound() throws {
    for seed in 0..<500 as Range<UInt64> {
      let snapshot = RandomSnapshot.make(seed: seed)
      let size = try Codec.encode(snapshot, as: .json).bytes.count
      #expect(throws: Never.self) {
        try Codec.encode(
          snapshot,
          as: .json,
          options: EncodeOptions(maxBytes: UInt64(size) * 40 + 65_536)
        )
      }
      let small = EncodeOptions(maxBytes: UInt64(size) - 1)
      #expect(throws: EncodeError.self) { try Codec.encode(snapshot, as: .json, options: small) }
    }
  }
}
