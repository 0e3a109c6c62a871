import SDEIDiff
import SDEIFormats
import SDEIModel
import SDEITestSupport
import SDEIWire
import Testing

@Suite("patch(a, diff(a, b)) is b")
struct PatchPropertyTests {
  private static let seed: UInt64 = 0x5DE1_0D1F

  /// Two states that have nothing, much or nearly all in common.
  private func pair(_ number: UInt64) -> (one: Snapshot, other: Snapshot) {
    let seed = Self.seed &+ number
    let one = RandomSnapshot.make(seed: seed)
    switch number % 4 {
    case 0: return (one, RandomSnapshot.make(seed: seed ^ 0xFFFF_0000))
    case 1: return (one, SnapshotEdit.edited(one, seed: seed, edits: 12))
    default: return (one, SnapshotEdit.edited(one, seed: seed, edits: 2))
    }
  }

  @Test("10,000 pairs, both forms, through their texts", arguments: 0..<4 as Range<UInt64>)
  func pairs(quarter: UInt64) throws {
    var equal = 0
    for number in quarter * 2500..<(quarter + 1) * 2500 {
      let (one, other) = pair(number)
      let patches = try PatchPair(one, other)
      for patch in [patches.changes, patches.operations] {
        let result = try PatchPair.apply(patch, to: one)
        try #require(result == other, "seed \(Self.seed &+ number)")
      }
      let isEmpty = patches.operations == Array("[]\n".utf8)
      try #require(isEmpty == (one == other) && SnapshotDiff(from: one, to: one).isEmpty)
      try #require(isEmpty == SnapshotDiff(from: one, to: other).isEmpty)
      equal += isEmpty ? 1 : 0
    }
    #expect(equal < 500)
  }

  @Test("states of files: a form read, and the other form of the same state")
  func formats() throws {
    let paths = Repository.stateFixtures
    guard paths.count > 20 else { throw NothingToTest(what: "state fixtures") }
    var states: [(path: String, snapshot: Snapshot)] = []
    var forms = 0
    for path in paths {
      guard let document = try? Codec.decode(try Repository.bytes(path)), document.hasState,
        document.scope == .whole, document.snapshot.vcpus.count <= 1024
      else { continue }
      states.append((path, document.snapshot))
      for format in FormatRegistry.written {
        guard
          let encoded = try? Codec.encode(
            document.snapshot,
            as: format,
            options: EncodeOptions(maxBytes: 1 << 24)
          ), encoded.losses.isEmpty
        else { continue }
        let again = try Codec.decode(encoded.bytes, as: format).snapshot
        let patches = try PatchPair(document.snapshot, again)
        #expect(patches.operations == Array("[]\n".utf8), "\(path), \(format.name)")
        #expect(SnapshotDiff(from: document.snapshot, to: again).isEmpty)
        forms += 1
      }
    }
    for (one, other) in zip(states, states.dropFirst()) {
      let patches = try PatchPair(one.snapshot, other.snapshot)
      for patch in [patches.changes, patches.operations] {
        #expect(try PatchPair.apply(patch, to: one.snapshot) == other.snapshot, "\(one.path)")
      }
    }
    print("\(states.count) states of files in \(forms) forms")
    #expect(states.count > 20 && forms > 60)
  }

  @Test("one changed vCPU of one event is a few operations")
  func few() throws {
    let one = Workload.linux(2).snapshot()
    var other = one
    guard let number = one.events.first(where: { !$0.entry.isEmpty })?.number else {
      throw NothingToTest(what: "event with entries")
    }
    other.events.update(number) { $0.entry[3] = 0x1234 }
    let patches = try PatchPair(one, other)
    #expect(
      patches.operations.count < 600,
      "\(String(decoding: patches.operations, as: UTF8.self))"
    )
    #expect(patches.changes.count < 1500)
    #expect(try PatchPair.apply(patches.operations, to: one) == other)
  }

  @Test("a hundred thousand changes of one place, and of as many contexts")
  func many() throws {
    let count: UInt32 = 100_000
    let one = Snapshot(vcpus: VCPUs(count: count))
    var other = one
    other.vcpus.masked = Bitmap(indexes: (0..<count).filter { $0 % 2 == 0 })
    var random = SplitMix64(seed: 5)
    other.vcpus.affinity = Column((0..<count).map { _ in 1 + random.below(1 << 32) << 8 })
    other.vcpus.affinityKnown = Bitmap(below: count)
    other.contexts = ContextTable(
      (0..<count).map { vcpu in
        Context(vcpu: vcpu, level: .normal, frame: RegisterFrame(pc: random.next() | 1, pstate: 5))
      }
    )
    let changes = SnapshotDiff(from: one, to: other).changes.flatMap { change -> [Change] in
      // Each vCPU as a change of its own.
      guard case .flag = change.before else { return [change] }
      return change.vcpus.ranges.flatMap { $0.first...$0.last }.map {
        Change(
          change.place,
          vcpus: Bitmap(indexes: [$0]),
          before: change.before,
          after: change.after
        )
      }
    }
    #expect(changes.count > 300_000)
    let patch = SnapshotPatch(changes)
    #expect(try patch.applied(to: one) == other)
    #expect(try patch.inverse.applied(to: other) == one)
    var stale = one
    stale.vcpus.masked.insert(77_778)
    stale.vcpus.affinity[99_999] = 3
    #expect {
      _ = try patch.applied(to: stale)
    } throws: { error in
      guard let error = error as? PatchError, error.code == .stale, let index = error.index else {
        return false
      }
      let vcpus = changes[index].vcpus
      return vcpus.contains(77_778) || vcpus.contains(99_999)
    }
    let operations = try JSONPatchDocument(
      from: Document(format: .json, snapshot: one),
      to: Document(format: .json, snapshot: other),
      PatchPair.options
    ).text()
    #expect(try PatchPair.apply(operations, to: one) == other)
  }

  @Test("every JSON patch that is made satisfies schemas/json-patch.schema.json")
  func schema() throws {
    let directory = try Temporary()
    var files: [String] = []
    for number in 0..<300 as Range<UInt64> {
      let (one, other) = pair(number)
      files.append(try directory.write(try PatchPair(one, other).operations, "\(number).json"))
    }
    for (number, test) in JSONPatchTests.done.enumerated() {
      files.append(
        try directory.write(try JSONText.patch(test.patch).text(), "done-\(number).json")
      )
    }
    let result = try Program.run(
      program: "python3",
      ["Tests/Tools/validate.py", "schemas/json-patch.schema.json"] + files
    )
    #expect(result.status == 0, "\(result.text)\(result.messages)")
    #expect(result.text.contains("\(files.count) valid"))
    for text in JSONPatchTests.noPatches {
      let file = try directory.write(Array(text.utf8), "bad.json")
      let refused = try Program.run(
        program: "python3",
        ["Tests/Tools/validate.py", "schemas/json-patch.schema.json", file]
      )
      #expect(refused.status == 1, "\(text)")
    }
  }
}
