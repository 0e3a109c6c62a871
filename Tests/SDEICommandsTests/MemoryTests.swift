import SDEIFormats
import SDEIModel
import SDEITestSupport
import Testing

@Suite("Memory follows the file's size")
struct MemoryTests {
  private static func varint(_ value: UInt64) -> [UInt8] {
    var (rest, bytes) = (value, [UInt8]())
    while rest > 0x7F {
      bytes.append(UInt8(rest & 0x7F | 0x80))
      rest >>= 7
    }
    return bytes + [UInt8(rest)]
  }

  struct Case: Sendable, CustomTestStringConvertible {
    let name: String
    let bytes: @Sendable () throws -> [UInt8]
    var testDescription: String { name }
  }

  static let count = 200_000

  /// A file with just these records behind INSTANCE and VCPUS.
  static func file(_ records: [(type: UInt16, body: [UInt8])]) throws -> [UInt8] {
    var walker = RecordWalker(try Repository.bytes("fixtures/native/worked-example.sdei"))
    walker.records.removeSubrange(1...)
    walker.records.append(
      .init(type: 3, flags: 1, body: varint(UInt64(count)) + [0, 0, 0, 0, 0], padding: [])
    )
    for record in records {
      walker.records.append(.init(type: record.type, flags: 1, body: record.body, padding: []))
    }
    return walker.sealed
  }

  static func events(_ number: Int) -> [UInt8] {
    var body = varint(UInt64(number)) + (number == 1 ? [0] : [3])
    if number > 1 { for rank in 0..<number { body += RecordWalker.bytes(UInt64(rank), 3) } }
    return body + [UInt8](repeating: 0, count: number * 4) + [0]
  }

  /// The cheapest bytes that ask for the most memory, of each kind.
  static let cases: [Case] = [
    Case(name: "contexts that are all alike") {
      var body = varint(UInt64(count))
      for vcpu in 0..<count { body += RecordWalker.bytes(UInt64(vcpu), 4) }
      return try file([(6, body + [1, 0] + [UInt8](repeating: 0, count: 21))])
    },
    Case(name: "events without anything") { try file([(4, events(count))]) },
    Case(name: "events with a bitmap of one byte in each place") {
      let one: [UInt8] = [0x1F, 1, 1, 1, 1, 1]
      return try file([(4, events(count)), (5, (0..<count).flatMap { _ in one })])
    },
    Case(name: "events with a column of one value in each place") {
      let one: [UInt8] =
        [0xE0] + [UInt8]([1, 0, 4, 0x10, 5] + [1, 0, 4, 0x10, 5] + [1, 0, 4, 0x10, 5])
      return try file([(4, events(count)), (5, (0..<count).flatMap { _ in one })])
    },
    Case(name: "a column of single values") {
      let rest = (1..<count).flatMap { _ in [1, 4, 0x10, 5] as [UInt8] }
      return try file([
        (4, events(1)), (5, [0x40] + varint(UInt64(count)) + [0, 4, 0x10, 5] + rest),
      ])
    },
    Case(name: "a bitmap of single indexes") {
      let rest = (1..<count).flatMap { _ in [0x7F, 1] as [UInt8] }
      return try file([(4, events(1)), (5, [1, 2] + varint(UInt64(count)) + [0, 1] + rest)])
    },
    Case(name: "events with five extras each, told by a few bytes for all") {
      var walker = RecordWalker(try file([(4, events(count))]))
      walker.header.replaceSubrange(26..<28, with: [6, 0])
      walker.header.replaceSubrange(32..<45, with: Array("kvm-v5".utf8))
      let size = (36 + 6 + 3 + 7) / 8 * 8
      walker.header = Array(walker.header[..<41]) + [UInt8](repeating: 0, count: size - 4 - 41)
      walker.header.replaceSubrange(12..<16, with: RecordWalker.bytes(UInt64(size), 4))
      let all = [1, 0] + varint(UInt64(count) << 2 | 1) + [1, 5]
      let values = [5, 6, 7, 8, 9].flatMap { [UInt8($0)] + all }
      walker.records.append(
        .init(type: 7, flags: 1, body: [0, 0, 5] + values + [0, 0, 0], padding: [])
      )
      return walker.sealed
    },
    Case(name: "a transcript with a finding in every entry") {
      var transcript = TranscriptBuilder(vcpus: 1)
      transcript.frame(2, count: 0, [])
      transcript.frame(5, count: 0, [])
      let entries = (1...UInt64(count)).flatMap { KVMv5Struct.queued($0, count: 1, padding: 7) }
      transcript.frame(8, 0, count: count, entries)
      transcript.frame(10, 0, count: 1, KVMv5Struct.state())
      return transcript.bytes
    },
    Case(name: "JSON of event numbers") {
      let front = """
        {"schema":"sdeictl/snapshot/1","instance":{"version":"1.1","vendor":"0x0","clientEL":1,
        "dialect":"kvm-v5"},"vcpus":{"count":1},"extras":{"kvm-v5":{"exposedOrder":[
        """
      let numbers = (1...count).map { "\"0x" + String($0, radix: 16) + "\"" }
      return Array((front + numbers.joined(separator: ",") + "]}}}").utf8)
    },
    Case(name: "JSON of tiny values") {
      Array("{\"schema\":[".utf8) + (0..<count).flatMap { _ in Array("[0],".utf8) }
        + Array("0]}".utf8)
    },
  ]

  @Test("64 times its size and 1 MiB at most", arguments: cases)
  func bounded(input: Case) throws {
    let directory = try Temporary()
    let bytes = try input.bytes()
    let file = try directory.write(bytes, "input")
    let idle = try Program.runMeasured(["info", "fixtures/native/empty.sdei"]).peakKiB
    let (result, peakKiB) = try Program.runMeasured(["info", file])
    let isRefused = input.name == "JSON of tiny values"
    #expect(result.status == (isRefused ? 2 : 0), "\(result.messages)")
    let used = peakKiB - idle
    print("\(input.name): \(bytes.count) bytes, \(used) KiB, \(used * 1024 / bytes.count) times")
    #expect(used < 64 * bytes.count / 1024 + 1024)
  }
}
