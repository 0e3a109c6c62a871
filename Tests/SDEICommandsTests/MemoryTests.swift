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

  private static let count = 200_000

  /// A file with just these records behind INSTANCE and VCPUS.
  private static func file(_ records: [(type: UInt16, body: [UInt8])]) throws -> [UInt8] {
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

  private static func events(_ number: Int) -> [UInt8] {
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
    let isJSON = bytes[0] == UInt8(ascii: "{")
    #expect(result.status == (isJSON ? 2 : 0), "\(result.messages)")
    let used = peakKiB - idle
    print("\(input.name): \(bytes.count) bytes, \(used) KiB, \(used * 1024 / bytes.count) times")
    #expect(used < 64 * bytes.count / 1024 + 1024)
  }
}
