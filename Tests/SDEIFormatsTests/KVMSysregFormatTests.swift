import SDEIFormats
import SDEIModel
import SDEITestSupport
import SDEIWire
import Testing

@Suite("Writes to two system registers")
struct KVMSysregFormatTests {
  /// A state without what registers have no place for.
  static func plain(_ snapshot: Snapshot) -> Snapshot {
    var result = snapshot
    result.extras = Extras()
    if result.instance.producer.utf8.count > 32 { result.instance.producer = "" }
    result.events.updateAll { event in
      event.extras = FieldMap()
      event.slotExtras = FieldMap()
      event.definition?.notifier = nil
    }
    // What stands beside the known affinities means nothing.
    result.vcpus.affinity = result.vcpus.affinity.restricted(to: result.vcpus.affinityKnown)
    return result
  }

  static let fixtures: [(name: String, snapshot: Snapshot)] = [
    ("worked-example", NativeFixtures.workedExample()),
    ("every-encoding", plain(NativeFixtures.everyEncoding())),
    ("tf-a", plain(NativeFixtures.tfA())), ("largest", NativeFixtures.largest()),
  ]

  @Test("golden transcripts and their JSON, and back", arguments: fixtures.map(\.name))
  func golden(name: String) throws {
    let snapshot = try #require(Self.fixtures.first { $0.name == name }).snapshot
    let encoded = try Codec.encode(snapshot, as: .kvmSysreg)
    #expect(encoded.losses.isEmpty, "\(encoded.losses.map(\.path))")
    try Golden.expect(encoded.bytes, toEqual: "fixtures/kvm-sysreg/\(name).kvm-sysreg")
    let document = try Codec.decode(encoded.bytes)
    #expect(document.format == .kvmSysreg && document.snapshot == snapshot)
    let json = try Codec.encode(document.snapshot, as: .json)
    try Golden.expect(json.bytes, toEqual: "fixtures/kvm-sysreg/\(name).json")
  }

  @Test("the account of losses is exact; without extras and texts nothing is lost")
  func losses() throws {
    let seed: UInt64 = 0x5DE1_0203
    var (lossless, lossy) = (0, 0)
    for number in 0..<3000 as Range<UInt64> {
      let snapshot = RandomSnapshot.make(seed: seed &+ number)
      let verdict = try #require(try FormatVerdict(snapshot, as: .kvmSysreg))
      #expect(verdict.misreported.isEmpty, "\(verdict.misreported), seed \(seed &+ number)")
      lossless += verdict.isLossless ? 1 : 0
      lossy += verdict.isLossless ? 0 : 1
      let plain = Self.plain(snapshot)
      #expect(Self.plain(verdict.back) == plain, "seed \(seed &+ number)")
      let exact = try #require(try FormatVerdict(plain, as: .kvmSysreg))
      #expect(exact.back == plain && exact.isLossless, "\(exact.lost), seed \(seed &+ number)")
    }
    print(
      "kvm-sysreg: \(lossless) lossless, \(lossy) lossy, 3000 exact without extras, seed \(seed)"
    )
    #expect(lossless > 0 && lossy > 100)
  }

  @Test("every fixture state and every recorded dump, as it is and canonical")
  func fixtureStates() throws {
    var states: [Snapshot] = []
    for (directory, ending) in [("native", ".sdei"), ("kvm-v5", ".kvm-v5")] {
      for name in try Repository.files(in: "fixtures/\(directory)", ending) {
        states.append(try Codec.decode(Repository.bytes("fixtures/\(directory)/\(name)")).snapshot)
      }
    }
    for dump in try KVMTrace.dumps(.kvmV5, in: Repository.path("fixtures/traces/kvm-v5")) {
      states.append(try Codec.decode(dump.transcript).snapshot)
    }
    var usual = 0
    for state in states {
      for snapshot in [state, state.canonical()] {
        let verdict = try #require(try FormatVerdict(snapshot, as: .kvmSysreg, maxBytes: 1 << 30))
        #expect(Self.plain(verdict.back) == Self.plain(snapshot))
        #expect(verdict.misreported.isEmpty, "\(verdict.misreported)")
        usual += verdict.isLossless ? 1 : 0
      }
    }
    print("kvm-sysreg: \(states.count) states, twice each; \(usual) without any loss")
    #expect(states.count > 100 && usual > states.count)
  }

  @Test("65,536 vCPUs stay small, and as many as there can be smaller still")
  func folded() throws {
    for workload in Workload.all where !workload.isRandom {
      let snapshot = Self.plain(workload.snapshot())
      let encoded = try Codec.encode(snapshot, as: .kvmSysreg)
      #expect(try Codec.decode(encoded.bytes).snapshot == snapshot && encoded.losses.isEmpty)
      print("\(workload) as kvm-sysreg: \(encoded.bytes.count) bytes")
      #expect(encoded.bytes.count < 4 << 20)
    }
    #expect(try Codec.encode(NativeFixtures.largest(), as: .kvmSysreg).bytes.count < 2048)
  }

  @Test("commands may come in any order behind the events that they speak of")
  func anyOrder() throws {
    let seed: UInt64 = 0x5DE1_0204
    for number in 0..<300 as Range<UInt64> {
      let snapshot = Self.plain(RandomSnapshot.make(seed: seed &+ number))
      let bytes = try Codec.encode(snapshot, as: .kvmSysreg).bytes
      var random = SplitMix64(seed: number)
      var (events, others, group) = ([[UInt8]](), [[UInt8]](), [UInt8]())
      for start in stride(from: 64, to: bytes.count, by: 16) {
        group += bytes[start..<start + 16]
        guard bytes[start + 4] == 0 else { continue }
        if bytes[start + 8] == 0x10 || bytes[start + 8] == 0x11 {
          events.append(group)
        } else {
          others.append(group)
        }
        group = []
      }
      events.shuffle(using: &random)
      others.shuffle(using: &random)
      let shuffled = Array(bytes[..<64]) + events.flatMap(\.self) + others.flatMap(\.self)
      #expect(shuffled.count == bytes.count)
      #expect(try Codec.decode(shuffled).snapshot == snapshot, "seed \(seed &+ number)")
    }
  }

  struct Damage: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let code: DecodeError.Code
    let offset: Int
    let writes: [(UInt32, UInt32, UInt64)]
  }

  private static let vm: UInt32 = 0xFFFF_FFFF

  static let damages: [Damage] = [
    Damage(testDescription: "no such vCPU", code: .value, offset: 64, writes: [(2, 1, 0)]),
    Damage(
      testDescription: "no such register",
      code: .unsupported,
      offset: 68,
      writes: [(0, 2, 0)]
    ),
    Damage(
      testDescription: "no such command",
      code: .unsupported,
      offset: 72,
      writes: [(0, 0, 99)]
    ),
    Damage(testDescription: "too few operands", code: .structure, offset: 64, writes: [(vm, 0, 1)]),
    Damage(
      testDescription: "too many operands",
      code: .structure,
      offset: 96,
      writes: [(vm, 1, 1), (vm, 1, 1), (vm, 0, 1)]
    ),
    Damage(
      testDescription: "a command of the VM on a vCPU",
      code: .structure,
      offset: 80,
      writes: [(0, 1, 1), (0, 0, 1)]
    ),
    Damage(
      testDescription: "operands on another vCPU",
      code: .structure,
      offset: 80,
      writes: [(0, 1, 1), (1, 0, 0x42)]
    ),
    Damage(
      testDescription: "an end behind operands",
      code: .truncated,
      offset: 80,
      writes: [(0, 1, 1)]
    ),
    Damage(
      testDescription: "an unknown event",
      code: .value,
      offset: 80,
      writes: [(0, 1, 7), (0, 0, 0x20)]
    ),
    Damage(
      testDescription: "an event twice",
      code: .duplicate,
      offset: 112,
      writes: [(vm, 1, 7), (vm, 0, 0x10), (vm, 1, 7), (vm, 0, 0x10)]
    ),
    Damage(
      testDescription: "a range that ends before it starts",
      code: .value,
      offset: 80,
      writes: [(vm, 1, 5), (vm, 0, 0x40)]
    ),
    Damage(
      testDescription: "a power state that is none",
      code: .value,
      offset: 80,
      writes: [(0, 1, 5), (0, 0, 0x42)]
    ),
    Damage(
      testDescription: "a slot set twice",
      code: .duplicate,
      offset: 112,
      writes: [(0, 1, 1), (0, 0, 0x42), (0, 1, 2), (0, 0, 0x42)]
    ),
    Damage(
      testDescription: "zeros within a progression, 2^31 of them",
      code: .value,
      offset: 112,
      writes: [
        (vm, 1, 0xFFFF_FFFF_0000_0000), (vm, 1, 1 << 63), (vm, 1, 1 << 63), (vm, 0, 0x43),
      ]
    ),
    Damage(
      testDescription: "the version twice",
      code: .duplicate,
      offset: 112,
      writes: [(vm, 1, 7), (vm, 0, 1), (vm, 1, 7), (vm, 0, 1)]
    ),
  ]

  @Test("wrong writes are refused with their offset", arguments: damages)
  func refused(damage: Damage) throws {
    let empty = Snapshot(vcpus: VCPUs(count: 2))
    var bytes = Array(try Codec.encode(empty, as: .kvmSysreg).bytes[..<64])
    for (index, register, value) in damage.writes {
      bytes += RecordWalker.bytes(UInt64(index), 4) + RecordWalker.bytes(UInt64(register), 4)
      bytes += RecordWalker.bytes(value, 8)
    }
    let error = #expect(throws: DecodeError.self) { try Codec.decode(bytes) }
    #expect(
      error?.code == damage.code && error?.offset == damage.offset,
      "\(String(describing: error))"
    )
  }

  @Test("damage: what is cut inside a command is refused, and no flipped bit stops the program")
  func robust() throws {
    var (read, refused) = (0, 0)
    for name in ["worked-example", "every-encoding"] {
      let bytes = try Repository.bytes("fixtures/kvm-sysreg/\(name).kvm-sysreg")
      for length in 0..<bytes.count {
        let isWhole = length >= 64 && length % 16 == 0 && (length == 64 || bytes[length - 12] == 0)
        let document = try? Codec.decode(Array(bytes[..<length]), as: .kvmSysreg)
        #expect((document != nil) == isWhole, "\(name), \(length) bytes")
      }
      for bit in 0..<bytes.count * 8 {
        var damaged = bytes
        damaged[bit / 8] ^= 1 << UInt8(bit % 8)
        guard let document = try? Codec.decode(damaged, as: .kvmSysreg) else {
          refused += 1
          continue
        }
        read += 1
        if bit % 7 == 0 {
          let again = try Codec.encode(document.snapshot, as: .kvmSysreg)
          #expect(try Codec.decode(again.bytes).snapshot == document.snapshot, "\(name) bit \(bit)")
        }
      }
    }
    print("kvm-sysreg: \(read) flips read, \(refused) refused")
    #expect(read > 0 && refused > 0)
  }
}
