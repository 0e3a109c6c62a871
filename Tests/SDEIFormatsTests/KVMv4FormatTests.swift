import SDEIFormats
import SDEIModel
import SDEITestSupport
import Testing

@Suite("KVM v4 transcript")
struct KVMv4FormatTests {
  private static let builtIn = EventNumber(0x4040_0000)
  private static let number = EventNumber(0x4040_0001)

  @Test("the built-in event is always there, first in the exposed list, with its definition")
  func builtInEvent() throws {
    var transcript = TranscriptBuilder("kvm-v4", vcpus: 0)
    transcript.frame(3, count: 0, [])
    let document = try Codec.decode(transcript.bytes)
    let event = document.snapshot.events[Self.builtIn]
    #expect(
      event?.definition
        == EventDefinition(type: .private, priority: .critical, isSignalable: true)
    )
    #expect(document.snapshot.extras.lists[.exposedOrder] == [Self.builtIn])
    #expect(document.snapshot.instance.version == .v1_0)
    #expect(document.findings.isEmpty)
  }

  @Test("what the oddities mean in the model")
  func meaning() throws {
    let oddities = try Codec.decode(KVMv4Fixtures.all[0].bytes).snapshot
    let event = try #require(oddities.events[Self.number])
    #expect(event.definition?.isSignalable == true && event.extras[.signaled] == 3)
    #expect(event.extras[.registeredPadding] == 0x03_0201)
    #expect(event.extras[.refcount] == 1, "0 is told, plus one")
    #expect(oddities.events[EventNumber(0x4040_0002)]?.extras[.refcount] == 1 << 32)
    #expect(oddities.events[EventNumber(0x4040_0003)]?.extras[.refcount] == nil, "the sum")
    #expect(oddities.vcpus.masked == Bitmap(below: 2))
    #expect(oddities.extras.vcpuValues[.masked] == Column([2]))
    let numbers = try Codec.decode(KVMv4Fixtures.all[2].bytes).snapshot
    #expect(numbers.contexts[0, .normal]?.event?.rawValue == 0xFFFF_FFFF)
    #expect(numbers.runningEvent(0, .normal) == nil)
    #expect(numbers.runningEvent(1, .normal)?.rawValue == 0x8040_0000)
    #expect(numbers.contexts[1, .critical] == nil, "0 is none")
    #expect(numbers.vcpus.affinity(of: 1) == Affinity(rawValue: 0x100))
  }

  @Test("definitions can be supplied, and are then written as SET_EVENTs behind those known")
  func supplied() throws {
    let file = try Array(
      """
      {"schema": "sdeictl/events/1", "events": {
        "0x400005": {"type": "private", "priority": "normal", "signalable": true},
        "0x400006": {"type": "shared", "priority": "critical", "signalable": false}}}
      """.utf8
    ).withBytes { (bytes) throws(DecodeError) in try DefinitionsFile(reading: bytes) }
    var document = try Codec.decode(KVMv4Fixtures.all[1].bytes)
    document.supply(file)
    #expect(document.findings.isEmpty)
    let encoded = try Codec.encode(document.snapshot, as: .kvmV4)
    #expect(encoded.losses.isEmpty)
    let back = try Codec.decode(encoded.bytes)
    #expect(back.snapshot == document.snapshot && back.findings.isEmpty)
    #expect(encoded.bytes.count == KVMv4Fixtures.all[1].bytes.count + 16 + 48)
  }

  @Test("implied lists and counts are no loss: they mean the same when read back")
  func implied() throws {
    let stored = try Codec.decode(KVMv4Fixtures.all[0].bytes).snapshot
    var implied = stored
    implied.extras.lists = FieldMap()
    implied.extras.vcpuLists[.queueOrder] = nil
    implied.events.update(EventNumber(0x4040_0003)) { $0.extras[.refcount] = 3 }
    implied.events.update(EventNumber(0x4040_0002)) { $0.pending = Column([1]) }
    let encoded = try Codec.encode(implied, as: .kvmV4)
    #expect(encoded.losses.allSatisfy { $0.severity == .note }, "\(encoded.losses)")
    #expect(encoded.losses.count == 4)
    let back = try Codec.decode(encoded.bytes).snapshot
    #expect(KVMLists.exposed(back) == [Self.builtIn] + stored.events.map(\.number).dropFirst())
  }

  struct Loss: Sendable, CustomTestStringConvertible {
    let path: String
    let change: @Sendable (inout Snapshot) -> Void
    var testDescription: String { path }
  }

  /// Single changes of `oddities`, each of which a transcript can not carry.
  static let lossy: [Loss] = [
    Loss(path: "instance.version") { $0.instance.version = .v1_1 },
    Loss(path: "instance.producer") { $0.instance.producer = String(repeating: "x", count: 33) },
    Loss(path: "vcpus.power") { $0.vcpus.power = Column([1]) },
    Loss(path: "vcpus.deliveryRequest") { $0.vcpus.deliveryRequest = Bitmap(below: 1) },
    Loss(path: "vcpus.affinity") { $0.vcpus.affinityKnown = Bitmap(below: 1) },
    Loss(path: "events[0x40400000]") {
      $0.events[builtIn] = nil
      $0.extras.lists[.exposedOrder] = nil
    },
    Loss(path: "events[0x40400000].priority") {
      $0.events.update(builtIn) { $0.definition?.priority = .normal }
    },
    Loss(path: "events[0x40400000].notifier") {
      $0.events.update(builtIn) { $0.extras[.notifier] = 1 }
    },
    Loss(path: "events[0x40400001].unregisterPending") {
      $0.events.update(number) { $0.unregisterPending = Bitmap(below: 1) }
    },
    Loss(path: "events[0x40400001].definition") {
      $0.extras.lists[.exposedOrder] = [builtIn]
    },
    Loss(path: "extras.exposedOrder") {
      $0.extras.lists[.exposedOrder] = [number, builtIn]
    },
    Loss(path: "events[0x40400001].refcount") {
      $0.extras.lists[.registeredOrder] = []
    },
    Loss(path: "events[0x40400001].pending") {
      $0.events.update(number) { $0.pending[7] = 9 }
    },
    Loss(path: "contexts[1].critical") {
      $0.contexts.insert(Context(vcpu: 1, level: .critical, event: EventNumber(0)))
    },
    Loss(path: "instance.dialect") {
      $0 = NativeFixtures.workedExample()
      $0.vcpus.power = Column()
    },
  ]

  @Test("each thing that it can not hold is named, with its reason", arguments: lossy)
  func namedLosses(loss: Loss) throws {
    var snapshot = try Codec.decode(KVMv4Fixtures.all[0].bytes).snapshot
    #expect(try Codec.encode(snapshot, as: .kvmV4).losses.isEmpty)
    loss.change(&snapshot)
    let losses = try Codec.encode(snapshot, as: .kvmV4).losses
    let named = losses.first { $0.path == loss.path && $0.severity == .error }
    #expect(named != nil, "\(losses.map(\.path))")
  }

  struct Damage: Sendable, CustomTestStringConvertible {
    let name: String
    let code: DecodeError.Code
    let offset: Int
    let change: @Sendable (inout [UInt8]) -> Void
    var testDescription: String { name }
  }

  /// Changes of `oddities`: SET_EVENT is at 80, GET_KEVENT at 168, vCPU 0's queue at 25216.
  static let damages: [Damage] = [
    Damage(name: "513 vCPUs", code: .value, offset: 20) { $0[20...21] = [1, 2] },
    Damage(name: "another dialect", code: .notRecognised, offset: 0) { $0[13] = 53 },
    Damage(name: "API version", code: .unsupported, offset: 72) { $0[72] = 1 },
    Damage(name: "frames out of order", code: .structure, offset: 80) { $0[80] = 6 },
    Damage(name: "SET_EVENTs twice", code: .structure, offset: 168) { $0[168] = 1 },
    Damage(name: "SET_EVENT of the built-in event", code: .duplicate, offset: 120) {
      $0[120] = 0
    },
    Damage(name: "a number twice in SET_EVENT", code: .duplicate, offset: 120) { $0[120] = 1 },
    Damage(name: "no SET_EVENT in the frame", code: .notCanonical, offset: 88) {
      $0[88] = 0
      $0[92] = 0
    },
    Damage(name: "payload size", code: .value, offset: 92) { $0[92] = 25 },
    Damage(name: "a number twice in the queue", code: .duplicate, offset: 25248) {
      $0[25248] = 1
    },
    Damage(name: "one byte more", code: .trailing, offset: 26032) { $0.append(0) },
  ]

  @Test("damage is refused with its offset", arguments: damages)
  func refused(damage: Damage) throws {
    var bytes = KVMv4Fixtures.all[0].bytes
    damage.change(&bytes)
    let error = #expect(throws: DecodeError.self) { try Codec.decode(bytes, as: .kvmV4) }
    #expect(error?.code == damage.code, "\(String(describing: error))")
    #expect(error?.offset == damage.offset, "\(String(describing: error))")
  }

  @Test("more than 512 vCPUs are refused, naming the vCPU and the field")
  func tooMany() throws {
    var snapshot = try Codec.decode(KVMv4Fixtures.all[3].bytes).snapshot
    snapshot.vcpus.count = 513
    let count = #expect(throws: EncodeError.self) { try Codec.encode(snapshot, as: .kvmV4) }
    #expect(count?.description.contains("vCPU 512") == true)
    snapshot.events.update(Self.builtIn) { $0.argument[600] = 1 }
    let wide = #expect(throws: EncodeError.self) { try Codec.encode(snapshot, as: .kvmV4) }
    #expect(wide?.path == "events[0x40400000].vcpus[600].argument")
    #expect(wide?.problem.contains("kvm_sdei_kvm_event_state.params[512]") == true)
    snapshot = Snapshot(vcpus: VCPUs(count: .max))
    #expect(throws: EncodeError.self) { try Codec.encode(snapshot, as: .kvmV4) }
  }
}
