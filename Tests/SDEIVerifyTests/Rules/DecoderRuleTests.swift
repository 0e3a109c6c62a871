import SDEIFormats
import SDEIModel
import SDEITestSupport
import SDEIVerify
import Testing

@Suite("Rules of what no state can hold: the bytes that would break them are refused")
struct DecoderRuleTests {
  /// A text or bytes that break a rule.
  struct Refusal: Sendable, CustomTestStringConvertible {
    let id: String
    let code: DecodeError.Code
    let path: String
    let bytes: [UInt8]
    let offset: Int
    var testDescription: String { "\(id) at \(path)" }

    init(_ id: String, _ code: DecodeError.Code, _ path: String, _ bytes: [UInt8], at offset: Int) {
      (self.id, self.code, self.path) = (id, code, path)
      (self.bytes, self.offset) = (bytes, offset)
    }

    /// A JSON text of the legal state in which `old` is replaced; the error is at `mark` in `new`.
    init(
      _ id: String,
      _ code: DecodeError.Code,
      _ path: String,
      json old: String,
      by new: String,
      at mark: String
    ) {
      let text = Refusal.json
      let start = text.firstRange(of: old)
      let place = new.firstRange(of: mark)
      guard let start, let place else {
        // Nothing is refused at this place: the case fails, and says why.
        self.init(id, code, "\(path): the text has no \(old)", Array(text.utf8), at: -1)
        return
      }
      let offset =
        text.utf8.distance(from: text.startIndex, to: start.lowerBound)
        + new.utf8.distance(from: new.startIndex, to: place.lowerBound)
      let changed = text.replacing(old, with: new, maxReplacements: 1)
      self.init(id, code, path, Array(changed.utf8), at: offset)
    }

    private static let json = bytes(.json).map { String(decoding: $0, as: UTF8.self) } ?? ""

    static func bytes(_ format: FormatID, _ snapshot: Snapshot = LegalState.snapshot) -> [UInt8]? {
      try? Codec.encode(snapshot, as: format).bytes
    }
  }

  static let texts: [Refusal] = [
    Refusal(
      "SDEI-V002a",
      .value,
      "instance.features.privateSlots",
      json: "\"privateSlots\": 2",
      by: "\"privateSlots\": 65536",
      at: "65536"
    ),
    Refusal(
      "SDEI-V003a",
      .value,
      "instance.features.relativeMode",
      json: "\"relativeMode\": true",
      by: "\"relativeMode\": 2",
      at: "2"
    ),
    Refusal(
      "SDEI-V004c",
      .structure,
      "instance.dispatcherEL",
      json: "\"clientEL\": 1",
      by: "\"dispatcherEL\": 2, \"clientEL\": 1",
      at: "2,"
    ),
    Refusal(
      "SDEI-V004d",
      .structure,
      "instance.physical",
      json: "\"clientEL\": 1",
      by: "\"physical\": true, \"clientEL\": 1",
      at: "true"
    ),
    Refusal(
      "SDEI-V007",
      .duplicate,
      "events.0x0000",
      json: "\"0x40400001\": {",
      by: "\"0x0000\": {}, \"0x40400001\": {",
      at: "{}"
    ),
    Refusal(
      "SDEI-V015b",
      .value,
      "events.0x40000000.interrupt",
      json: "\"interrupt\": \"0x14\"",
      by: "\"interrupt\": [\"0x14\", \"0x15\"]",
      at: "["
    ),
    Refusal(
      "SDEI-V015b",
      .syntax,
      "",
      json: "\"interrupt\": \"0x14\"",
      by: "\"interrupt\": \"0x14\", \"interrupt\": \"0x15\"",
      at: "\"interrupt\": \"0x15\""
    ),
    Refusal(
      "SDEI-V019",
      .structure,
      "events.0x77",
      json: "\"events\": {",
      by: "\"events\": {\"0x77\": {\"interrupt\": \"0x28\"},",
      at: "{\"interrupt\""
    ),
  ]

  /// One command's writes: operands, then the command (schemas/kvm-sysreg.md).
  private static func command(_ number: UInt64, _ operands: [UInt64]) -> [UInt8] {
    func write(_ register: UInt32, _ value: UInt64) -> [UInt8] {
      let head = UInt64(UInt32.max) | UInt64(register) << 32
      return [head, value].flatMap { word in
        (0..<8).map { UInt8(truncatingIfNeeded: word >> (8 * $0)) }
      }
    }
    return operands.flatMap { write(1, $0) } + write(0, number)
  }

  static let writes: [Refusal] = {
    guard let legal = Refusal.bytes(.kvmSysreg) else { return [] }
    let again = command(0x11, [0x4040_0001, 0, 0])
    let wide = command(0x12, [0x4040_0001, 0x100, 0])
    return [
      Refusal("SDEI-V007", .duplicate, "DEFINE_EVENT", legal + again, at: legal.count + 48),
      Refusal("SDEI-V027", .value, "SET_ROUTING", legal + wide, at: legal.count + 48),
    ]
  }()

  static let sections: [Refusal] = {
    let file = "fixtures/qemu-rfc/worked-example.qemu-rfc"
    guard var bytes = try? Repository.bytes(file) else { return [] }
    // Slot 17 is free; its interrupt is at 4.
    let offset = 23 + 17 * 18 + 4
    bytes.replaceSubrange(offset..<offset + 4, with: [0, 0, 0, 40])
    guard var routed = try? Repository.bytes(file) else { return [] }
    // The mode of the shared instance in slot 16 is at 20.
    routed[23 + 864 + 20 + 6] = 1
    return [
      Refusal(
        "SDEI-V019",
        .value,
        "qemu_sdei.sde_props_state[17].interrupt",
        bytes,
        at: offset
      ),
      Refusal(
        "SDEI-V027",
        .value,
        "qemu_sdei.shared_sde_array[0].routing_mode",
        routed,
        at: 23 + 864 + 20
      ),
    ]
  }()

  static let native: [Refusal] = {
    guard let bytes = try? Repository.bytes("fixtures/native/worked-example.sdei") else {
      return []
    }
    var walker = RecordWalker(bytes)
    walker.records[0].body[9] = 2
    // The header with its checksum, and the record's own head.
    let offset = walker.header.count + 4 + 16 + 9
    return [Refusal("SDEI-V003a", .value, "INSTANCE.relativeMode", walker.sealed, at: offset)]
  }()

  static let all = texts + writes + sections + native

  @Test("each is refused with its code, at its byte and path", arguments: all)
  func refused(_ refusal: Refusal) throws {
    let error = #expect(throws: DecodeError.self) { try Codec.decode(refusal.bytes) }
    #expect(error?.code == refusal.code)
    #expect(error?.offset == refusal.offset)
    #expect(error?.path == refusal.path)
    let rule = try #require(Catalogue.rule(refusal.id))
    #expect(rule.kind == .decoder)
    // The explanation names the code by which it is told.
    #expect(rule.explanation.contains(refusal.code.rawValue), "\(refusal.code.rawValue)")
  }
}
