import SDEIFormats
import SDEIModel
import SDEITestSupport
import Testing

@Suite("Native format: what is written is read")
struct NativeRoundTripTests {
  @Test("decode(encode(x)) == x for 10,000 random snapshots, and encoding twice gives equal bytes")
  func randomSnapshots() throws {
    let seed: UInt64 = 0x5DE1_0001
    print("seed \(seed), 10000 snapshots")
    for number in 0..<10_000 as Range<UInt64> {
      let snapshot = RandomSnapshot.make(seed: seed &+ number)
      let bytes = try Codec.encode(snapshot).bytes
      try #require(bytes == (try Codec.encode(snapshot).bytes), "seed \(seed &+ number)")
      let decoded = try Codec.decode(bytes)
      try #require(decoded.snapshot == snapshot, "seed \(seed &+ number)")
      try #require(decoded.findings.isEmpty)
    }
  }

  @Test(
    "any number of vCPUs",
    arguments: [0, 1, 63, 64, 65, 512, 513, 4096, 100_000] as [UInt32]
  )
  func sizes(vcpus: UInt32) throws {
    for seed in 0..<50 as Range<UInt64> {
      let snapshot = RandomSnapshot.make(seed: seed, vcpus: vcpus)
      #expect(try Codec.decode(Codec.encode(snapshot).bytes).snapshot == snapshot, "seed \(seed)")
    }
  }

  @Test("deflated files hold the same snapshot")
  func compressed() throws {
    var deflated = 0
    for seed in 0..<400 as Range<UInt64> {
      let snapshot = RandomSnapshot.make(seed: seed)
      let options = EncodeOptions(isCompressed: true)
      let bytes = try Codec.encode(snapshot, options: options).bytes
      #expect(try Codec.decode(bytes).snapshot == snapshot, "seed \(seed)")
      if bytes.count < (try Codec.encode(snapshot).bytes.count) { deflated += 1 }
    }
    #expect(deflated > 50)
  }

  @Test("linux-like workloads are small, and nothing is deflated", arguments: [1, 2, 3, 4])
  func sizeOfWorkloads(number: Int) throws {
    let limits = [700, 4_600, 32_000, 450_000]
    let bytes = try Codec.encode(Workload.linux(number).snapshot()).bytes
    print("W\(number) linux: \(bytes.count) bytes, at most \(limits[number - 1])")
    #expect(bytes.count <= limits[number - 1])
  }

  @Test("decoded workloads have the known digests of their natural bytes", arguments: Workload.all)
  func digests(workload: Workload) throws {
    let bytes = try Codec.encode(workload.snapshot()).bytes
    let decoded = try Codec.decode(bytes).snapshot
    #expect(Workload.digest(of: decoded) == workload.digest)
  }
}
