import SDEIFormats
import SDEIModel
import SDEITestSupport
import Testing

@Suite("The SDEI state in QEMU streams")
struct QEMUStateTests {
  @Test("every dump of KVM v4 comes back from cpu/sdei, with any number of vCPUs")
  func subsections() throws {
    let dumps = try RecordedDump.all(.kvmV4)
    for dump in dumps {
      var builder = QEMUSmall.builder()
      for (vcpu, subsection) in dump.subsections(vcpus: dump.vcpus).enumerated() {
        builder.devices.append(QEMUSmall.cpu(vcpu, [subsection]))
      }
      let document = try QEMUReading.read(builder.bytes).document
      let expected = Self.completed(dump.expectedV4(vcpus: dump.vcpus))
      #expect(document.snapshot == expected, "\(dump)")
      if document.snapshot != expected {
        print(document.snapshot.differences(from: expected).prefix(5))
      }
      #expect(document.findings.isEmpty)
    }
    print("\(dumps.count) dumps of kvm-v4")
    #expect(dumps.count > 90)
  }

  @Test("every dump of KVM v7 comes back from the registers, with any number of vCPUs")
  func registers() throws {
    let dumps = try RecordedDump.all(.kvmV7)
    for dump in dumps {
      var builder = QEMUSmall.builder()
      for (vcpu, registers) in dump.registers.enumerated() {
        let list = registers.sorted { $0.key < $1.key }.map { (id: $0.key, words: $0.value) }
        builder.devices.append(
          QEMUSmall.cpu(vcpu, registers: QEMUStreamEditor.wide(list), version: 23)
        )
      }
      let document = try QEMUReading.read(builder.bytes).document
      #expect(document.snapshot == Self.completed(dump.expectedV7()), "\(dump)")
      #expect(document.findings.isEmpty)
    }
    print("\(dumps.count) dumps of kvm-v7")
    #expect(dumps.count > 90)
  }

  @Test("a dump reads alike from a stream and from a transcript, but for hidden padding")
  func likeTranscripts() throws {
    var count = 0
    for family in [TraceFamily.kvmV4, .kvmV7] {
      let others = try KVMTrace.dumps(family, in: Repository.path("fixtures/traces/\(family)"))
      let transcripts = Dictionary(uniqueKeysWithValues: others.map { ("\(family)/\($0)", $0) })
      for dump in try RecordedDump.all(family) {
        let other = try #require(transcripts[dump.name])
        var expected = try Codec.decode(other.bareTranscript).snapshot
        for field in [ExtraField.vcpuPadding, .surplusQueued] {
          expected.extras.vcpuValues[field] = nil
        }
        expected.events.updateAll { event in
          event.extras[.registeredPadding] = nil
          event.slotExtras[.queuePadding] = nil
        }
        var builder = QEMUSmall.builder()
        if family == .kvmV4 {
          for (vcpu, subsection) in dump.subsections(vcpus: dump.vcpus).enumerated() {
            builder.devices.append(QEMUSmall.cpu(vcpu, [subsection]))
          }
        } else {
          for (vcpu, registers) in dump.registers.enumerated() {
            let list = registers.sorted { $0.key < $1.key }.map { (id: $0.key, words: $0.value) }
            let made = QEMUStreamEditor.wide(list)
            builder.devices.append(QEMUSmall.cpu(vcpu, registers: made, version: 23))
          }
        }
        let snapshot = try QEMUReading.read(builder.bytes).document.snapshot
        #expect(snapshot == Self.completed(expected), "\(dump)")
        count += 1
      }
    }
    print("\(count) dumps read alike from streams and transcripts")
    #expect(count > 180)
  }

  @Test("the section of QEMU's RFC is read where a stream has it")
  func rfc() throws {
    var snapshot = Snapshot(instance: Instance(version: .v1_0, dialect: .qemuRFC))
    snapshot.vcpus.count = 2
    snapshot.vcpus.masked = Bitmap(below: 2)
    let section = try Codec.encode(snapshot, as: .qemuRFC).bytes
    let expected = try Codec.decode(section, as: .qemuRFC).snapshot
    // Type, id, name with its length, instance and version in front; a footer behind.
    let body = Array(section[(1 + 4 + 1 + 9 + 8)...].dropLast(5))
    let device = QEMUTestDevice("qemu_sdei", [QEMUTestField("all", size: body.count, body)])
    let document = try Self.read([QEMUSmall.cpu(0), QEMUSmall.cpu(1), device])
    #expect(document.snapshot == Self.completed(expected) && document.hasState)
    #expect(document.facts.contains { $0.label == "qemu_sdei" })
    #expect(try Self.read([QEMUSmall.cpu(0), device]).findings.map(\.id) == ["SDEI-D054"])
    let whole = RecordedDump.subsection([], [], [])
    #expect(throws: DecodeError.self) { try Self.read([QEMUSmall.cpu(0, [whole]), device]) }
  }

  /// What only the stream tells: all vCPUs of a made one are on.
  private static func completed(_ state: Snapshot) -> Snapshot {
    var state = state
    state.instance.producer = "QEMU, machine virt-7.2"
    state.vcpus.power = Column(1, at: Bitmap(below: state.vcpus.count))
    return state
  }

  private static func read(_ cpus: [QEMUTestDevice]) throws -> Document {
    var builder = QEMUSmall.builder()
    builder.devices += cpus
    return try QEMUReading.read(builder.bytes).document
  }

  private static func registered(_ number: UInt64, refcount: UInt64) -> [UInt8] {
    KVMv5Struct.make(8344, [0: (number, 8), 8: (refcount, 4), 12: (7, 1), 8216: (1, 8)])
  }

  private static func queued(_ number: UInt64, _ count: UInt64) -> [UInt8] {
    KVMv5Struct.make(16, [0: (number, 8), 8: (count, 4)])
  }

  @Test("nothing is normalised: odd counts, orders, masks, frames and numbers are kept")
  func oddities() throws {
    let state = KVMv5Struct.make(
      344,
      [0: (9, 1), 8: (5, 8), 16: (0x40_0001, 8), 24: (1, 8), 336: (2, 8)]
    )
    let document = try Self.read([
      QEMUSmall.cpu(
        0,
        [
          RecordedDump.subsection(
            [Self.registered(0x40_0002, refcount: 0), Self.registered(0x40_0001, refcount: 3)],
            [Self.queued(0x40_0001, 2), Self.queued(0x40_0009, 0)],
            [state]
          )
        ]
      ), QEMUSmall.cpu(1, [RecordedDump.subsection([], [Self.queued(0x40_0002, 1)], [state])]),
    ])
    let snapshot = document.snapshot
    let (one, two) = (EventNumber(0x40_0001), EventNumber(0x40_0002))
    #expect(snapshot.events.map(\.number) == [one, two, EventNumber(0x4040_0000)])
    #expect(snapshot.events[one]?.extras[.refcount] == 4)
    #expect(snapshot.events[two]?.extras[.refcount] == 1)
    #expect(snapshot.events[one]?.definition == nil)
    #expect(snapshot.events[one]?.routing.mode == RoutingMode(rawValue: 7))
    #expect(snapshot.extras.lists[.registeredOrder] == [two, one])
    #expect(snapshot.extras.vcpuLists[.queueOrder]?[0] == [one, EventNumber(0x40_0009)])
    #expect(snapshot.extras.vcpuValues[.masked]?[1] == 9)
    #expect(snapshot.contexts[0, .critical]?.event == EventNumber(5))
    #expect(snapshot.contexts[0, .normal]?.event == one)
    #expect(snapshot.contexts[1, .normal]?.frame.pstate == 2)
    #expect(document.findings.isEmpty)
  }

  @Test("in KVM v7 bits above event 1 are events, and odd bytes are kept")
  func highBits() throws {
    let context = (0..<32).map { UInt64($0) + 100 }
    let list: [(id: UInt64, words: [UInt64])] = [
      (0x6030_0000_0014_0008, [1 << 63]), (0x6030_0000_0014_000B, [0b101]),
      (0x6030_0000_0014_000D, [2]), (0x6040_0000_0014_0007, [5, 0]),
      (0x6080_0000_0014_000C, context),
    ]
    let document = try Self.read([
      QEMUSmall.cpu(0, registers: QEMUStreamEditor.wide(list), version: 23), QEMUSmall.cpu(1),
    ])
    let snapshot = document.snapshot
    #expect(snapshot.events.map(\.number.rawValue) == [0, 1, 2, 3, 63])
    #expect(snapshot.events.filter { $0.definition != nil }.count == 2)
    #expect(snapshot.events[EventNumber(3)]?.entry[0] == 5)
    #expect(snapshot.events[EventNumber(2)]?.pending[0] == 1)
    #expect(snapshot.extras.vcpuValues[.peState]?[0] == 2)
    #expect(snapshot.extras.vcpuValues[.contextTail11]?[0] == 131)
    #expect(
      snapshot.contexts[0, .normal]?.frame.pc == 100 && snapshot.contexts[0, .normal]?.event == nil
    )
    #expect(snapshot.contexts[0, .normal]?.frame.x[17] == 119)
    #expect(document.findings.map(\.id) == ["SDEI-D055", "SDEI-D055"])
    #expect(document.findings.map(\.path) == ["vcpus[0]", "vcpus[1]"])
  }

  @Test("vCPUs without section, without subsection and without state are told")
  func holes() throws {
    let whole = RecordedDump.subsection([], [], [KVMv5Struct.make(344, [:])])
    let document = try Self.read([
      QEMUSmall.cpu(0, [whole]), QEMUSmall.cpu(2),
      QEMUSmall.cpu(5, [RecordedDump.subsection([], [], [])]),
    ])
    #expect(document.snapshot.vcpus.count == 6)
    #expect(document.findings.map(\.id) == ["SDEI-D051", "SDEI-D053"])
    #expect(document.findings.map(\.path) == ["vcpus[1,3-4]", "vcpus[2,5].state"])
  }

  @Test("power is told; what is about to be on is on")
  func power() throws {
    let cpus = [0, 1, 2, 7].enumerated().map { QEMUSmall.cpu($0, power: UInt8($1)) }
    let document = try Self.read(cpus)
    let states = (0..<4).map { document.snapshot.vcpus.powerState(of: $0) }
    #expect(states == [.on, .off, .on, .unknown])
    #expect(document.findings.map(\.id).contains("SDEI-D052") && !document.hasState)
  }

  /// Sections whose fields say things that can not be.
  static let wrong: [(String, DecodeError.Code, @Sendable () -> [QEMUTestDevice])] = [
    (
      "counters that do not fit", .structure,
      {
        var subsection = RecordedDump.subsection([], [queued(1, 1)], [])
        subsection.fields[1].bytes = [0xFF, 0xFF, 0xFF, 0xFF]
        return [QEMUSmall.cpu(0, [subsection])]
      }
    ),
    (
      "two states of a vCPU", .structure,
      {
        let state = [UInt8](repeating: 0, count: 344)
        return [QEMUSmall.cpu(0, [RecordedDump.subsection([], [], [state, state])])]
      }
    ),
    (
      "registered events of vCPU 1", .structure,
      { [QEMUSmall.cpu(1, [RecordedDump.subsection([registered(1, refcount: 0)], [], [])])] }
    ),
    (
      "a number twice in a queue", .duplicate,
      { [QEMUSmall.cpu(0, [RecordedDump.subsection([], [queued(1, 1), queued(1, 1)], [])])] }
    ),
    (
      "a number registered twice", .duplicate,
      {
        let event = registered(1, refcount: 0)
        return [QEMUSmall.cpu(0, [RecordedDump.subsection([event, event], [], [])])]
      }
    ),
    (
      "another version of cpu/sdei", .unsupported,
      {
        var subsection = RecordedDump.subsection([], [], [])
        subsection.version = 2
        return [QEMUSmall.cpu(0, [subsection])]
      }
    ),
    (
      "a register twice", .duplicate,
      {
        let list: [(id: UInt64, words: [UInt64])] = [
          (0x6030_0000_0014_000D, [0]), (0x6030_0000_0014_000D, [0]),
        ]
        return [QEMUSmall.cpu(0, registers: QEMUStreamEditor.narrow(list))]
      }
    ),
    (
      "a list shorter than its counter", .structure,
      {
        var list = QEMUStreamEditor.narrow([(1, [1]), (2, [2])])
        list[0].bytes = bigEndian(3, 4)
        return [QEMUSmall.cpu(0, registers: list)]
      }
    ),
    (
      "words beyond the values", .value,
      {
        var list = QEMUStreamEditor.wide([(0x6030_0000_0014_000D, [0])])
        list[4].bytes = bigEndian(7, 4)
        return [QEMUSmall.cpu(0, registers: list, version: 23)]
      }
    ),
    (
      "a register of another width", .value,
      {
        let list = QEMUStreamEditor.wide([(0x6040_0000_0014_0004, [0, 0, 0])])
        return [QEMUSmall.cpu(0, registers: list, version: 23)]
      }
    ), ("the last instance", .value, { [QEMUSmall.cpu(0xFFFF_FFFF)] }),
  ]

  @Test("what a section can not say is refused", arguments: wrong.map(\.0))
  func refused(name: String) throws {
    let item = try #require(Self.wrong.first { $0.0 == name })
    var builder = QEMUSmall.builder()
    builder.devices += item.2()
    let error = try QEMUReading.refusal(of: builder.bytes)
    #expect(error.code == item.1, "\(error)")
  }

  @Test("a vCPU index near the last one is taken, and folded")
  func hugeIndex() throws {
    let document = try Self.read([
      QEMUSmall.cpu(0xFFFF_FFFE, [RecordedDump.subsection([], [], [KVMv5Struct.make(344, [:])])])
    ])
    #expect(document.snapshot.vcpus.count == .max)
    #expect(document.findings.map(\.id) == ["SDEI-D051"])
  }
}
