import Foundation
import SDEIFormats
import SDEIModel
import SDEITestSupport
import SDEIWire
import Testing

@Suite("KVM's split structures")
struct KVMSplitFormatTests {
  @Test("golden transcripts and their JSON, and back", arguments: SplitFixtures.all.map(\.name))
  func golden(name: String) throws {
    let bytes = try #require(SplitFixtures.all.first { $0.name == name }).bytes
    try Golden.expect(bytes, toEqual: "fixtures/kvm-split/\(name).kvm-split")
    let document = try Codec.decode(bytes)
    #expect(document.format == .kvmSplit)
    let json = try Codec.encode(document.snapshot, as: .json)
    try Golden.expect(json.bytes, toEqual: "fixtures/kvm-split/\(name).json")
    let raw = try Codec.encode(try Codec.decode(json.bytes).snapshot, as: .kvmSplit)
    #expect(raw.losses.isEmpty, "\(raw.losses.map(\.path))")
    #expect(raw.bytes == bytes)
  }

  @Test("what the fields mean: one value of all instances is the event's, others are the slots'")
  func meaning() throws {
    let bytes = try #require(SplitFixtures.all.first { $0.name == "every-field" }).bytes
    let document = try Codec.decode(bytes)
    let snapshot = document.snapshot
    let own = try #require(snapshot.events[EventNumber(0x4040_0001)])
    #expect(own.registered == Bitmap(below: 2) && own.enabled == Bitmap(indexes: [1]))
    #expect(own.unregisterPending == Bitmap(indexes: [0]))
    #expect(own.slotExtras[.stateBits] == Column([0, 2]))
    #expect(own.routing == Routing() && own.slotExtras[.slotRouteMode] == Column([5]))
    #expect(own.slotExtras[.slotRouteAffinity] == Column([0, 0xd]))
    #expect(own.slotExtras[.slotNotifier] == Column([7, 8]))
    #expect(own.extras[.notifier] == nil && own.extras[.exposedPadding] == 9)
    let shared = try #require(snapshot.events[EventNumber(0x4040_0002)])
    #expect(shared.routing.mode == .pe && shared.routing.affinity.rawValue == 0x101)
    #expect(shared.extras[.notifier] == 0xffff_8000_0812_3456)
    #expect(shared.extras[.registeredPadding] == 0x0201)
    #expect(snapshot.extras.lists[.registeredOrder] == [shared.number])
    let lists = snapshot.extras.vcpuLists[.instanceOrder]
    #expect(lists?[1] == [EventNumber(0x4040_0009), own.number])
    #expect(Set(document.findings.map(\.id)) == ["SDEI-L001", "SDEI-L002"])
    #expect(document.findings.allSatisfy { $0.offset != nil })
  }

  @Test("random transcripts of any content are given back byte for byte, through sdei and json")
  func randomTranscripts() throws {
    let seed: UInt64 = 0x5DE1_0105
    for number in 0..<800 as Range<UInt64> {
      var random = SplitMix64(seed: seed &+ number)
      let bytes = SplitFixtures.random(&random)
      let snapshot = try Codec.decode(bytes).snapshot
      let json = try Codec.encode(Codec.decode(Codec.encode(snapshot).bytes).snapshot, as: .json)
      let back = try Codec.encode(try Codec.decode(json.bytes).snapshot, as: .kvmSplit)
      #expect(back.losses.isEmpty, "\(back.losses.map(\.path)), seed \(seed &+ number)")
      #expect(back.bytes == bytes, "seed \(seed &+ number)")
    }
    print("kvm-split: 800 random transcripts, seed \(seed)")
  }

  @Test("the account of losses is exact, for random states of any dialect")
  func losses() throws {
    let seed: UInt64 = 0x5DE1_0103
    var (lossless, lossy, refused) = (0, 0, 0)
    for number in 0..<3000 as Range<UInt64> {
      let snapshot = RandomSnapshot.make(seed: seed &+ number, vcpus: UInt32(number % 9))
      guard let verdict = try FormatVerdict(snapshot, as: .kvmSplit) else {
        refused += 1
        continue
      }
      #expect(verdict.unreported.isEmpty, "\(verdict.unreported), seed \(seed &+ number)")
      let own = snapshot.expressed(in: .kvmV5)
      if let exact = try FormatVerdict(own, as: .kvmSplit) {
        #expect(exact.misreported.isEmpty, "\(exact.misreported), seed \(seed &+ number)")
      }
      lossless += verdict.isLossless ? 1 : 0
      lossy += verdict.isLossless ? 0 : 1
    }
    print("kvm-split: \(lossless) lossless, \(lossy) lossy, \(refused) refused, seed \(seed)")
    #expect(lossless + lossy > 2000 && lossy > 100 && refused < 1000)
  }

  @Test("states that the structures can express come back exactly, also with implied lists")
  func expressible() throws {
    let seed: UInt64 = 0x5DE1_0104
    var (exact, implied) = (0, 0)
    for number in 0..<400 as Range<UInt64> {
      var random = SplitMix64(seed: seed &+ number)
      let stored = try Codec.decode(SplitFixtures.random(&random)).snapshot
      let verdict = try #require(try FormatVerdict(stored, as: .kvmSplit))
      #expect(verdict.back == stored && verdict.isLossless && verdict.restated.isEmpty)
      exact += 1
      // Without the stored lists the usual ones are written, where they hold the same.
      var usual = stored
      usual.extras.vcpuLists[.instanceOrder] = nil
      usual.extras.lists[.registeredOrder] = nil
      guard let other = try FormatVerdict(usual, as: .kvmSplit) else { continue }
      #expect(other.misreported.isEmpty, "\(other.misreported), seed \(seed &+ number)")
      implied += other.isLossless ? 1 : 0
    }
    print("kvm-split: \(exact) exact, \(implied) also with implied lists, seed \(seed)")
    #expect(exact == 400 && implied > 0)
  }

  @Test("every dump of KVM v5 goes through the split structures and back")
  func recordings() throws {
    var (lossless, lossy) = (0, 0)
    var lost: [String: Int] = [:]
    for dump in try KVMTrace.dumps(.kvmV5, in: Repository.path("fixtures/traces/kvm-v5")) {
      let snapshot = try Codec.decode(dump.transcript).snapshot
      let verdict = try #require(try FormatVerdict(snapshot, as: .kvmSplit, maxBytes: 1 << 30))
      #expect(verdict.misreported.isEmpty, "\(dump): \(verdict.misreported)")
      guard verdict.isLossless else {
        lossy += 1
        for field in Set(verdict.lost.map { $0.split(separator: ".").last.map(String.init) ?? $0 })
        {
          lost[field, default: 0] += 1
        }
        continue
      }
      lossless += 1
      let back = try Codec.encode(verdict.back, as: .kvmV5)
      #expect(back.losses.allSatisfy { $0.severity == .note }, "\(dump): \(back.losses)")
      #expect(back.bytes == dump.transcript, "\(dump)")
    }
    let fields = lost.sorted { $0.key < $1.key }.map { "\($0.key) in \($0.value)" }
    print("kvm-v5 dumps through kvm-split: \(lossless) without loss, \(lossy) with: \(fields)")
    #expect(lossless > 0)
  }

  @Test("more vCPUs than KVM v5 has room for")
  func large() throws {
    let snapshot = Workload.linux(3).snapshot()
    let encoded = try Codec.encode(snapshot, as: .kvmSplit)
    let back = try Codec.decode(encoded.bytes).snapshot
    print("W3 linux as kvm-split: \(encoded.bytes.count) bytes")
    #expect(back.vcpus.count == 4096 && back.contexts == snapshot.contexts)
    let error = #expect(throws: EncodeError.self) {
      try Codec.encode(NativeFixtures.largest(), as: .kvmSplit, options: EncodeOptions())
    }
    #expect(error?.id == "SDEI-C002")
    let many = #expect(throws: EncodeError.self) {
      try Codec.encode(snapshot, as: .kvmSplit, options: EncodeOptions(maxBytes: 1 << 20))
    }
    #expect(many?.id == "SDEI-C002")
  }

  @Test("one slot for two instances is refused, in bytes and in states")
  func slotZero() throws {
    var transcript = SplitBuilder(vcpus: 1)
    transcript.frame(2, count: 0, [])
    transcript.frame(5, count: 1, SplitStruct.registered(5))
    transcript.frame(14, 0, count: 1, SplitStruct.registered(5))
    transcript.frame(10, 0, count: 1, KVMv5Struct.state())
    let error = #expect(throws: DecodeError.self) { try Codec.decode(transcript.bytes) }
    #expect(error?.code == .duplicate && error?.offset == 152)
    #expect(error?.found.contains("byte 96") == true)
    var snapshot = Snapshot(instance: Instance(dialect: .kvmV5), vcpus: VCPUs(count: 1))
    snapshot.extras.lists[.registeredOrder] = [EventNumber(5)]
    var lists = VCPULists()
    lists.append(IndexRange(0, 0), [EventNumber(5)])
    snapshot.extras.vcpuLists[.instanceOrder] = lists
    let refusal = #expect(throws: EncodeError.self) { try Codec.encode(snapshot, as: .kvmSplit) }
    #expect(refusal?.id == "SDEI-C004" && refusal?.path == "events[0x5]")
  }

  @Test("damage: every truncation is refused, and a flipped bit is refused or kept")
  func robust() throws {
    var (read, refused) = (0, 0)
    for (name, bytes) in SplitFixtures.all {
      for length in 0..<bytes.count {
        #expect(throws: DecodeError.self, "\(name)") {
          try Codec.decode(Array(bytes[..<length]), as: .kvmSplit)
        }
      }
      for bit in 0..<bytes.count * 8 {
        var damaged = bytes
        damaged[bit / 8] ^= 1 << UInt8(bit % 8)
        guard let document = try? Codec.decode(damaged, as: .kvmSplit) else {
          refused += 1
          continue
        }
        read += 1
        #expect(
          try Codec.encode(document.snapshot, as: .kvmSplit).bytes == damaged,
          "\(name) bit \(bit)"
        )
      }
    }
    print("kvm-split: \(read) flips read and given back, \(refused) refused")
    #expect(read > 0 && refused > 0)
  }

  @Test("the header's assertions on sizes and offsets hold", arguments: CLayoutTests.compilers)
  func header(compiler: [String]) throws {
    let directory = try Temporary()
    let text = "#include \"kvm_sdei_split.h\"\nint answer(void) { return 0; }\n"
    let source = try directory.write(Array(text.utf8), "header.c")
    let result = try Program.run(
      program: compiler[0],
      Array(compiler.dropFirst()) + [
        "-Wall", "-Wextra", "-Werror", "-Ischemas", "-c", source, "-o", directory.file("header.o"),
      ]
    )
    #expect(result.status == 0, "\(compiler): \(result.messages)")
  }
}
