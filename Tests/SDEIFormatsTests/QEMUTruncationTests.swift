import Foundation
import SDEIFormats
import SDEITestSupport
import Testing

@Suite("Truncated QEMU streams")
struct QEMUTruncationTests {
  static let seed: UInt64 = 0x5DE1_0E40

  /// What a cut leaves for certain: the last header of `ram`, or the first device's.
  struct Headers {
    /// Headers by where they are whole.
    var certain: [(end: Int, text: String)] = []
    /// All headers of devices; the first one is certain, too.
    var devices: [(end: Int, text: String)] = []

    func last(before cut: Int) -> String? { certain.last { $0.end <= cut }?.text }
    func guess(before cut: Int) -> String? {
      let whole = devices.filter { $0.end <= cut }
      return whole.count > 1 ? whole.last?.text : nil
    }
  }

  /// The headers of a stream that stands still: one START, one PART, one END.
  static func headers(_ bytes: [UInt8], _ walk: QEMUWalk) throws -> Headers {
    var headers = Headers()
    let first = try #require(walk.sections.first)
    let configuration = 8 + walk.account.configuration
    let machine = try #require(walk.machine)
    headers.certain.append((13 + machine.utf8.count, "\"configuration\" at byte 8"))
    let start = configuration
    headers.certain.append((start + 17, "the start of section \"ram\" at byte \(start)"))
    // A PART follows the START's footer.
    let mark: [UInt8] = [0x7E, 0, 0, 0, 2, 2, 0, 0, 0, 2]
    let data = Data(bytes)
    let place = try #require(data.range(of: Data(mark), in: start..<start + 4096))
    let part = place.lowerBound + 5
    headers.certain.append((part + 5, "a part of section \"ram\" at byte \(part)"))
    // The END has a word and a footer.
    let end = first.offset - 18
    headers.certain.append((end + 5, "the end of section \"ram\" at byte \(end)"))
    headers.certain.append((first.bodyOffset, "section \"\(first.name)\" at byte \(first.offset)"))
    headers.devices = walk.sections.map {
      ($0.bodyOffset, "section \"\($0.name)\" at byte \($0.offset)")
    }
    return headers
  }

  @Test(
    "each of 1,000 cuts names the last header, its offset, and the missing description",
    .enabled(if: QEMU.isThere || QEMU.isNeeded, Comment(rawValue: QEMU.advice))
  )
  func thousandCuts() throws {
    let dump = try #require(try RecordedDump.all(.kvmV4).first { $0.vcpus == 2 })
    let editor = try QEMUStreamEditor(try QEMU.stream(QEMUMachine.plain[0]))
    for (vcpu, subsection) in dump.subsections(vcpus: 2).enumerated() {
      try editor.append(subsection, toCPU: vcpu)
    }
    let bytes = try editor.bytes
    let walk = try QEMUReading.read(bytes).walk
    let headers = try Self.headers(bytes, walk)
    let devices = try #require(walk.sections.first).offset
    let regions = [
      8..<256, 256..<devices, devices..<walk.descriptionOffset,
      walk.descriptionOffset..<bytes.count,
    ]
    var random = SplitMix64(seed: Self.seed)
    var guesses = 0
    for number in 0..<1000 {
      let region = regions[number % regions.count]
      let cut = region.lowerBound + Int(random.below(UInt64(region.count)))
      let error = try QEMUReading.refusal(of: Array(bytes[..<cut]))
      let message = error.description
      #expect(error.code == .truncated && error.offset == cut, "cut \(cut)")
      let expected = headers.last(before: cut) ?? "before any section header"
      #expect(error.found.contains(expected), "seed \(Self.seed), cut \(cut): \(message)")
      #expect(message.contains("description") && message.contains("missing"), "cut \(cut)")
      let guess = headers.guess(before: cut)
      #expect(message.contains("a guess") == (guess != nil), "cut \(cut): \(message)")
      if let guess {
        #expect(message.contains(guess), "cut \(cut): \(message)")
        guesses += 1
      }
    }
    print("1000 cuts of \(bytes.count) bytes, \(guesses) of them with a guess (all true)")
    #expect(guesses > 400)
  }

  @Test("every cut of a small stream is an error, in chunks of any size")
  func everyCut() throws {
    let bytes = try QEMUSmall.stream()
    for cut in 0..<bytes.count {
      let part = Array(bytes[..<cut])
      let (whole, parts) = (
        try QEMUReading.refusal(of: part), try QEMUReading.refusal(of: part, chunk: 3)
      )
      #expect(whole == parts, "cut \(cut)")
      #expect(whole.code == .truncated && whole.offset == cut, "cut \(cut): \(whole)")
    }
    print("\(bytes.count) cuts of a small stream")
  }

  @Test("every flipped bit of a small stream is read or refused, and nothing else happens")
  func everyBit() throws {
    var bytes = try QEMUSmall.stream()
    var (read, refused) = (0, 0)
    for bit in 0..<bytes.count * 8 {
      bytes[bit / 8] ^= 1 << UInt8(bit % 8)
      do {
        _ = try QEMUReading.read(bytes)
        read += 1
      } catch is DecodeError {
        refused += 1
      }
      bytes[bit / 8] ^= 1 << UInt8(bit % 8)
    }
    print("\(read) flips read, \(refused) refused")
    #expect(refused > 1000 && read > 1000)
  }
}

/// A made stream of two vCPUs, each with something in `cpu/sdei`, with little memory.
enum QEMUSmall {
  static func builder() -> QEMUStreamBuilder {
    var builder = QEMUStreamBuilder()
    builder.memory = [
      QEMUTestRAM.list([("mach-virt.ram", 0x2000)]) + QEMUTestRAM.end,
      QEMUTestRAM.zero(0, "mach-virt.ram") + QEMUTestRAM.zero(0x1000) + QEMUTestRAM.end,
      QEMUTestRAM.end,
    ]
    builder.devices = [
      QEMUTestDevice("timer", version: 2, [QEMUTestField("offset", size: 8, bigEndian(5, 8))])
    ]
    return builder
  }

  /// A vCPU with its list of registers, its power and subsections.
  static func cpu(
    _ index: Int,
    _ subsections: [QEMUTestSubsection] = [],
    registers list: [QEMUTestField] = QEMUStreamEditor.narrow([(0x6030_0000_0013_C080, [7])]),
    version: UInt32 = 22,
    power: UInt8 = 0
  ) -> QEMUTestDevice {
    QEMUTestDevice(
      "cpu",
      instance: UInt32(index),
      version: version,
      [QEMUTestField("env.pc", size: 8, bigEndian(0x4000_0000, 8))] + list
        + [QEMUTestField("power_state", size: 1, [power])],
      subsections: subsections
    )
  }

  static func stream() throws -> [UInt8] {
    var builder = builder()
    let queue = KVMv5Struct.make(16, [0: (0x4040_0000, 8), 8: (2, 4)])
    let state = KVMv5Struct.make(344, [0: (1, 1), 8: (0x4040_0000, 8), 24: (0xABCD, 8)])
    for vcpu in 0..<2 {
      let subsection = RecordedDump.subsection([], [queue], [state])
      builder.devices.append(cpu(vcpu, [subsection]))
    }
    return builder.bytes
  }
}
