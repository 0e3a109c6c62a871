import SDEIFormats
import SDEIModel
import SDEITestSupport
import SDEIVerify
import Testing

@Suite("What no snapshot can hold of running handlers: bytes that say it (34 to 59)")
struct RunningDecoderRuleTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let id: String
    /// What is replaced behind `contexts` of the legal state's text, once.
    let from: String
    let to: String
    let code: DecodeError.Code
    let path: String
    /// What stands at the error's offset.
    let at: String
    var testDescription: String { "\(id): \(to)" }
  }

  static let cases: [Case] = [
    Case(
      id: "SDEI-V035b",
      from: "\"normal\": {",
      to: "\"inner\": {}, \"normal\": {",
      code: .structure,
      path: "contexts.0.inner",
      at: "{}"
    ),
    Case(
      id: "SDEI-V039",
      from: "\"normal\": {",
      to: "\"order\": [\"critical\", \"normal\"], \"normal\": {",
      code: .structure,
      path: "contexts.0.order",
      at: "[\"critical\""
    ),
    Case(
      id: "SDEI-V040",
      from: "\"event\": \"0x40400001\"",
      to: "\"event\": null",
      code: .value,
      path: "contexts.0.normal.event",
      at: "null"
    ),
    Case(
      id: "SDEI-V040",
      from: "\"event\": \"0x40400001\"",
      to: "\"event\": -1",
      code: .value,
      path: "contexts.0.normal.event",
      at: "-1"
    ),
    Case(
      id: "SDEI-V043",
      from: "\"0x100\", ",
      to: "",
      code: .value,
      path: "contexts.0.normal.x",
      at: "["
    ),
    Case(
      id: "SDEI-V043",
      from: "\"pc\"",
      to: "\"sp\"",
      code: .structure,
      path: "contexts.0.normal.sp",
      at: "\"0xffff"
    ),
  ]

  @Test("is refused at its place", arguments: cases)
  func refused(_ refused: Case) throws {
    let text = String(
      decoding: try Codec.encode(LegalState.snapshot, as: .json).bytes,
      as: UTF8.self
    )
    let contexts = try #require(text.range(of: "\"contexts\""))
    let place = try #require(text[contexts.upperBound...].range(of: refused.from))
    let changed = Array(text.replacingCharacters(in: place, with: refused.to).utf8)
    let error = #expect(throws: DecodeError.self) { try Codec.decode(changed, as: .json) }
    #expect(error?.code == refused.code)
    #expect(error?.path == refused.path)
    let offset = try #require(error?.offset)
    #expect(changed[offset...].starts(with: refused.at.utf8), "\(offset)")
    #expect(Catalogue.rule(refused.id)?.kind == .decoder)
  }

  @Test("each format's own number for none is none, and event 0 is an event (40)")
  func none() throws {
    var v5 = TranscriptBuilder(vcpus: 1)
    v5.frame(2, count: 1, KVMv5Struct.exposed(0, signaled: 1))
    v5.frame(5, count: 0, [])
    v5.frame(10, 0, count: 1, KVMv5Struct.state(normal: 0, words: [39: 0x3C5]))
    let five = try Codec.decode(v5.bytes).snapshot
    #expect(five.contexts.map(\.event) == [.softwareSignalled])
    var v4 = TranscriptBuilder("kvm-v4", vcpus: 1)
    v4.frame(3, count: 0, [])
    v4.frame(8, 0, count: 1, KVMv4Struct.state(normal: 0, words: [39: 0x3C5]))
    let four = try Codec.decode(v4.bytes).snapshot
    #expect(four.contexts.map(\.event) == [nil])
    var rfc = RFCFixtures.State(vcpus: 1)
    rfc.vcpus[0].running[0] = 0x8000_0000
    let error = #expect(throws: DecodeError.self) {
      try Codec.decode(rfc.section, as: .qemuRFC)
    }
    #expect(error?.path == "qemu_sdei.sde_cpus[0].normal_running_event")
    #expect(error?.offset == 23 + 2144 + 956)
  }

  @Test("a mask that is no boolean is refused where a format has one (46)")
  func mask() throws {
    var rfc = RFCFixtures.State(vcpus: 1)
    rfc.vcpus[0].masked = 2
    let error = #expect(throws: DecodeError.self) {
      try Codec.decode(rfc.section, as: .qemuRFC)
    }
    #expect(error?.path == "qemu_sdei.sde_cpus[0].masked")
    #expect(error?.offset == 23 + 2144 + 960)
  }

  @Test("a list of v7's registers without the context is read with zeros, and that is told (43)")
  func withoutContext() throws {
    var list = TranscriptBuilder("kvm-v7", vcpus: 1, isVersioned: false)
    let registers = KVMv7Registers.all.filter { $0.size != 256 }
    list.put(0, 4)
    list.put(UInt64(registers.count), 4)
    for register in registers {
      list.register(register.id, [UInt8](repeating: 0, count: register.size))
    }
    let document = try Codec.decode(list.bytes)
    #expect(document.findings.contains { $0.id == "SDEI-D032" && $0.path.contains("CONTEXT") })
  }
}
