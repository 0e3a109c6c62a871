import SDEIFormats
import SDEIModel
import SDEITestSupport
import Testing

@Suite("Native format: files that break one rule, with right checksums")
struct NativeRefusalTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let name: String
    let code: DecodeError.Code
    let change: @Sendable (inout RecordWalker) -> Void
    var testDescription: String { name }

    init(
      _ name: String,
      _ code: DecodeError.Code,
      _ change: @escaping @Sendable (inout RecordWalker) -> Void
    ) {
      self.name = name
      self.code = code
      self.change = change
    }
  }

  /// Changes of the worked example: INSTANCE, VCPUS, EVENTS, HANDLERS, CONTEXTS.
  static let cases: [Case] = [
    Case("future major version", .unsupported) { $0.header[8] = 7 },
    Case("future minor version", .unsupported) { $0.header[10] = 2 },
    Case("unknown scope", .value) { $0.header[24] = 3 },
    Case("reserved header byte", .value) { $0.header[25] = 1 },
    Case("unknown dialect", .unsupported) { $0.header[32] = UInt8(ascii: "x") },
    Case("header padding", .value) { $0.header[$0.header.count - 1] = 1 },
    Case("control character in the producer", .value) { $0.header[45] = 0x1B },
    Case("missing INSTANCE", .structure) { $0.records.removeFirst() },
    Case("missing VCPUS", .structure) { $0.records.removeSubrange(1...) },
    Case("records out of order", .structure) { $0.records.swapAt(0, 1) },
    Case("a record twice", .structure) { $0.records.insert($0.records[0], at: 1) },
    Case("record type 0", .value) { $0.records[0].type = 0 },
    Case("reserved record flag", .value) { $0.records[0].flags |= 8 },
    Case("INSTANCE without must-understand", .value) { $0.records[0].flags = 0 },
    Case("record padding", .value) { $0.records[1].padding[0] = 1 },
    Case("INSTANCE too short", .truncated) { $0.records[0].body.removeLast(4) },
    Case("INSTANCE too long", .trailing) { $0.records[0].body += [0] },
    Case("relative mode 2", .value) { $0.records[0].body[9] = 2 },
    Case("reserved field of INSTANCE", .value) { $0.records[0].body[15] = 1 },
    Case("a count that is not minimal", .notCanonical) {
      $0.records[1].body.replaceSubrange(0..<1, with: [0x82, 0x00])
    },
    Case("a count beyond 2^32", .value) {
      $0.records[1].body.replaceSubrange(0..<1, with: [0xFF, 0xFF, 0xFF, 0xFF, 0x7F])
    },
    Case("2^60 vCPUs", .value) {
      $0.records[1].body.replaceSubrange(
        0..<1,
        with: [0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x10]
      )
    },
    Case("a bitmap tag that does not exist", .value) { $0.records[1].body[1] = 4 },
    Case("all, where nothing is all", .notCanonical) { walker in
      walker.records[1].body = [0, 1, 0, 0, 0, 0]
      walker.records.removeSubrange(2...)
    },
    Case("ranges where tag 1 says it", .notCanonical) {
      $0.records[1].body.replaceSubrange(1..<2, with: [2, 1, 0, 2])
    },
    Case("raw words where ranges are no longer", .notCanonical) {
      $0.records[1].body.replaceSubrange(1..<2, with: [3, 1, 1, 0, 0, 0, 0, 0, 0, 0])
    },
    Case("ranges that touch", .value) {
      $0.records[1].body.replaceSubrange(1..<2, with: [2, 2, 0, 1, 0, 3])
    },
    Case("power state 5", .value) {
      $0.records[1].body.replaceSubrange(3..<4, with: [1, 0, 4, 0x10, 5])
    },
    Case("an affinity of an unknown vCPU", .value) {
      $0.records[1].body.replaceSubrange(5..<6, with: [1, 0, 4, 0x10, 5])
    },
    Case("2^32 - 1 events in a few bytes", .truncated) {
      $0.records[2].body = [0xFF, 0xFF, 0xFF, 0xFF, 0x0F, 0x01, 0x00]
    },
    Case("as many equal events as one likes", .value) {
      $0.records[2].body = [0xFF, 0xFF, 0xFF, 0xFF, 0x0F, 0x00]
    },
    Case("no events in EVENTS", .notCanonical) { $0.records[2].body = [0] },
    Case("an event flag that does not exist", .value) { $0.records[2].body[2] = 0x83 },
    Case("an origin that does not exist", .value) { $0.records[2].body[2] = 0x63 },
    Case("an origin without a definition", .value) { $0.records[2].body[2] = 0x20 },
    Case("a handler bit with nothing behind it", .notCanonical) {
      $0.records[3].body = [0x01, 0x00]
    },
    Case("no handler in HANDLERS", .notCanonical) { $0.records[3].body = [0] },
    Case("no context in CONTEXTS", .notCanonical) { $0.records[4].body = [0, 0] },
    Case("more contexts than bytes", .truncated) {
      $0.records[4].body = [0xFF, 0xFF, 0xFF, 0x7F, 0, 0, 0, 0]
    },
    Case("PART in a whole snapshot", .structure) {
      $0.records.insert(
        .init(type: 2, flags: 1, body: [UInt8](repeating: 0, count: 16), padding: []),
        at: 1
      )
    },
    Case("an extra that the dialect does not have", .value) {
      $0.records.append(.init(type: 7, flags: 1, body: [1, 1, 1, 2, 0, 0, 0, 0, 0], padding: []))
    },
    Case("bytes behind END", .trailing) { $0.trailer = [0, 0, 0, 0, 0, 0, 0, 0] },
    Case("the deflate tag without a deflated record", .structure) { walker in
      var header = Array(walker.header[..<48]) + Array("deflate".utf8)
      header[30] = 7
      header += [UInt8](repeating: 0, count: 60 - header.count)
      header[12] = 64
      walker.header = header
    },
  ]

  @Test("is refused with the offset and the kind of rule", arguments: cases)
  func refused(breaking: Case) throws {
    let fixture = try #require(NativeFixtures.all.first { $0.name == "worked-example" })
    var walker = RecordWalker(try fixture.bytes)
    #expect(walker.sealed == (try fixture.bytes), "the walker must give back what it read")
    breaking.change(&walker)
    let error = #expect(throws: DecodeError.self) { try Codec.decode(walker.sealed, as: .sdei) }
    #expect(error?.code == breaking.code)
    #expect(error?.offset != nil)
  }

  @Test("a record that claims 2^62 bytes is refused before anything is allocated")
  func hugeRecord() throws {
    var bytes = try NativeFixtures.workedExampleBytes
    let offset = Int(RecordWalker.number(bytes, 12, 4))
    bytes.replaceSubrange(offset + 8..<offset + 16, with: RecordWalker.bytes(1 << 62, 8))
    let error = #expect(throws: DecodeError.self) { try Codec.decode(bytes, as: .sdei) }
    #expect(error?.code == .truncated && error?.offset == offset + 8)
  }
}

extension NativeFixtures {
  static var workedExampleBytes: [UInt8] {
    get throws { try Fixture("worked-example", workedExample()).bytes }
  }
}
