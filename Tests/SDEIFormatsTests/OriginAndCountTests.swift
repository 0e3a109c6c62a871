import Foundation
import SDEIFormats
import SDEIModel
import SDEITestSupport
import SDEIWire
import Testing

@Suite("Origins of events, and counts that tell 0")
struct OriginAndCountTests {
  private static let number = EventNumber(0x4040_0000)

  private func snapshot(_ origin: EventOrigin, interrupt: UInt32?) -> Snapshot {
    let definition = EventDefinition(
      type: .shared,
      priority: .critical,
      isSignalable: false,
      trigger: .level,
      origin: origin,
      interrupt: interrupt,
      notifier: "x"
    )
    return Snapshot(
      instance: Instance(dialect: .tfA),
      events: EventTable([Event(Self.number, definition: definition)])
    )
  }

  @Test("every origin, with and without an interrupt, is kept by sdei, json and canonical()")
  func origins() throws {
    var digests: Set<VMDigest> = []
    for origin in EventOrigin.allCases {
      for interrupt in [nil, 0, 23, .max] as [UInt32?] {
        let state = snapshot(origin, interrupt: interrupt)
        #expect(try Codec.decode(Codec.encode(state).bytes).snapshot == state)
        let json = try Codec.encode(state, as: .json).bytes
        #expect(try Codec.decode(json).snapshot == state)
        let isTold = String(decoding: json, as: UTF8.self).contains("\"origin\": \"\(origin)\"")
        #expect(isTold == (origin != .platform))
        #expect(state.canonical().events.first?.definition == state.events.first?.definition)
        digests.insert(VMDigest(of: state))
      }
    }
    #expect(digests.count == 12, "each is another definition")
  }

  @Test("an origin is a difference, and missing where the other has the usual one")
  func differences() {
    let (slot, plain) = (snapshot(.slot, interrupt: 23), snapshot(.platform, interrupt: 23))
    let (lost, gained) = (slot.differences(from: plain), plain.differences(from: slot))
    #expect(
      (lost + gained).map(\.path) == ["events[0x40400000].origin", "events[0x40400000].origin"]
    )
    #expect((lost + gained).map(\.isMissing) == [true, false])
    #expect(slot != plain)
  }

  @Test("the usual origin may be spelled out in the JSON, and no other word stands for one")
  func words() throws {
    let text = try Repository.text("fixtures/native/tf-a.json")
    let plain = text.replacing("\"origin\": \"firmware\"", with: "\"origin\": \"platform\"")
    let origins = try Codec.decode(Array(plain.utf8)).snapshot.events.map(\.definition?.origin)
    #expect(origins == [.platform, .platform, .slot, .slot, .platform, .slot])
    let wrong = text.replacing("\"origin\": \"firmware\"", with: "\"origin\": \"bound\"")
    let error = #expect(throws: DecodeError.self) { try Codec.decode(Array(wrong.utf8)) }
    #expect(error?.path == "events.0x40400001.origin" && error?.code == .value)
  }

  @Test("one edit of the JSON changes one record, and a byte of it; the reader in Python agrees")
  func singleEdits() throws {
    let tfA = try Repository.text("fixtures/native/tf-a.json")
    let kvm = try Repository.text("fixtures/native/kvm-v4.json")
    let edits: [(text: String, from: String, to: String, type: UInt16)] = [
      (tfA, "\"origin\": \"firmware\"", "\"origin\": \"slot\"", 4),
      (tfA, "\"value\": \"0x1\"", "\"value\": \"0x2\"", 7),
      (kvm, "\"value\": \"0x1\"", "\"value\": \"0x3\"", 7),
    ]
    let directory = try Temporary()
    for (place, edit) in edits.enumerated() {
      let json = Array(edit.text.replacing(edit.from, with: edit.to).utf8)
      let bytes = try Codec.encode(Codec.decode(json).snapshot).bytes
      let before = try Codec.encode(Codec.decode(Array(edit.text.utf8)).snapshot).bytes
      let records = zip(RecordWalker(bytes).records, RecordWalker(before).records)
      let changed = records.filter { $0.body != $1.body }
      #expect(changed.map(\.0.type) == [edit.type], "\(edit.to)")
      for (one, other) in changed {
        #expect(zip(one.body, other.body).filter { $0 != $1 }.count == 1, "\(edit.to)")
      }
      let file = try directory.write(bytes, "\(place).sdei")
      let result = try Program.run(program: "python3", ["schemas/sdei_snapshot.py", file])
      #expect(result.output == json, "\(edit.to): \(result.messages)")
    }
  }

  @Test(
    "a count is stored plus one: from 0 to 2^32 - 1 and nothing else",
    arguments: [
      (ExtraField.refcount, DialectID.kvmV4), (.registrationCount, .tfA),
    ]
  )
  func counts(field: ExtraField, dialect: DialectID) throws {
    #expect(field.addend == 1 && field.minimum == 1 && field.maximum == 1 << 32)
    for value in [0, 1, 2, 0xFFFF_FFFF, 1 << 32, 1 << 32 + 1, .max] as [UInt64] {
      var state = snapshot(.platform, interrupt: nil)
      state.instance.dialect = dialect
      state.events.update(Self.number) { $0.extras[field] = max(value, 1) }
      let good = try Codec.encode(state).bytes
      let json = String(decoding: try Codec.encode(state, as: .json).bytes, as: UTF8.self)
        .replacing("\"value\": \"\(hex(max(value, 1)))\"", with: "\"value\": \"\(hex(value))\"")
      let isHeld = (1...1 << 32).contains(value)
      #expect(field.holds(value) == isHeld)
      #expect((try? Codec.decode(Array(json.utf8)).snapshot) == (isHeld ? state : nil), "\(value)")
      if value > 0 { #expect((try? Codec.decode(good).snapshot) == (isHeld ? state : nil)) }
    }
  }

  @Test("a field that the dialect does not have is refused by every format, both ways")
  func dialects() throws {
    let lists: [DialectID: Int] = [
      .kvmV4: 12, .kvmV5: 21, .kvmV7: 14, .tfA: 1, .qemuRFC: 3,
    ]
    for dialect in DialectID.allCases {
      let fields = ExtraField.allCases.filter { $0.dialects.contains(dialect) }
      #expect(fields.count == lists[dialect, default: 0], "\(dialect.name)")
      for field in ExtraField.allCases where field.scope == .eventValue {
        var state = snapshot(.platform, interrupt: nil)
        state.instance.dialect = dialect
        state.events.update(Self.number) { $0.extras[field] = 2 }
        for format in [FormatID.sdei, .json] {
          let back = try? Codec.decode(Codec.encode(state, as: format).bytes).snapshot
          #expect(back == (fields.contains(field) ? state : nil), "\(field) in \(dialect.name)")
        }
      }
    }
    let text = try Repository.text("fixtures/native/tf-a.json")
    let wrong = text.replacing("\"tf-a\"", with: "\"kvm-v7\"")
    #expect(throws: DecodeError.self) { try Codec.decode(Array(wrong.utf8)) }
    let mine = RecordWalker(try Repository.bytes("fixtures/native/tf-a.sdei"))
    var other = RecordWalker(try Repository.bytes("fixtures/native/kvm-v4.sdei"))
    other.records[other.records.count - 1] = try #require(mine.records.last)
    #expect(throws: DecodeError.self) { try Codec.decode(other.sealed) }
  }

  @Test(
    "the schema refuses a wrong origin, a count that is out of range, and a field of another dialect"
  )
  func schema() throws {
    let edits = [
      ("tf-a", "\"origin\": \"firmware\"", "\"origin\": \"bound\""),
      ("tf-a", "\"origin\": \"firmware\"", "\"origin\": \"platform\""),
      ("tf-a", "\"value\": \"0x1\"", "\"value\": \"0x0\""),
      ("tf-a", "\"value\": \"0x100000000\"", "\"value\": \"0x100000001\""),
      ("tf-a", "\"registrationCount\"", "\"refcount\""),
      ("tf-a", "\"dialect\": \"tf-a\"", "\"dialect\": \"kvm-v4\""),
      ("kvm-v4", "\"value\": \"0x100000000\"", "\"value\": \"0x100000001\""),
      ("kvm-v4", "\"refcount\"", "\"registrationCount\""),
      ("kvm-v4", "\"kvm-v4\": {", "\"kvm-v5\": {"),
      ("kvm-v4", "\"kvm-v4\"", "\"kvm-v5\""),
    ]
    let directory = try Temporary()
    for (place, edit) in edits.enumerated() {
      let good = try Repository.text("fixtures/native/\(edit.0).json")
      let text = good.replacing(edit.1, with: edit.2)
      #expect(text != good, "\(edit)")
      let file = try directory.write(Array(text.utf8), "\(place).json")
      let result = try Program.run(
        program: "python3",
        ["Tests/Tools/validate.py", "schemas/snapshot.schema.json", file]
      )
      #expect(result.status == 1, "\(edit)")
    }
  }
}
