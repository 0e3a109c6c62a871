import SDEIFormats
import SDEIModel
import SDEITestSupport
import SDEIWire
import Testing

@Suite("KVM v5 transcript")
struct KVMv5FormatTests {
  @Test(
    "made oddities are kept, reported with their offsets, and given back",
    arguments: KVMv5Fixtures.all
  )
  func made(fixture: KVMv5Fixtures.Made) throws {
    try Golden.expect(fixture.bytes, toEqual: "fixtures/kvm-v5/\(fixture.name).kvm-v5")
    let document = try Codec.decode(fixture.bytes)
    let found = document.findings.sorted { ($0.offset ?? 0) < ($1.offset ?? 0) }
    let expected = fixture.findings.sorted { $0.offset < $1.offset }
    #expect(found.map(\.id) == expected.map(\.id))
    #expect(found.map(\.offset) == expected.map(\.offset))
    #expect(
      found.allSatisfy {
        $0.severity == ($0.id.hasPrefix("SDEI-L00") && $0.id != "SDEI-L001" ? .warning : .note)
      }
    )
    let sdei = try Codec.encode(document.snapshot)
    let json = try Codec.encode(try Codec.decode(sdei.bytes).snapshot, as: .json)
    try Golden.expect(json.bytes, toEqual: "fixtures/kvm-v5/\(fixture.name).json")
    let raw = try Codec.encode(try Codec.decode(json.bytes).snapshot, as: .kvmV5)
    #expect(raw.losses.isEmpty)
    #expect(raw.bytes == fixture.bytes)
  }

  @Test("what the oddities mean in the model")
  func meaning() throws {
    let oddities = try Codec.decode(KVMv5Fixtures.all[0].bytes).snapshot
    let event = try #require(oddities.events[EventNumber(0x4040_0001)])
    #expect(event.definition?.isSignalable == true && event.extras[.signaled] == 3)
    #expect(oddities.vcpus.masked == Bitmap(below: 2))
    #expect(oddities.extras.vcpuValues[.masked]?[0] == 2)
    #expect(event.pending.isEmpty)
    #expect(oddities.extras.vcpuLists[.queueOrder]?[0] == [event.number])
    #expect(oddities.vcpus.affinityKnown.isEmpty, "no affinity may be invented")
    let numbers = try Codec.decode(KVMv5Fixtures.all[2].bytes).snapshot
    #expect(numbers.vcpus.affinity(of: 2) == Affinity(rawValue: 0x100))
    #expect(numbers.contexts[0, .normal]?.event?.rawValue == .max)
    #expect(numbers.runningEvent(0, .normal) == nil)
    #expect(numbers.runningEvent(1, .normal)?.rawValue == 0x8040_0000)
    #expect(numbers.contexts[2, .critical]?.event == nil, "0xffffffff is none")
    let beyond = try Codec.decode(KVMv5Fixtures.all[3].bytes).snapshot
    let registered = beyond.events[EventNumber(0x4040_0000)]?.registered
    #expect(registered == Bitmap(indexes: [0, 1, 511]))
  }

  @Test("one field edited in the JSON changes exactly that field's bytes, for every field")
  func singleEdits() throws {
    let fixture = try #require(KVMv5Fixtures.all.first { $0.name == "every-field" })
    let json = try Codec.encode(try Codec.decode(fixture.bytes).snapshot, as: .json).bytes
    let root = try json.withBytes { try JSONParser.parse($0) }
    var touched: Set<String> = []
    for path in JSONEdit.leaves(root) {
      guard let value = JSONEdit.value(root, at: path[...]), let edited = edit(value, path) else {
        continue
      }
      let text = JSONEdit.text(root, replacing: path[...], with: edited)
      touched.insert(try fieldChanged(text, fixture, path.joined(separator: ".")))
    }
    for field in ["registered", "enabled", "unregisterPending"] {
      let text = JSONEdit.text(root, removing: ["events", "0x40400001", field])
      touched.insert(try fieldChanged(text, fixture, "without \(field)"))
    }
    // Numbers are keys: each of these events stands in one list only.
    for key in ["0x40400002", "0x40400003", "0x40400004"] {
      let other = String(key.dropLast()) + "9"
      let text = JSONEdit.text(root, replacing: ["events", key], key: other)
        .replacing("\"\(key)\"", with: "\"\(other)\"")
      touched.insert(try fieldChanged(text, fixture, "key \(key)"))
    }
    let expected = KVMv5Fixtures.fieldsOfEveryField.map(\.name).filter { name in
      // Zero in this state, so there is no leaf to edit; the same fields of another struct are.
      let isElsewhere =
        name.hasPrefix("exposed[1].") || name.hasPrefix("registered[1].")
        || name.hasPrefix("state[1].") || name.hasPrefix("queued[1].")
      let isEmptySlot =
        name.contains("].ep_") && !["[0]", "[1]"].contains { name.hasSuffix($0) }
      return !isElsewhere && !isEmptySlot && name != "exposed[0].num"
        && name != "registered[0].num" && name != "queued[0].num"
    }
    #expect(touched.isSuperset(of: expected), "\(Set(expected).subtracting(touched).sorted())")
    #expect(
      touched.isSuperset(of: ["exposed[1].num", "registered[1].num", "queued[1].num"])
    )
    print("single edits: \(touched.count) fields of the raw form")
  }

  /// Another value for a leaf that is a field of the raw form, nil for what names or orders things.
  private func edit(_ value: JSONNode.Value, _ path: [String]) -> JSONNode.Value? {
    let last = path[path.count - 1]
    if path == ["instance", "producer"] { return .string("another") }
    if path[0] == "schema" || path[0] == "instance" || path == ["vcpus", "count"] { return nil }
    let orders = ["exposedOrder", "registeredOrder", "queueOrder"]
    if last == "vcpus" || (last == "event" && path[0] == "extras")
      || path.contains(where: orders.contains)
    {
      return nil
    }
    switch value {
    case .bool(let bool):
      // Where the extra `signaled` refines it, that is the field to edit.
      return path.contains("0x40400002") ? .bool(!bool) : nil
    case .number(let number): return .number(number + 1)
    case .string(let text):
      if text.hasPrefix("0x") {
        guard let number = UInt64(text.dropFirst(2), radix: 16) else { return nil }
        if path.contains("mpidrFlags") { return .string("0xa0000000") }
        return .string("0x" + String(number ^ 0x10, radix: 16))
      }
      switch text {
      case "private": return .string("shared")
      case "shared": return .string("private")
      case "normal": return .string("critical")
      case "critical": return .string("normal")
      case "0-1": return last == "masked" ? nil : .string("0-2")
      case "0", "1": return .string("0-1")
      default: return nil
      }
    default: return nil
    }
  }

  /// The one field in which the raw form of an edited text differs from the fixture.
  private func fieldChanged(
    _ text: String,
    _ fixture: KVMv5Fixtures.Made,
    _ path: String
  ) throws -> String {
    let snapshot = try Codec.decode(Array(text.utf8), as: .json).snapshot
    let bytes = try Codec.encode(snapshot, as: .kvmV5).bytes
    try #require(bytes.count == fixture.bytes.count, "\(path)")
    let changed = bytes.indices.filter { bytes[$0] != fixture.bytes[$0] }
    let fields = Set(
      changed.map { offset in
        KVMv5Fixtures.fieldsOfEveryField.first { $0.range.contains(offset) }?.name
          ?? "byte \(offset)"
      }
    )
    try #require(fields.count == 1, "\(path) changes \(fields.sorted())")
    return fields.first ?? ""
  }

  @Test("more than 512 vCPUs are refused, naming the vCPU and the field")
  func tooMany() throws {
    var snapshot = Workload.linux(2).snapshot()
    snapshot.vcpus.count = 513
    let count = #expect(throws: EncodeError.self) { try Codec.encode(snapshot, as: .kvmV5) }
    #expect(count?.description.contains("vCPU 512") == true)
    let wide = #expect(throws: EncodeError.self) {
      try Codec.encode(Workload.linux(3).snapshot(), as: .kvmV5)
    }
    #expect(wide?.path == "events[0x0].vcpus[512].entry")
    #expect(wide?.problem.contains("vCPU 512") == true)
    #expect(wide?.problem.contains("ep_address[512]") == true)
  }

  @Test("whatever reading the bytes does not give back is listed, by its path")
  func losses() throws {
    let seed: UInt64 = 0x5DE1_0003
    var (exact, lossy, listed) = (0, 0, 0)
    for number in 0..<2000 as Range<UInt64> {
      let snapshot = RandomSnapshot.make(seed: seed &+ number, vcpus: UInt32(number % 9))
      let options = EncodeOptions(maxBytes: 1 << 22)
      guard let encoded = try? Codec.encode(snapshot, as: .kvmV5, options: options) else {
        continue
      }
      let back = try Codec.decode(encoded.bytes).snapshot
      #expect(encoded.losses.isEmpty == (back == snapshot), "seed \(seed &+ number)")
      let places = Set(encoded.losses.map(\.path))
      #expect(places.isSuperset(of: snapshot.differences(from: back).map(\.path)))
      #expect(encoded.losses.allSatisfy { !$0.path.isEmpty })
      exact += encoded.losses.isEmpty ? 1 : 0
      lossy += encoded.losses.isEmpty ? 0 : 1
      listed += encoded.losses.count
    }
    print("kvm-v5 export: \(exact) exact, \(lossy) with \(listed) losses, seed \(seed)")
    #expect(lossy > 100 && listed > lossy)
  }

  @Test("lists that are implied are no loss: they are stored when read back, and mean the same")
  func impliedLists() throws {
    let stored = try Codec.decode(KVMv5Fixtures.all[4].bytes).snapshot
    var implied = stored
    implied.extras.lists = FieldMap()
    implied.extras.vcpuLists = FieldMap()
    let encoded = try Codec.encode(implied, as: .kvmV5)
    #expect(encoded.bytes == KVMv5Fixtures.all[4].bytes)
    #expect(encoded.losses.map(\.severity) == [.note, .note, .note])
    #expect(KVMLists.stored(implied) == stored && KVMLists.stored(stored) == stored)
  }

  struct Loss: Sendable, CustomTestStringConvertible {
    let path: String
    let change: @Sendable (inout Snapshot) -> Void
    var testDescription: String { path }
  }

  private static let number = EventNumber(0x4040_0001)

  /// Single changes of `oddities`, each of which a transcript can not carry.
  static let lossy: [Loss] = [
    Loss(path: "instance.dialect") {
      $0 = NativeFixtures.workedExample()
      $0.vcpus.power = Column()
    },
    Loss(path: "instance.version") { $0.instance.version = .v1_0 },
    Loss(path: "instance.clientEL") { $0.instance.clientEL = 2 },
    Loss(path: "instance.features") { $0.instance.features.sharedSlots = 1 },
    Loss(path: "instance.producer") { $0.instance.producer = String(repeating: "x", count: 33) },
    Loss(path: "vcpus.power") { $0.vcpus.power = Column([1]) },
    Loss(path: "vcpus.deliveryRequest") { $0.vcpus.deliveryRequest = Bitmap(below: 1) },
    Loss(path: "vcpus.affinity") { $0.vcpus.affinityKnown = Bitmap(below: 1) },
    Loss(path: "vcpus.affinity") {
      $0.vcpus.affinityKnown = Bitmap(below: 2)
      $0.vcpus.affinity = Column([0x8000_0000, 0x8000_0001])
    },
    Loss(path: "vcpus.masked") { $0.vcpus.masked.insert(7) },
    Loss(path: "events[0x40400001].running") {
      $0.events.update(number) { $0.running = Bitmap(below: 1) }
    },
    Loss(path: "events[0x40400001].relative") {
      $0.events.update(number) { $0.relative = Bitmap(below: 1) }
    },
    Loss(path: "events[0x40400001].trigger") {
      $0.events.update(number) { $0.definition?.trigger = .level }
    },
    Loss(path: "events[0x40400001].origin") {
      $0.events.update(number) { $0.definition?.origin = .slot }
    },
    Loss(path: "events[0x40400001].refcount") { $0 = NativeFixtures.kvmV4() },
    Loss(path: "events[0x40400001].registrationCount") { $0 = NativeFixtures.tfA() },
    Loss(path: "events[0x40400001].interrupt") {
      $0.events.update(number) { $0.definition?.interrupt = 27 }
    },
    Loss(path: "events[0x40400001].notifier") {
      $0.events.update(number) { $0.definition?.notifier = "async-pf" }
    },
    Loss(path: "events[0x40400001].definition") { $0.extras.lists[.exposedOrder] = [] },
    Loss(path: "events[0x40400001].registeredHole") { $0.extras.lists[.registeredOrder] = [] },
    Loss(path: "events[0x40400001].entry") { $0.extras.lists[.registeredOrder] = [] },
    Loss(path: "events[0x40400002]") { $0.events.insert(Event(EventNumber(0x4040_0002))) },
    Loss(path: "events[0x40400001].pending") {
      $0.events.update(number) { $0.pending = Column([0, 0, 0, 9]) }
    },
    Loss(path: "events[0x40400001].queuePadding") {
      $0.events.update(number) { $0.slotExtras[.queuePadding] = Column([0x0403_0201, 5]) }
    },
    Loss(path: "contexts[5].normal") {
      $0.contexts.insert(Context(vcpu: 5, level: .normal, event: number))
    },
    Loss(path: "contexts[1].critical") {
      $0.contexts.insert(Context(vcpu: 1, level: .critical, event: EventNumber(0xFFFF_FFFF)))
    },
    Loss(path: "extras.vcpuPadding") { $0.extras.vcpuValues[.vcpuPadding] = Column([1, 0, 0, 1]) },
    Loss(path: "extras.mpidrFlags") {
      $0.extras.vcpuValues[.mpidrFlags] = Column(0x8000_0000, at: Bitmap(below: 2))
    },
  ]

  @Test("each thing that it can not hold is named, also beside another loss", arguments: lossy)
  func namedLosses(loss: Loss) throws {
    var snapshot = try Codec.decode(KVMv5Fixtures.all[0].bytes).snapshot
    #expect(try Codec.encode(snapshot, as: .kvmV5).losses.isEmpty)
    loss.change(&snapshot)
    let alone = try Codec.encode(snapshot, as: .kvmV5).losses
    #expect(alone.contains { $0.path == loss.path }, "\(alone.map(\.path))")
    snapshot.vcpus.power = Column([2])
    let beside = try Codec.encode(snapshot, as: .kvmV5).losses
    #expect(
      beside.contains { $0.path == loss.path } && beside.contains { $0.path == "vcpus.power" }
    )
  }

  @Test("random transcripts of any content are given back byte for byte, through sdei and json")
  func randomTranscripts() throws {
    let seed: UInt64 = 0x5DE1_0005
    for number in 0..<600 as Range<UInt64> {
      var random = SplitMix64(seed: seed &+ number)
      let bytes = RandomTranscript.make(&random)
      let snapshot = try Codec.decode(bytes).snapshot
      let json = try Codec.encode(Codec.decode(Codec.encode(snapshot).bytes).snapshot, as: .json)
      let back = try Codec.encode(try Codec.decode(json.bytes).snapshot, as: .kvmV5)
      #expect(back.losses.isEmpty, "\(back.losses.map(\.path)), seed \(seed &+ number)")
      #expect(back.bytes == bytes, "seed \(seed &+ number)")
    }
  }

  @Test("a structure of zeros that nothing speaks of may be no event, and that is said")
  func assumedEvent() throws {
    var transcript = TranscriptBuilder(vcpus: 0)
    transcript.frame(2, count: 2, KVMv5Struct.exposed(0x4040_0000) + KVMv5Struct.exposed(0))
    transcript.frame(5, count: 0, [])
    let document = try Codec.decode(transcript.bytes)
    #expect(document.findings.map(\.id) == ["SDEI-D023"])
    #expect(document.findings.map(\.offset) == [120])
  }

  struct Damage: Sendable, CustomTestStringConvertible {
    let name: String
    let code: DecodeError.Code
    let offset: Int
    let change: @Sendable (inout [UInt8]) -> Void
    var testDescription: String { name }
  }

  /// Changes of `oddities`: GET_VERSION is at 64, EXPOSED at 80, REGISTERED at 120.
  static let damages: [Damage] = [
    Damage(name: "transcript version", code: .unsupported, offset: 16) { $0[16] = 2 },
    Damage(name: "flags", code: .value, offset: 18) { $0[18] = 2 },
    Damage(name: "513 vCPUs", code: .value, offset: 20) { $0[20...21] = [1, 2] },
    Damage(name: "reserved field", code: .value, offset: 24) { $0[30] = 1 },
    Damage(name: "control character in the producer", code: .value, offset: 32) { $0[33] = 7 },
    Damage(name: "text behind the producer's end", code: .value, offset: 32) { $0[60] = 65 },
    Damage(name: "API version", code: .unsupported, offset: 72) { $0[72] = 1 },
    Damage(name: "frames out of order", code: .structure, offset: 80) { $0[80] = 5 },
    Damage(name: "payload size", code: .value, offset: 92) { $0[92] = 25 },
    Damage(name: "a count beyond the file", code: .truncated, offset: 9296) {
      $0[88...89] = [0xFF, 0x01]
      $0[92...93] = [0xE8, 0x2F]
    },
    Damage(name: "one byte less", code: .truncated, offset: 9295) { $0.removeLast() },
    Damage(name: "one byte more", code: .trailing, offset: 9296) { $0.append(0) },
    Damage(name: "a vCPU missing", code: .truncated, offset: 9296) { $0[20] = 3 },
  ]

  @Test("damage is refused with its offset", arguments: damages)
  func refused(damage: Damage) throws {
    var bytes = KVMv5Fixtures.all[0].bytes
    damage.change(&bytes)
    let error = #expect(throws: DecodeError.self) { try Codec.decode(bytes, as: .kvmV5) }
    #expect(error?.code == damage.code)
    #expect(error?.offset == damage.offset)
  }

  @Test("a number that is listed twice is refused, naming both places")
  func duplicates() throws {
    var transcript = TranscriptBuilder(vcpus: 0)
    let twice = KVMv5Struct.exposed(0x4040_0000) + KVMv5Struct.exposed(0x4040_0000, type: 1)
    transcript.frame(2, count: 2, twice)
    transcript.frame(5, count: 0, [])
    let error = #expect(throws: DecodeError.self) { try Codec.decode(transcript.bytes) }
    #expect(error?.code == .duplicate && error?.offset == 120)
    #expect(error?.found.contains("byte 96") == true)
  }

  @Test("every truncation is an error with an offset, and no single-bit flip stops the program")
  func robust() throws {
    let bytes = KVMv5Fixtures.all[0].bytes
    for length in 0..<bytes.count {
      #expect(throws: DecodeError.self) { try Codec.decode(Array(bytes[..<length]), as: .kvmV5) }
    }
    var read = 0
    for bit in 0..<bytes.count * 8 {
      var damaged = bytes
      damaged[bit / 8] ^= 1 << UInt8(bit % 8)
      guard let document = try? Codec.decode(damaged, as: .kvmV5) else { continue }
      read += 1
      if bit % 97 == 0 {
        #expect(try Codec.encode(document.snapshot, as: .kvmV5).bytes == damaged, "bit \(bit)")
      }
    }
    #expect(read > 60_000)
  }
}
