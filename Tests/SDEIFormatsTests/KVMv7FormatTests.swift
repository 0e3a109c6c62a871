import SDEIFormats
import SDEIModel
import SDEITestSupport
import Testing

@Suite("KVM v7 registers")
struct KVMv7FormatTests {
  @Test("what the fields mean in the model")
  func meaning() throws {
    let snapshot = try Codec.decode(KVMv7Fixtures.all[0].bytes).snapshot
    #expect(snapshot.instance.version == SDEIVersion(major: 1, minor: 1, vendor: 0x564B_CAA9))
    #expect(snapshot.events.map(\.number.rawValue) == [0, 1, 2, 3, 4, 5, 63])
    let first = try #require(snapshot.events.first)
    #expect(
      first.definition == EventDefinition(type: .private, priority: .normal, isSignalable: true)
    )
    #expect(first.entry == Column([0x1001, 0x2001]) && first.argument == Column([0x1002, 0x2002]))
    #expect(first.registered == Bitmap(below: 1) && first.running == Bitmap(below: 1))
    #expect(first.pending == Column([1]))
    #expect(snapshot.events[EventNumber(63)]?.registered == Bitmap(below: 1))
    #expect(snapshot.events[EventNumber(63)]?.definition == nil)
    #expect(snapshot.events[EventNumber(3)]?.argument[1] == 0x2008)
    let context = try #require(snapshot.contexts[0, .normal])
    #expect(context.event == nil && snapshot.runningEvent(0, .normal) == EventNumber(0))
    #expect(context.frame.pc == 0x100d && context.frame.pstate == 0x100e)
    #expect(context.frame.x[0] == 0x100f && context.frame.x[17] == 0x1020)
    #expect(snapshot.extras.vcpuValues[.contextTail0]?[0] == 0x1021)
    #expect(snapshot.extras.vcpuValues[.contextTail11]?[1] == 0x202c)
    #expect(snapshot.vcpus.masked == Bitmap(below: 2))
    #expect(snapshot.extras.vcpuValues[.peState]?[0] == 0x102d)
    #expect(snapshot.vcpus.affinity(of: 1) == Affinity(rawValue: 0x101))
    #expect(snapshot.extras.vcpuValues[.mpidrFlags]?[1] == 0xC000_0000)
  }

  @Test("missing registers have their reset value, others are counted, and facts are told")
  func sparse() throws {
    let document = try Codec.decode(KVMv7Fixtures.all[2].bytes)
    let snapshot = document.snapshot
    #expect(snapshot.vcpus.masked == Bitmap(IndexRange(1, 2)))
    #expect(snapshot.events[EventNumber(0)]?.entry == Column([0x1000]))
    #expect(snapshot.events[EventNumber(1)]?.running == Bitmap(indexes: [1]))
    #expect(document.facts.map(\.label) == ["PSCI version", "STD_BMAP"])
    #expect(
      document.facts.map(\.text) == [
        "1.1 on vCPU 0", "0x3 (SDEI calls on) on vCPU 0, 0x1 (SDEI calls off) on vCPU 1",
      ]
    )
    let paths = document.findings.map(\.path)
    #expect(paths.contains("vcpus[1-2].SDEI_PE_STATE"))
    #expect(paths.contains("vcpus[0,2].SDEI_EVENT_RUNNING"))
    #expect(document.findings.last?.problem.contains("4 registers are not SDEI's") == true)
  }

  @Test("text is read as people write it")
  func text() throws {
    let snapshot = try Codec.decode(KVMv7Fixtures.all[4].bytes).snapshot
    #expect(snapshot.vcpus.count == 2)
    #expect(snapshot.events[EventNumber(0)]?.registered == Bitmap(below: 1))
    let event = try #require(snapshot.events[EventNumber(1)])
    #expect(event.entry == Column([0xFFFF_8000_0801_0E40]))
    #expect(event.argument == Column([0x2222_0000_0000_0000]))
    #expect(event.pending == Column([0, 1]))
    #expect(snapshot.extras.vcpuValues[.peState] == Column([10]))
    #expect(snapshot.contexts[0, .normal]?.frame.pc == 1)
    #expect(snapshot.vcpus.affinity(of: 1) == Affinity(rawValue: 1))
    #expect(snapshot.vcpus.affinity(of: 0) == nil)
    // Registers alone are vCPU 0's.
    let alone = try Codec.decode(Array("0x6030000000140008 0x1".utf8))
    #expect(alone.format == .kvmV7Text && alone.snapshot.vcpus.count == 1)
    #expect(alone.snapshot.events[EventNumber(0)]?.registered == Bitmap(below: 1))
    let none = try Codec.decode(Array("# nothing\n".utf8), as: .kvmV7Text)
    #expect(!none.hasState && none.snapshot.vcpus.count == 0)
  }

  struct Damage: Sendable, CustomTestStringConvertible {
    let name: String
    let code: DecodeError.Code
    let offset: Int
    let text: String
    var testDescription: String { name }
  }

  private static let line = "0x6030000000140008 0x1\n"

  static let textDamages: [Damage] = [
    Damage(name: "a word more", code: .syntax, offset: 0, text: "0x6030000000140008 0x1 0x2"),
    Damage(name: "no value", code: .syntax, offset: 9, text: "vcpu 0:\n 0x6030000000140008"),
    Damage(name: "no 0x", code: .value, offset: 19, text: "0x6030000000140008 1"),
    Damage(name: "no digits", code: .value, offset: 19, text: "0x6030000000140008 0x"),
    Damage(name: "no digit", code: .value, offset: 19, text: "0x6030000000140008 0xg"),
    Damage(
      name: "too large",
      code: .value,
      offset: 19,
      text: "0x6030000000140008 0x10000000000000000"
    ),
    Damage(
      name: "another's register too large",
      code: .value,
      offset: 19,
      text: "0x6020000000100000 0x100000000"
    ),
    Damage(name: "id too long", code: .syntax, offset: 0, text: "0x60300000001400080 0x1"),
    Damage(name: "vCPU 1 first", code: .structure, offset: 0, text: "vcpu 1:\n" + line),
    Damage(name: "a vCPU twice", code: .structure, offset: 7, text: "vcpu 0\nvcpu 0\n"),
    Damage(name: "a vCPU left out", code: .structure, offset: 7, text: "vcpu 0\nvcpu 2\n"),
    Damage(name: "no number", code: .structure, offset: 7, text: "vcpu 0\nvcpu x\n"),
    Damage(name: "registers in front", code: .structure, offset: 23, text: line + "vcpu 0\n"),
    Damage(name: "a register twice", code: .duplicate, offset: 23, text: line + line),
    Damage(
      name: "another's register twice",
      code: .duplicate,
      offset: 23,
      text: "0x6030000000100000 0x1\n0x6030000000100000 0x1\n"
    ),
    Damage(name: "other text", code: .syntax, offset: 8, text: "vcpu 0:\nhello \u{7}world\n"),
  ]

  @Test("text that is not as it must be is refused with its place", arguments: textDamages)
  func refused(damage: Damage) throws {
    let error = #expect(throws: DecodeError.self) {
      try Codec.decode(Array(damage.text.utf8), as: .kvmV7Text)
    }
    #expect(error?.code == damage.code, "\(String(describing: error))")
    #expect(error?.offset == damage.offset, "\(String(describing: error))")
    #expect(error?.path.hasPrefix("line ") == true || error?.code == .duplicate)
  }

  struct BinaryDamage: Sendable, CustomTestStringConvertible {
    let name: String
    let code: DecodeError.Code
    let offset: Int
    let change: @Sendable (inout [UInt8]) -> Void
    var testDescription: String { name }
  }

  /// Changes of `every-field`: vCPU 0 is at 80, its first register at 88, the next at 120.
  static let damages: [BinaryDamage] = [
    BinaryDamage(name: "vCPU index", code: .structure, offset: 80) { $0[80] = 1 },
    BinaryDamage(name: "size of a payload", code: .value, offset: 96) { $0[96] = 8 },
    BinaryDamage(name: "reserved field", code: .value, offset: 100) { $0[103] = 1 },
    BinaryDamage(name: "a register twice", code: .duplicate, offset: 120) { $0[120] = 4 },
    BinaryDamage(name: "one byte more", code: .trailing, offset: 1136) { $0.append(0) },
    BinaryDamage(name: "more vCPUs", code: .truncated, offset: 1136) { $0[23] = 0xFF },
    BinaryDamage(name: "another MPIDR than the header's", code: .value, offset: 584) {
      $0[584..<592] = [5, 0xC0, 0x13, 0, 0, 0, 0x30, 0x60]
    },
  ]

  @Test("damage is refused with its offset", arguments: damages)
  func refused(damage: BinaryDamage) throws {
    var bytes = KVMv7Fixtures.all[0].bytes
    damage.change(&bytes)
    let error = #expect(throws: DecodeError.self) { try Codec.decode(bytes, as: .kvmV7) }
    #expect(error?.code == damage.code, "\(String(describing: error))")
    #expect(error?.offset == damage.offset, "\(String(describing: error))")
  }

  @Test("bits that are scattered to take memory are refused")
  func scattered() throws {
    let vcpus: UInt32 = 100_000
    var list = TranscriptBuilder("kvm-v7", vcpus: vcpus, isVersioned: false)
    for vcpu in 0..<vcpus {
      list.put(UInt64(vcpu), 4)
      list.put(vcpu % 2 == 0 ? 1 : 0, 4)
      if vcpu % 2 == 0 {
        list.register(0x6030_0000_0014_000B, [UInt8](repeating: 0xFF, count: 8))
      }
    }
    let error = #expect(throws: DecodeError.self) { try Codec.decode(list.bytes) }
    #expect(error?.code == .tooLarge)
  }

  struct Loss: Sendable, CustomTestStringConvertible {
    let path: String
    let change: @Sendable (inout Snapshot) -> Void
    var testDescription: String { path }
  }

  /// Single changes of `every-field`, each of which the registers can not carry.
  static let lossy: [Loss] = [
    Loss(path: "instance.version") { $0.instance.version = .v1_1 },
    Loss(path: "vcpus.power") { $0.vcpus.power = Column([1]) },
    Loss(path: "vcpus.deliveryRequest") { $0.vcpus.deliveryRequest = Bitmap(below: 1) },
    Loss(path: "vcpus.masked") { $0.vcpus.masked.insert(7) },
    Loss(path: "events[0x0].type") { $0.events.update(zero) { $0.definition?.type = .shared } },
    Loss(path: "events[0x0].pending") { $0.events.update(zero) { $0.pending[0] = 2 } },
    Loss(path: "events[0x0].routing") {
      $0.events.update(zero) { $0.routing.mode = .pe }
    },
    Loss(path: "events[0x0].registered") { $0.events.update(zero) { $0.registered.insert(9) } },
    Loss(path: "events[0x4].entry") {
      $0.events.update(EventNumber(4)) { $0.entry = Column([1]) }
    },
    Loss(path: "events[0x4].definition") {
      $0.events.update(EventNumber(4)) {
        $0.definition = EventDefinition(type: .private, priority: .normal, isSignalable: true)
      }
    },
    Loss(path: "events[0x40]") {
      var event = Event(EventNumber(64))
      event.registered = Bitmap(below: 1)
      $0.events.insert(event)
    },
    Loss(path: "events[0x6]") { $0.events.insert(Event(EventNumber(6))) },
    Loss(path: "events[0x1]") { $0.events[EventNumber(1)] = nil },
    Loss(path: "contexts[0].normal") {
      var context = $0.contexts[0, .normal] ?? Context(vcpu: 0, level: .normal)
      context.event = zero
      $0.contexts.insert(context)
    },
    Loss(path: "contexts[0].critical") {
      $0.contexts.insert(Context(vcpu: 0, level: .critical, event: zero))
    },
    Loss(path: "extras.peState") { $0.vcpus.masked.remove(1) },
  ]

  private static let zero = EventNumber(0)

  @Test("each thing that the registers can not hold is named", arguments: lossy)
  func namedLosses(loss: Loss) throws {
    var snapshot = try Codec.decode(KVMv7Fixtures.all[0].bytes).snapshot
    #expect(try Codec.encode(snapshot, as: .kvmV7).losses.isEmpty)
    loss.change(&snapshot)
    for format in [FormatID.kvmV7, .kvmV7Text] {
      let losses = try Codec.encode(snapshot, as: format).losses
      let named = losses.contains { $0.path == loss.path && $0.severity == .error }
      #expect(named, "\(losses.map(\.path))")
    }
  }
}
