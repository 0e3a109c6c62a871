import SDEIEngine
import SDEIFormats
import SDEIJournal
import SDEIModel
import SDEITestSupport
import SDEIWire
import Testing

@Suite("Journal: both forms say the same")
struct JournalRoundTripTests {
  @Test("random journals come back, and convert byte by byte")
  func random() throws {
    let seed: UInt64 = 0x5DE1_0100
    print("seed \(seed)")
    var steps = 0
    for number in 0..<3000 as Range<UInt64> {
      let journal = RandomJournal.make(seed: seed &+ number)
      let text = try journal.encode(as: .jsonLines)
      let binary = try journal.encode(as: .binary)
      let fromText = try JournalCodec.decode(text)
      let fromBinary = try JournalCodec.decode(binary)
      try #require(fromText.journal == journal && fromText.tail == nil, "seed \(seed &+ number)")
      try #require(fromBinary.journal == journal && fromBinary.tail == nil)
      try #require(try fromText.journal.encode(as: .binary) == binary)
      try #require(try fromBinary.journal.encode(as: .jsonLines) == text)
      try #require(try fromText.journal.encode(as: .jsonLines) == text)
      steps += journal.steps.count
    }
    #expect(steps > 10_000)
  }

  @Test("a journal of every kind of step is in the fixtures, in both forms")
  func golden() throws {
    for (name, journal) in JournalFixtures.all {
      try Golden.expect(journal.encode(as: .jsonLines), toEqual: "fixtures/journal/\(name).jsonl")
      try Golden.expect(journal.encode(as: .binary), toEqual: "fixtures/journal/\(name).sdeij")
      #expect(try JournalCodec.decode(try journal.encode(as: .binary)).journal == journal)
      #expect(try JournalCodec.decode(try journal.encode(as: .jsonLines)).journal == journal)
    }
  }

  @Test("every line of the text says its kind first, behind the number")
  func lines() throws {
    let text = String(decoding: try JournalFixtures.everyStep.encode(as: .jsonLines), as: UTF8.self)
    let lines = text.split(separator: "\n")
    #expect(text.hasSuffix("}\n") && !text.contains("\n\n"))
    #expect(lines[2].hasPrefix("{\"n\":2,\"call\":\"SDEI_EVENT_REGISTER\",\"vcpu\":0,"))
    #expect(
      lines[2].hasSuffix(
        "\"args\":[\"0x0\",\"0xffff800008010e40\",\"0x1\"],\"result\":\"SUCCESS\"}"
      )
    )
    #expect(lines[3].hasSuffix("\"result\":\"INVALID_PARAMETERS\"}"))
    // A register's value may equal an error code.
    #expect(lines[4].hasSuffix("\"result\":\"0xfffffffffffffffd\"}"))
    #expect(lines[5].contains("\"call\":\"0xc4000050\"") && lines[5].contains("NOT_SUPPORTED"))
    #expect(lines[6].contains("\"el\":0,\"result\":\"none\"}"))
    #expect(lines[8].contains("\"undefined\":\"null-dereference\"}"))
    #expect(lines[15].hasSuffix("\"immediately\":true,\"result\":\"-EBUSY\"}"))
  }

  @Test("a value that a name stands for may be written as it is, and one that is longer")
  func spellings() throws {
    let head = String(decoding: try Self.empty.encode(as: .jsonLines), as: UTF8.self)
    let text =
      head
      + "{ \"vcpu\" : 2, \"result\":\"0xfffffffffffffffd\", \"call\":\"0xc4000022\", \"n\":1}\n"
    let step = JournalStep.action(
      .call(Call(.eventEnable), vcpu: 2),
      Recorded(answer: .value(ReturnCode.denied.rawValue))
    )
    #expect(try JournalCodec.decode(text).steps == [step])
  }

  static let empty = Journal(header: JournalHeader(start: .snapshot(Snapshot())))

  @Test("the form is told by how the bytes begin")
  func recognition() throws {
    func form(_ bytes: [UInt8]) -> JournalForm? { bytes.withBytes { JournalForm.recognise($0) } }
    for form in JournalForm.allCases {
      #expect(
        try JournalForm.allCases.map { try Self.empty.encode(as: $0) }.map {
          bytes in bytes.withBytes { JournalForm.recognise($0) }
        } == JournalForm.allCases,
        "\(form)"
      )
    }
    #expect(form(try Codec.encode(Snapshot()).bytes) == nil)
    #expect(form(try Codec.encode(Snapshot(), as: .json).bytes) == nil)
    #expect(form([]) == nil && form(Array("{".utf8)) == nil)
    let binary = try Self.empty.encode(as: .binary)
    #expect(throws: DecodeError.self) { try Codec.decode(binary) }
  }

  @Test("what no reader would take is not written")
  func unwritable() throws {
    let badHeader = Journal(header: JournalHeader(start: .snapshot(Snapshot()), producer: "a\nb"))
    var badInstance = Self.empty
    badInstance.header.start = .digest(
      SnapshotDigest(rawValue: 1),
      Instance(producer: "\u{1B}"),
      vcpus: 1
    )
    var definition = EventDefinition(type: .private, priority: .normal, isSignalable: true)
    definition.notifier = ""
    var badDefinition = Self.empty
    badDefinition.steps = [.action(.define(EventNumber(1), definition), Recorded())]
    var badState = Self.empty
    badState.steps = [.checkpoint(.snapshot(Snapshot(instance: Instance(producer: "\u{7F}"))))]
    for journal in [badHeader, badInstance, badDefinition, badState] {
      for form in JournalForm.allCases {
        #expect(throws: EncodeError.self) { try journal.encode(as: form) }
      }
    }
  }
}

@Suite("Digest of a state")
struct SnapshotDigestTests {
  @Test("is FNV-1a over the native bytes, and does not change")
  func golden() throws {
    let snapshot = NativeFixtures.workedExample()
    let digest = try SnapshotDigest(of: snapshot)
    var value: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in try Codec.encode(snapshot).bytes {
      value = (value ^ UInt64(byte)) &* 0x100_0000_01b3
    }
    #expect(digest.rawValue == value)
    #expect(digest.description == "3ef1775c813259ad")
    #expect(SnapshotDigest(digest.description) == digest)
  }

  @Test("has 16 digits, and no other spelling")
  func text() {
    #expect(SnapshotDigest(rawValue: 0xAB).description == "00000000000000ab")
    for text in ["", "ab", "00000000000000AB", "0x000000000000ab", "+0000000000000ab"] {
      #expect(SnapshotDigest(text) == nil)
    }
  }

  @Test("tells states apart")
  func distinct() throws {
    var digests: Set<SnapshotDigest> = []
    var states: Set<Snapshot> = []
    for seed in 0..<500 as Range<UInt64> {
      let snapshot = RandomSnapshot.make(seed: seed, vcpus: 3)
      states.insert(snapshot)
      digests.insert(try SnapshotDigest(of: snapshot))
    }
    #expect(digests.count == states.count && states.count > 400)
  }
}
