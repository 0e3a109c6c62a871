import SDEIFormats
import SDEIModel
import SDEITestSupport
import Testing

@Suite("VM part and vCPU parts")
struct PartsTests {
  private func parts(_ snapshot: Snapshot) -> (vm: Snapshot, vcpus: [Snapshot]) {
    (snapshot.vmPart(), (0..<snapshot.vcpus.count).map { snapshot.vcpuPart($0) })
  }

  private func merged(
    _ vm: Snapshot,
    _ parts: [(UInt32, Snapshot)],
    of digest: VMDigest? = nil
  ) throws -> Snapshot {
    var merger = try PartsMerger(vm: vm)
    for (vcpu, part) in parts { try merger.add(part, vcpu: vcpu, of: digest ?? VMDigest(of: vm)) }
    return try merger.finish()
  }

  @Test("taken apart, written, read and merged in any order, a snapshot is what it was")
  func roundTrip() throws {
    let seed: UInt64 = 0x5DE1_0013
    var random = SplitMix64(seed: seed)
    for number in 0..<400 as Range<UInt64> {
      let snapshot = RandomSnapshot.make(seed: seed &+ number, vcpus: UInt32(number % 70))
      let (vm, vcpus) = parts(snapshot)
      let digest = VMDigest(of: vm)
      let written = try Codec.decode(Codec.encode(vm, scope: .vm).bytes)
      #expect(written.scope == .vm && written.snapshot == vm)
      var shuffled: [(UInt32, Snapshot)] = []
      for (vcpu, part) in vcpus.enumerated() {
        let scope = PartScope.vcpu(UInt32(vcpu), of: digest)
        let read = try Codec.decode(Codec.encode(part, scope: scope).bytes)
        #expect(read.scope == scope && read.snapshot == part, "seed \(seed &+ number)")
        let json = try Codec.decode(Codec.encode(part, as: .json, scope: scope).bytes)
        #expect(json.scope == scope && json.snapshot == part)
        shuffled.append((UInt32(vcpu), read.snapshot))
      }
      shuffled.shuffle(using: &random)
      let whole = try merged(written.snapshot, shuffled)
      #expect(whole == snapshot, "seed \(seed &+ number)")
    }
  }

  @Test("a part of another VM, a second part and a missing part are three different errors")
  func errors() throws {
    let snapshot = Workload.linux(1).snapshot()
    let (vm, vcpus) = parts(snapshot)
    let all = vcpus.enumerated().map { (UInt32($0), $1) }
    let other = VMDigest(of: Workload.linux(2).snapshot().vmPart())
    #expect(
      throws: PartsError.mismatch(vcpu: 0, expected: VMDigest(of: vm), found: other)
    ) { try merged(vm, all, of: other) }
    #expect(throws: PartsError.duplicate(vcpu: 3)) { try merged(vm, all + [all[3]]) }
    #expect(throws: PartsError.duplicate(vcpu: 3)) {
      try merged(vm, all.dropLast() + [all[3]])
    }
    #expect(throws: PartsError.gap(vcpu: 5, missing: 2)) {
      try merged(vm, all.filter { $0.0 != 5 && $0.0 != 7 })
    }
    #expect(throws: PartsError.outOfRange(vcpu: 8, count: 8)) {
      try merged(vm, all + [(8, vcpus[0])])
    }
  }

  @Test("parts with state of other parts in them are refused, and never stop the program")
  func misplaced() throws {
    let snapshot = NativeFixtures.everyEncoding()
    let (vm, vcpus) = parts(snapshot)
    #expect(throws: PartsError.misplaced(vcpu: nil)) { try merged(snapshot, []) }
    #expect(throws: PartsError.misplaced(vcpu: 1)) { try merged(vm, [(1, vcpus[2])]) }
    var foreign = vcpus[2]
    foreign.instance.clientEL = 1
    #expect(throws: PartsError.foreignInstance(vcpu: 2)) { try merged(vm, [(2, foreign)]) }
    var stranger = vcpus[2]
    stranger.events.update(EventNumber(77)) { $0.registered = Bitmap(indexes: [2]) }
    #expect(throws: PartsError.foreignEvent(vcpu: 2, event: EventNumber(77))) {
      try merged(vm, [(2, stranger)])
    }
    var lists = VCPULists()
    lists.append(IndexRange(0, 5), [])
    var hostile = vm
    hostile.extras.vcpuLists[.queueOrder] = lists
    #expect(throws: PartsError.misplaced(vcpu: nil)) { try merged(hostile, []) }
  }

  @Test("the digest follows definitions and vCPU count, and nothing else")
  func digest() {
    let vm = Workload.linux(1).snapshot().vmPart()
    let digest = VMDigest(of: vm)
    var other = vm
    other.vcpus.count += 1
    #expect(VMDigest(of: other) != digest)
    other = vm
    other.events.update(EventNumber(0)) { $0.definition?.priority = .critical }
    #expect(VMDigest(of: other) != digest)
    other = vm
    other.events.update(EventNumber(0)) { $0.routing.mode = .pe }
    other.instance.producer = "other"
    #expect(VMDigest(of: other) == digest)
    #expect(VMDigest(of: Workload.linux(1).snapshot()) == digest, "of the whole as of the part")
  }
}
