import SDEIFormats
import SDEIModel
import SDEITestSupport
import Testing

@Suite("Memory follows the file's size: kvm-split, kvm-sysreg, qemu-rfc")
struct FormMemoryTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let bytes: @Sendable () throws -> [UInt8]
  }

  private static let count = 200_000

  private static func writes(_ writes: [(UInt32, UInt32, UInt64)]) throws -> [UInt8] {
    let empty = Snapshot(vcpus: VCPUs(count: .max))
    var bytes = Array(try Codec.encode(empty, as: .kvmSysreg).bytes[..<64])
    for (index, register, value) in writes {
      for (value, size) in [(UInt64(index), 4), (UInt64(register), 4), (value, 8)] {
        for byte in 0..<size { bytes.append(UInt8(truncatingIfNeeded: value >> UInt64(8 * byte))) }
      }
    }
    return bytes
  }

  /// The cheapest bytes that ask for the most memory, of each kind.
  static let cases: [Case] = [
    Case(testDescription: "exposed events of 8 bytes") {
      var transcript = SplitBuilder(vcpus: 0)
      let exposed = (0..<UInt64(count)).flatMap { SplitStruct.exposed($0, signaled: 3, padding: 1) }
      transcript.frame(2, count: count, exposed)
      transcript.frame(5, count: 0, [])
      return transcript.bytes
    },
    Case(testDescription: "instances of one event each") {
      var transcript = SplitBuilder(vcpus: 0)
      transcript.frame(2, count: 0, [])
      let shared = (0..<UInt64(count)).flatMap {
        SplitStruct.registered($0, state: 0xFF, mode: 1, padding: 1, entry: 1, notifier: 1)
      }
      transcript.frame(5, count: count, shared)
      return transcript.bytes
    },
    Case(testDescription: "events that are declared") {
      var all: [(UInt32, UInt32, UInt64)] = []
      for number in 0..<UInt64(count) {
        all.append((.max, 1, UInt64(count) - number))
        all.append((.max, 0, 0x10))
      }
      return try writes(all)
    },
    Case(testDescription: "masks of single vCPUs") {
      var all: [(UInt32, UInt32, UInt64)] = []
      for vcpu in 0..<UInt32(count) { all.append((vcpu * 20000, 0, 0x40)) }
      return try writes(all)
    },
    Case(testDescription: "ranges of all vCPUs") {
      let vm: UInt32 = 0xFFFF_FFFF
      let event: [(UInt32, UInt32, UInt64)] = [(vm, 1, 0), (vm, 0, 0x10)]
      let mark: [(UInt32, UInt32, UInt64)] = [
        (vm, 1, 0), (vm, 1, 0xFFFF_FFFF_0000_0000), (vm, 0, 0x20),
      ]
      var all = event
      for _ in 0..<count / 4 { all += mark }
      return try writes(all)
    },
    Case(testDescription: "vCPUs of QEMU's section") {
      var random = SplitMix64(seed: 1)
      return RFCFixtures.random(&random, vcpus: count / 50).section
    },
  ]

  @Test("64 times its size and 1 MiB at most", arguments: cases)
  func bounded(input: Case) throws {
    let directory = try Temporary()
    let bytes = try input.bytes()
    let file = try directory.write(bytes, "input")
    let idle = try Program.runMeasured(["info", "fixtures/native/empty.sdei"]).peakKiB
    let (result, peakKiB) = try Program.runMeasured(["info", file])
    #expect(result.status == 0, "\(result.messages)")
    let used = peakKiB - idle
    print(
      "\(input.testDescription): \(bytes.count) bytes, \(used) KiB, \(used * 1024 / bytes.count) times"
    )
    #expect(used < 64 * bytes.count / 1024 + 1024)
  }
}
