import SDEIFormats
import SDEIJournal
import SDEIModel
import SDEITestSupport
import Testing

@Suite("Journal: torn tails and damage")
struct TornTailTests {
  static let journals = [
    JournalFixtures.workedExample, JournalFixtures.everyStep,
    RandomJournal.make(seed: 7, steps: 9), RandomJournal.make(seed: 8, steps: 9),
  ]

  @Test("cut at every byte, the binary form gives its whole records and tells the rest")
  func binaryCuts() throws {
    for journal in Self.journals {
      let bytes = try journal.encode(as: .binary)
      // Where each record ends, the start's first.
      let ends = JournalWalker(bytes).records.map(\.offset).dropFirst() + [bytes.count]
      for length in 0..<bytes.count {
        let cut = Array(bytes[..<length])
        guard let end = ends.last(where: { $0 <= length }) else {
          try #require(JournalCodec.refusal(cut, as: .binary)?.code == .truncated, "\(length)")
          continue
        }
        let whole = ends.count { $0 <= length } - 1
        let (read, tail) = try JournalCodec.decode(cut)
        try #require(read.header == journal.header)
        try #require(read.steps == Array(journal.steps[..<whole]), "\(length) bytes")
        let rest = TornTail(offset: end, byteCount: length - end, wholeSteps: UInt64(whole))
        try #require(tail == (end == length ? nil : rest), "\(length) bytes")
      }
    }
  }

  @Test("cut at every byte, the text gives its whole lines and tells the rest")
  func textCuts() throws {
    for journal in Self.journals {
      let bytes = try journal.encode(as: .jsonLines)
      let ends = bytes.indices.filter { bytes[$0] == UInt8(ascii: "\n") }
      for length in 0..<bytes.count {
        let cut = Array(bytes[..<length])
        // A line is whole as soon as its object is.
        let whole = ends.count { $0 <= length } - 1
        guard whole >= 0 else {
          try #require(JournalCodec.refusal(cut, as: .jsonLines)?.code == .truncated, "\(length)")
          continue
        }
        let (read, tail) = try JournalCodec.decode(cut)
        try #require(read.steps == Array(journal.steps[..<whole]), "\(length) bytes")
        let isTorn = length > ends[whole] + 1
        let expected = TornTail(
          offset: ends[whole] + 1,
          byteCount: length - ends[whole] - 1,
          wholeSteps: UInt64(whole)
        )
        try #require(tail == (isTorn ? expected : nil), "\(length) bytes")
      }
    }
  }

  @Test("every single-bit flip of a binary journal is refused or reported, and no step is wrong")
  func flips() throws {
    var (refused, reported) = (0, 0)
    for journal in [JournalFixtures.workedExample, RandomJournal.make(seed: 3, steps: 4)] {
      let bytes = try journal.encode(as: .binary)
      let last = try #require(JournalWalker(bytes).records.last?.offset)
      for bit in 0..<bytes.count * 8 {
        var damaged = bytes
        damaged[bit / 8] ^= 1 << UInt8(bit % 8)
        do throws(DecodeError) {
          let (read, tail) = try JournalCodec.decode(damaged, as: .binary)
          let isRight = read.header == journal.header && read.steps == journal.steps.dropLast()
          if !isRight || tail?.offset != last || bit / 8 < last { Issue.record("bit \(bit)") }
          reported += 1
        } catch {
          if error.offset == nil || bit / 8 >= last { Issue.record("bit \(bit): \(error)") }
          refused += 1
        }
      }
    }
    print("\(refused) flips refused, \(reported) reported as torn tails")
    #expect(refused > 1000 && reported > 100)
  }

  @Test("damage with a whole record behind it is an error, also when the length is what is wrong")
  func middle() throws {
    let bytes = try JournalFixtures.everyStep.encode(as: .binary)
    let offsets = JournalWalker(bytes).records.map(\.offset)
    for place in [0, 4, 7, 8, 16, 20, 24] {
      var damaged = bytes
      damaged[offsets[5] + place] ^= 0x80
      let error = try #require(JournalCodec.refusal(damaged))
      #expect(error.code == .checksum && error.offset == offsets[5])
      #expect(error.path == "step 5" && error.found.contains("step 6"))
    }
    // A lost page: the records behind it are whole.
    var lost = bytes
    for index in offsets[3]..<offsets[6] { lost[index] = 0 }
    #expect(JournalCodec.refusal(lost)?.offset == offsets[3])
    // A byte that is lost moves what is behind it.
    for place in [offsets[5], offsets[5] + 4, offsets[5] + 24] {
      var shorter = bytes
      shorter.remove(at: place)
      #expect(JournalCodec.refusal(shorter)?.offset == offsets[5])
    }
  }

  @Test("garbage, zeros and several damaged records at the end are one torn tail")
  func longTails() throws {
    let journal = JournalFixtures.everyStep
    let bytes = try journal.encode(as: .binary)
    var random = SplitMix64(seed: 4)
    for count in [1, 7, 8, 24, 25, 4096, 10_001] {
      for tail in [
        [UInt8](repeating: 0, count: count), (0..<count).map { _ in UInt8(random.below(256)) },
      ] {
        let (read, torn) = try JournalCodec.decode(bytes + tail)
        #expect(read == journal)
        let steps = UInt64(journal.steps.count)
        #expect(torn == TornTail(offset: bytes.count, byteCount: count, wholeSteps: steps))
      }
    }
    let offsets = JournalWalker(bytes).records.map(\.offset)
    var damaged = bytes
    for offset in offsets[20...] { damaged[offset + 24] ^= 1 }
    let (read, torn) = try JournalCodec.decode(damaged)
    #expect(read.steps.count == 19 && torn?.offset == offsets[20])
  }

  @Test("a record that claims 4 GiB is a torn tail, and nothing is allocated for it")
  func hugeLength() throws {
    var walker = JournalWalker(try JournalFixtures.workedExample.encode(as: .binary))
    walker.records.removeLast(2)
    let whole = walker.sealed
    var header = [UInt8](repeating: 0, count: 24)
    header.replaceSubrange(4..<8, with: [0xFF, 0xFF, 0xFF, 0xFF])
    for number in [2, .max] as [UInt64] {
      for byte in 0..<8 { header[8 + byte] = UInt8(truncatingIfNeeded: number >> UInt64(8 * byte)) }
      let sum = header[..<20].reduce(into: CRC()) { $0.feed($1) }.value
      for byte in 0..<4 { header[20 + byte] = UInt8(truncatingIfNeeded: sum >> UInt32(8 * byte)) }
      let (read, tail) = try JournalCodec.decode(whole + header)
      #expect(read.steps.count == 1 && tail?.byteCount == 24)
    }
  }

  /// CRC-32 bit by bit, as the document says it.
  private struct CRC {
    private var register: UInt32 = ~0
    var value: UInt32 { ~register }
    mutating func feed(_ byte: UInt8) {
      register ^= UInt32(byte)
      for _ in 0..<8 { register = register & 1 == 1 ? register >> 1 ^ 0xEDB8_8320 : register >> 1 }
    }
  }

  @Test("a torn tail says where it begins, how long it is and what may be missing")
  func message() {
    let tail = TornTail(offset: 4711, byteCount: 37, wholeSteps: 12)
    #expect(
      tail.description
        == "the last 37 bytes, from byte 4711 (0x1267) on, are not a whole record: the journal ends "
        + "after step 12, and later steps may be missing"
    )
    #expect(tail.finding.id == "SDEI-R002" && tail.finding.offset == 4711)
    #expect(tail.finding.severity == .warning && tail.finding.problem == tail.description)
  }
}
