import SDEIFormats
import SDEIModel
import SDEITestSupport
import SDEIWire
import Testing

@Suite("Where bytes have what a path of the model speaks of")
struct LocateTests {
  /// Fields without bytes of their own in a format, and those that a byte shares with others.
  static let without: [FormatID: Set<String>] = [
    .kvmV4: ["mpidrFlags"],
    .kvmV5: ["mpidrFlags", "surplusQueued"],
    .kvmSplit: ["mpidrFlags", "stateBits"],
    .kvmV7: ["mpidrFlags", "type", "priority", "signalable"],
    .kvmSysreg: [
      "registered", "enabled", "running", "unregisterPending", "relative", "masked",
    ],
    .qemuRFC: ["registered", "signalable", "vcpus.affinity"],
  ]

  /// What changes with a field, because one is kept by its relation to the other.
  static let together: [String: Set<String>] = [
    "pending": ["refcount"], "masked": ["masked", "peState"], "mode": ["slotRouteMode"],
    "affinity": ["slotRouteAffinity", "affinity"], "notifier": ["slotNotifier"],
    "registeredPadding": ["slotPadding"], "slotRouteMode": ["routing"],
    "slotRouteAffinity": ["routing", "affinity"], "slotNotifier": ["notifier"],
    "slotPadding": ["registeredPadding"],
  ]

  static let files = Repository.stateFixtures.filter { file in
    without.keys.contains { file.hasSuffix("." + $0.name) }
  }

  @Test("changing the byte changes that field and no other, in every raw form", arguments: files)
  func raw(file: String) throws {
    let bytes = try Repository.bytes(file)
    let document = try Codec.decode(bytes)
    let (format, snapshot) = (document.format, document.snapshot)
    let places = StatePlace.all(snapshot).filter {
      Self.without[format]?.contains($0.field) != true
        && Self.without[format]?.contains($0.difference) != true
        && Self.hasBytes($0, format, snapshot)
    }
    let offsets = bytes.withBytes {
      FormatRegistry.locate(places.map(\.path), in: $0, as: format)
    }
    var (found, refused) = (0, 0)
    for (place, offset) in zip(places, offsets) {
      let offset = try #require(offset, "\(place)")
      // A register that is not in the list has no bytes.
      let whole = place.path.prefix { $0 != "." }
      if try Self.offset(of: String(whole), in: bytes, format) == offset { continue }
      found += 1
      var changed = bytes
      changed[offset] ^= Self.mask(place, format)
      guard let other = try? Codec.decode(changed).snapshot else {
        refused += 1
        continue
      }
      #expect(place.value(other) != place.value(snapshot), "\(place) at \(offset)")
      let paths = Set(other.differences(from: snapshot).map(\.path)).subtracting([place.difference])
      let extra = paths.filter { path in
        // An event without anything else is gone.
        if path == whole { return false }
        let name = String(path.split(separator: ".").last ?? "")
        return Self.together[place.field]?.contains(name) != true
      }
      #expect(extra.isEmpty, "\(place) at \(offset) changes \(extra)")
    }
    print("\(file): \(found) of \(places.count) places, \(refused) refused")
    // Of a number of 64 bits in the order of the network only the last byte may be free to change.
    #expect(refused == 0 || format == .kvmSysreg || format == .qemuRFC && refused * 4 < found)
    #expect(found > 0 || !file.contains("every-field"))
  }

  private static func offset(
    of path: String,
    in bytes: [UInt8],
    _ format: FormatID
  ) throws -> Int? {
    bytes.withBytes { FormatRegistry.locate([path], in: $0, as: format) }[0]
  }

  /// KVM v4 exposes one event itself; no structure has its definition.
  private static func hasBytes(
    _ place: StatePlace,
    _ format: FormatID,
    _ snapshot: Snapshot
  ) -> Bool {
    format != .kvmV4 || !place.path.hasPrefix("events[0x40400000]")
      || !["type", "priority", "signalable"].contains(place.field)
  }

  private static func mask(_ place: StatePlace, _ format: FormatID) -> UInt8 {
    if format == .kvmSplit,
      let bit = ["registered", "enabled", "unregisterPending"].firstIndex(of: place.field)
    {
      return 1 << UInt8(bit)
    }
    if format == .kvmV7, ["registered", "enabled", "running", "pending"].contains(place.field) {
      let number = place.path.dropFirst("events[0x".count).prefix { $0 != "]" }
      return 1 << UInt8((UInt64(number, radix: 16) ?? 0) % 8)
    }
    // A count of 0 makes no event, so an occurrence is added.
    return place.field == "pending" && format != .qemuRFC ? 4 : 1 << place.bit
  }

  static let texts = Repository.stateFixtures.filter { $0.hasSuffix(".sdei") }

  @Test("in JSON it is the value, of a fold the one that holds for the vCPU", arguments: texts)
  func json(file: String) throws {
    let snapshot = try Codec.decode(try Repository.bytes(file)).snapshot
    let text = try Codec.encode(snapshot, as: .json).bytes
    let places = StatePlace.all(snapshot)
    let offsets = text.withBytes { FormatRegistry.locate(places.map(\.path), in: $0, as: .json) }
    var changes = 0
    for (place, offset) in zip(places, offsets) {
      let offset = try #require(offset, "\(place)")
      guard let changed = Self.changed(text, at: offset) else { continue }
      guard let other = try? Codec.decode(changed, as: .json).snapshot else { continue }
      changes += 1
      #expect(place.value(other) != place.value(snapshot), "\(place) at \(offset)")
      let paths = Set(other.differences(from: snapshot).map(\.path))
      #expect(paths == [place.difference], "\(place) at \(offset) changes \(paths)")
    }
    print("\(file) as JSON: \(places.count) places, \(changes) changed")
  }

  /// The text with another digit at the end of the value at an offset; nil where it is no number.
  private static func changed(_ text: [UInt8], at offset: Int) -> [UInt8]? {
    var text = text
    let isText = text[offset] == UInt8(ascii: "\"")
    guard !isText || text[(offset + 1)...].starts(with: Array("0x".utf8)) else { return nil }
    let start = isText ? offset + 3 : offset
    let digits = text[start...].prefix { byte in
      (48...57).contains(byte) || isText && (97...102).contains(byte)
    }
    guard let last = digits.indices.last else { return nil }
    text[last] = text[last] == UInt8(ascii: "1") ? UInt8(ascii: "2") : UInt8(ascii: "1")
    return text
  }

  @Test("a native file tells the record, of an event's fields where they begin", arguments: texts)
  func native(file: String) throws {
    let bytes = try Repository.bytes(file)
    let document = try Codec.decode(bytes)
    let places = StatePlace.all(document.snapshot)
    let offsets = bytes.withBytes { FormatRegistry.locate(places.map(\.path), in: $0, as: .sdei) }
    for (place, offset) in zip(places, offsets) {
      let offset = try #require(offset, "\(place)")
      #expect((40..<bytes.count).contains(offset), "\(place)")
    }
  }

  @Test("registers as text: the value of the register that has it")
  func text() throws {
    let bytes = try Repository.bytes("fixtures/kvm-v7/real-2-vcpus.kvm-v7-text")
    let snapshot = try Codec.decode(bytes).snapshot
    let places = StatePlace.all(snapshot).filter {
      Self.without[.kvmV7]?.contains($0.field) != true
    }
    let offsets = bytes.withBytes {
      FormatRegistry.locate(places.map(\.path), in: $0, as: .kvmV7Text)
    }
    #expect(places.count > 20)
    for (place, offset) in zip(places, offsets) {
      let offset = try #require(offset, "\(place)")
      #expect(bytes[offset...].starts(with: Array("0x".utf8)), "\(place)")
      #expect(bytes[offset - 1] == UInt8(ascii: " "), "\(place)")
    }
  }

  @Test("what has no bytes is where it belongs to; what is no path is nowhere")
  func others() throws {
    let bytes = try Repository.bytes("fixtures/kvm-v5/every-field.kvm-v5")
    let paths = [
      "", "events", "events[0x999]", "events[]", "events[0x40400001].nothing", "vcpus[0].power",
      "contexts[0].normal", "vcpus[0-1].masked", "instance.version", "vcpus[7].masked", "].[",
      "events[0x40400001].vcpus[0,2,+448].entry",
    ]
    let offsets = bytes.withBytes { FormatRegistry.locate(paths, in: $0, as: .kvmV5) }
    let known = zip(paths, offsets).map { path, offset in "\(path): \(offset != nil)" }
    #expect(
      known == [
        ": false", "events: false", "events[0x999]: false", "events[]: false",
        "events[0x40400001].nothing: true", "vcpus[0].power: true", "contexts[0].normal: true",
        "vcpus[0-1].masked: true", "instance.version: true", "vcpus[7].masked: true", "].[: false",
        "events[0x40400001].vcpus[0,2,+448].entry: true",
      ]
    )
  }

  @Test("damaged bytes stop it nowhere", arguments: files + texts)
  func damage(file: String) throws {
    let bytes = try Repository.bytes(file)
    let document = try Codec.decode(bytes)
    let paths = StatePlace.all(document.snapshot, limit: 2).prefix(40).map(\.path)
    for part in stride(from: 0, to: bytes.count, by: max(1, bytes.count / 200)) {
      let short = Array(bytes[..<part])
      var flipped = bytes
      flipped[part] ^= 0xFF
      for damaged in [short, flipped] {
        let offsets = damaged.withBytes {
          FormatRegistry.locate(paths, in: $0, as: document.format)
        }
        #expect(offsets.allSatisfy { $0 ?? 0 <= damaged.count })
      }
    }
  }
}
