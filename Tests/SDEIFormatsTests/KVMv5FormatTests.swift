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
    // Numbers are keys: each of these events stands in one list only.
    for key in ["0x40400002", "0x40400003", "0x40400004"] {
      let text = JSONEdit.text(
        root,
        replacing: ["events", key],
        key: String(key.dropLast()) + "9"
      )
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
    case .bool: return nil  // signalable is refined by the extra `signaled`, which is edited
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

  @Test("whatever it can not hold is listed as a loss; without losses it reads back as it was")
  func losses() throws {
    let seed: UInt64 = 0x5DE1_0003
    var (exact, lossy) = (0, 0)
    for number in 0..<3000 as Range<UInt64> {
      var snapshot = RandomSnapshot.make(seed: seed &+ number, vcpus: UInt32(number % 9))
      if number % 2 == 0 {
        // Half of them are stripped of what the transcript has no field for.
        snapshot.instance = try Codec.decode(KVMv5Fixtures.all[0].bytes).snapshot.instance
        snapshot = stripped(snapshot)
      }
      guard let encoded = try? Codec.encode(snapshot, as: .kvmV5) else { continue }
      let back = try Codec.decode(encoded.bytes).snapshot
      if encoded.losses.isEmpty {
        exact += 1
        #expect(back == snapshot, "seed \(seed &+ number)")
      } else {
        lossy += 1
        #expect(encoded.losses.allSatisfy { $0.severity == .error && !$0.problem.isEmpty })
      }
    }
    print("kvm-v5 export: \(exact) exact, \(lossy) with losses, seed \(seed)")
    #expect(exact > 100 && lossy > 100)
  }

  private func stripped(_ snapshot: Snapshot) -> Snapshot {
    let existing = Bitmap(below: snapshot.vcpus.count)
    let slots = Bitmap(below: 512)
    var result = snapshot
    result.vcpus.power = Column()
    result.vcpus.deliveryRequest = Bitmap()
    result.vcpus.affinityKnown = Bitmap()
    result.vcpus.affinity = Column()
    result.vcpus.masked.formIntersection(existing)
    result.extras = Extras()
    result.contexts = ContextTable(snapshot.contexts.filter { $0.vcpu < snapshot.vcpus.count })
    result.events = EventTable(
      snapshot.events.map { source in
        var event = source
        event.running = Bitmap()
        event.relative = Bitmap()
        event.definition = event.definition.map {
          EventDefinition(type: $0.type, priority: $0.priority, isSignalable: $0.isSignalable)
        }
        for (_, path) in Event.bitmaps { event[keyPath: path].formIntersection(slots) }
        event.entry = event.entry.restricted(to: slots)
        event.argument = event.argument.restricted(to: slots)
        event.pending = event.pending.restricted(to: existing)
        event.extras[.signaled] = nil
        event.slotExtras = FieldMap()
        if event.registered.isEmpty {
          event = Event(event.number, definition: event.definition)
          event.pending = source.pending.restricted(to: existing)
        }
        return event
      }.filter { $0.definition != nil || !$0.registered.isEmpty || !$0.pending.isEmpty }
    )
    return result
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
    Damage(name: "a count beyond the file", code: .truncated, offset: 9008) {
      $0[88...89] = [0xFF, 0x01]
      $0[92...93] = [0xE8, 0x2F]
    },
    Damage(name: "one byte less", code: .truncated, offset: 9263) { $0.removeLast() },
    Damage(name: "one byte more", code: .trailing, offset: 9296) { $0.append(0) },
    Damage(name: "a vCPU missing", code: .truncated, offset: 9264) { $0[20] = 3 },
  ]

  @Test("damage is refused with its offset", arguments: damages)
  func refused(damage: Damage) throws {
    var bytes = KVMv5Fixtures.all[0].bytes
    damage.change(&bytes)
    let error = #expect(throws: DecodeError.self) { try Codec.decode(bytes, as: .kvmV5) }
    #expect(error?.code == damage.code)
    if damage.code != .truncated { #expect(error?.offset == damage.offset) }
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
