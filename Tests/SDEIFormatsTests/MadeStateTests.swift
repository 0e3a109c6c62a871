import SDEIFormats
import SDEIModel
import SDEITestSupport
import SDEIWire
import Testing

@Suite("Made states of KVM v4 and v7")
struct MadeStateTests {
  static let fixtures = KVMv4Fixtures.all + KVMv7Fixtures.all
  static let formats: [FormatID] = [.kvmV4, .kvmV7, .kvmV7Text]

  private static func path(_ fixture: MadeState, _ ending: String) -> String {
    let directory = fixture.format == .kvmV4 ? "kvm-v4" : "kvm-v7"
    return "fixtures/\(directory)/\(fixture.name)\(ending)"
  }

  @Test("are kept, reported with their offsets, and given back", arguments: fixtures)
  func made(fixture: MadeState) throws {
    try Golden.expect(fixture.bytes, toEqual: Self.path(fixture, ".\(fixture.format.name)"))
    let document = try Codec.decode(fixture.bytes)
    #expect(document.format == fixture.format)
    let found = document.findings.sorted { ($0.offset ?? 0) < ($1.offset ?? 0) }
    #expect(found.map(\.id) == fixture.findings.map(\.id))
    #expect(found.map(\.offset) == fixture.findings.map(\.offset))
    #expect(document.hasState == (fixture.name != "none"))
    let sdei = try Codec.encode(document.snapshot)
    let json = try Codec.encode(try Codec.decode(sdei.bytes).snapshot, as: .json)
    let isText = fixture.format == .kvmV7Text
    try Golden.expect(json.bytes, toEqual: Self.path(fixture, isText ? ".text.json" : ".json"))
    let raw = try Codec.encode(try Codec.decode(json.bytes).snapshot, as: fixture.format)
    #expect(raw.losses.isEmpty)
    #expect(try Codec.decode(raw.bytes).snapshot == document.snapshot)
    if fixture.isExact { #expect(raw.bytes == fixture.bytes) }
  }

  @Test("real ones are there to look at")
  func real() throws {
    let v4 = try KVMTrace.dumps(.kvmV4, in: KVMTrace.directories(.kvmV4)[0])
    let v7 = try KVMTrace.dumps(.kvmV7, in: KVMTrace.directories(.kvmV7)[0])
    let four = try #require(v4.first { $0.name.hasPrefix("005/") })
    try Golden.expect(four.transcript, toEqual: "fixtures/kvm-v4/real-4-vcpus.kvm-v4")
    try Golden.expect(four.bareTranscript, toEqual: "fixtures/kvm-v4/real-undefined.kvm-v4")
    let two = try #require(v7.first { $0.name.hasPrefix("005/") })
    try Golden.expect(two.transcript, toEqual: "fixtures/kvm-v7/real-2-vcpus.kvm-v7")
    let text = try Codec.encode(try Codec.decode(two.transcript).snapshot, as: .kvmV7Text)
    try Golden.expect(text.bytes, toEqual: "fixtures/kvm-v7/real-2-vcpus.kvm-v7-text")
  }

  @Test(
    "every leaf of the JSON that is edited changes the bytes, or is listed as lost",
    arguments: formats
  )
  func singleEdits(format: FormatID) throws {
    let fixture = try #require(
      Self.fixtures.first { $0.name == "every-field" && format.name.hasPrefix($0.format.name) }
    )
    var snapshot = try Codec.decode(fixture.bytes).snapshot
    // Text has no place for it: a loss of its own would hide others.
    if format == .kvmV7Text { snapshot.instance.producer = "" }
    let before = try Codec.encode(snapshot, as: format).bytes
    let json = try Codec.encode(snapshot, as: .json).bytes
    let root = try json.withBytes { try JSONParser.parse($0) }
    var (changed, lost, refused) = (0, 0, 0)
    for path in JSONEdit.leaves(root) {
      guard let value = JSONEdit.value(root, at: path[...]), let edited = edit(value, path) else {
        continue
      }
      let text = JSONEdit.text(root, replacing: path[...], with: edited)
      guard let other = try? Codec.decode(Array(text.utf8), as: .json).snapshot else {
        refused += 1
        continue
      }
      try #require(other != snapshot, "\(path) is not edited")
      // A contradiction is refused with its place; everything else is written.
      guard let encoded = try? Codec.encode(other, as: format) else {
        refused += 1
        continue
      }
      let isLost = encoded.losses.contains { $0.severity == .error }
      if encoded.bytes != before { changed += 1 }
      if isLost { lost += 1 }
      #expect(encoded.bytes != before || isLost, "\(path.joined(separator: "."))")
    }
    print("\(format.name): \(changed) edits change bytes, \(lost) are lost, \(refused) refused")
    #expect(changed > 60 && lost > 0 && refused < 30)
  }

  private func edit(_ value: JSONNode.Value, _ path: [String]) -> JSONNode.Value? {
    let names = [
      "private": "shared", "shared": "private", "normal": "critical", "critical": "normal",
      "any": "pe", "pe": "any", "0-1": "0", "0": "7", "1": "7", "1.0": "1.1", "1.1": "1.0",
    ]
    if path[0] == "schema" || path.last == "dialect" { return nil }
    switch value {
    case .bool(let bool): return .bool(!bool)
    case .number(let number): return .number(number + 1)
    case .string(let text):
      if path.last == "producer" { return .string("another") }
      if let other = names[text] { return .string(other) }
      guard text.hasPrefix("0x"), let number = UInt64(text.dropFirst(2), radix: 16) else {
        return nil
      }
      let bit: UInt64 = path.contains("mpidrFlags") ? 1 << 29 : 1
      return .string("0x" + String(number ^ bit, radix: 16))
    default: return nil
    }
  }

  @Test("whatever reading the bytes does not give back is listed, by its path", arguments: formats)
  func losses(format: FormatID) throws {
    let seed: UInt64 = 0x5DE1_0070
    let dialect = try #require(FormatRegistry.format(format).traits.dialect)
    let options = EncodeOptions(maxBytes: 1 << 22)
    var (own, exact, listed) = (0, 0, 0)
    for number in 0..<3000 as Range<UInt64> {
      let place = "seed \(seed &+ number)"
      let snapshot = RandomSnapshot.make(seed: seed &+ number, vcpus: UInt32(number % 9))
      guard let encoded = try? Codec.encode(snapshot, as: format, options: options) else {
        // The registers can say anything; a transcript of structs has contradictions.
        #expect(format == .kvmV4, "\(place)")
        continue
      }
      let back = try Codec.decode(encoded.bytes).snapshot
      #expect(encoded.losses.isEmpty == (back == snapshot), "\(place)")
      let places = Set(encoded.losses.map(\.path))
      #expect(places.isSuperset(of: snapshot.differences(from: back).map(\.path)), "\(place)")
      #expect(encoded.losses.allSatisfy { !$0.path.isEmpty })
      own += snapshot.instance.dialect == dialect ? 1 : 0
      listed += encoded.losses.count
      // What was read is exact: it is written again without a loss, in the same bytes.
      let again = try Codec.encode(back, as: format)
      #expect(again.losses.isEmpty && again.bytes == encoded.bytes, "\(place)")
      #expect(try Codec.decode(again.bytes).snapshot == back, "\(place)")
      exact += again.losses.isEmpty ? 1 : 0
    }
    print(
      "\(format.name) export: \(own) of \(exact) in its dialect, \(listed) losses, seed \(seed)"
    )
    #expect(own > 10 && exact > 300 && listed > 1000)
  }

  @Test("random files of any content are given back byte for byte, through sdei and json")
  func randomFiles() throws {
    let seed: UInt64 = 0x5DE1_0071
    for number in 0..<400 as Range<UInt64> {
      var random = SplitMix64(seed: seed &+ number)
      for (format, bytes) in [
        (FormatID.kvmV4, RandomTranscript.makeV4(&random)),
        (.kvmV7, RandomTranscript.makeV7(&random)),
      ] {
        let place = "\(format.name), seed \(seed &+ number)"
        let snapshot = try Codec.decode(bytes).snapshot
        let json = try Codec.encode(Codec.decode(Codec.encode(snapshot).bytes).snapshot, as: .json)
        let back = try Codec.encode(try Codec.decode(json.bytes).snapshot, as: format)
        #expect(back.losses.isEmpty, "\(place): \(back.losses.map(\.path))")
        #expect(back.bytes == bytes, "\(place)")
        guard format == .kvmV7 else { continue }
        var silent = snapshot
        silent.instance.producer = ""
        let text = try Codec.encode(silent, as: .kvmV7Text)
        let read = try Codec.decode(text.bytes, as: .kvmV7Text).snapshot
        #expect(text.losses.isEmpty && read == silent, "\(place)")
      }
    }
  }

  @Test("the size is known before anything is written", arguments: formats)
  func size(format: FormatID) throws {
    for fixture in Self.fixtures where fixture.name != "none" {
      let snapshot = try Codec.decode(fixture.bytes).snapshot
      let count = UInt64(try Codec.encode(snapshot, as: format).bytes.count)
      let exact = EncodeOptions(maxBytes: count)
      #expect(try Codec.encode(snapshot, as: format, options: exact).bytes.count == Int(count))
      let less = EncodeOptions(maxBytes: count - 1)
      let error = #expect(throws: EncodeError.self) {
        try Codec.encode(snapshot, as: format, options: less)
      }
      #expect(error?.id == "SDEI-C002")
    }
    for count in [10, 11, 100, 1001] as [UInt32] {
      let snapshot = Snapshot(instance: Instance(dialect: .kvmV7), vcpus: VCPUs(count: count))
      guard format != .kvmV4 else { continue }
      let bytes = try Codec.encode(snapshot, as: format).bytes
      let options = EncodeOptions(maxBytes: UInt64(bytes.count))
      #expect(try Codec.encode(snapshot, as: format, options: options).bytes == bytes)
    }
  }

  @Test("a state of 2^32-1 vCPUs is refused before anything is done for each", arguments: formats)
  func huge(format: FormatID) throws {
    for dialect in DialectID.allCases {
      var snapshot = Snapshot(instance: Instance(dialect: dialect), vcpus: VCPUs(count: .max))
      let all = Bitmap(below: .max)
      snapshot.vcpus.masked = all
      snapshot.vcpus.affinityKnown = all
      var event = Event(EventNumber(0))
      event.registered = all
      event.pending = Column(1, at: all)
      event.entry = Column(0x1000, at: all)
      snapshot.events.insert(event)
      #expect(throws: EncodeError.self) {
        try Codec.encode(snapshot, as: format, options: EncodeOptions())
      }
    }
  }

  @Test(
    "every truncation of bytes is an error with an offset, and no bit flip stops the program",
    arguments: [KVMv4Fixtures.all[1], KVMv7Fixtures.all[0], KVMv7Fixtures.all[2]]
      + [KVMv7Fixtures.all[4]]
  )
  func robust(fixture: MadeState) throws {
    let bytes = fixture.bytes
    for length in 0..<bytes.count {
      let part = Array(bytes[..<length])
      if fixture.format == .kvmV7Text {
        _ = try? Codec.decode(part, as: fixture.format)
      } else {
        let error = #expect(throws: DecodeError.self) {
          try Codec.decode(part, as: fixture.format)
        }
        #expect(error?.offset != nil)
      }
    }
    var (read, same) = (0, 0)
    for bit in 0..<bytes.count * 8 {
      var damaged = bytes
      damaged[bit / 8] ^= 1 << UInt8(bit % 8)
      guard let document = try? Codec.decode(damaged, as: fixture.format) else { continue }
      read += 1
      guard bit % 97 == 0, fixture.isExact else { continue }
      if document.findings.contains(where: { ["SDEI-D032", "SDEI-D034"].contains($0.id) }) {
        continue
      }
      #expect(try Codec.encode(document.snapshot, as: fixture.format).bytes == damaged)
      same += 1
    }
    print("\(fixture): \(read) of \(bytes.count * 8) bit flips are states, \(same) given back")
    #expect(read > 100)
  }
}
