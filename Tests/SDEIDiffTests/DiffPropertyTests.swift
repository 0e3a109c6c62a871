import SDEIDiff
import SDEIFormats
import SDEIModel
import SDEITestSupport
import Testing

@Suite("Properties of differences")
struct DiffPropertyTests {
  static let seed: UInt64 = 0x5DE1_D1FF
  static let pairs: UInt64 = 10_000
  private static let written = FormatID.allCases.filter {
    FormatRegistry.format($0).traits.isWritten
  }

  /// Another state than `one`: made anew, changed in places, said in another dialect or format.
  private static func other(_ one: Snapshot, _ random: inout SplitMix64) -> (Snapshot, kind: Int) {
    let kind = Int(random.below(5))
    let vcpus = random.oneIn(4) ? nil : Optional(one.vcpus.count)
    switch kind {
    case 0: return (RandomSnapshot.make(seed: random.next(), vcpus: vcpus), kind)
    case 1:
      let donor = RandomSnapshot.make(
        seed: random.next(),
        vcpus: vcpus,
        dialect: one.instance.dialect
      )
      return (mixed(one, donor, &random), kind)
    case 2: return (one.expressed(in: random.pick(DialectID.allCases)), kind)
    case 3:
      let options = EncodeOptions(maxBytes: 1 << 21)
      guard
        let bytes = try? Codec.encode(one, as: random.pick(written), options: options).bytes,
        let read = try? Codec.decode(bytes)
      else { return (one.canonical(), 4) }
      return (read.snapshot, kind)
    default: return (one.canonical(), kind)
    }
  }

  /// A state with some places of another one.
  private static func mixed(
    _ one: Snapshot,
    _ donor: Snapshot,
    _ random: inout SplitMix64
  ) -> Snapshot {
    var result = one
    if random.oneIn(3) { result.instance = donor.instance }
    result.instance.dialect = one.instance.dialect
    if random.oneIn(3) { result.vcpus = donor.vcpus }
    if random.oneIn(3) { result.contexts = donor.contexts }
    if random.oneIn(3) { result.extras = donor.extras }
    for event in donor.events where random.oneIn(2) {
      guard var mine = result.events[event.number] else {
        result.events.insert(event)
        continue
      }
      if random.oneIn(2) { mine.definition = event.definition }
      if random.oneIn(2) { mine.routing = event.routing }
      for (_, path) in Event.bitmaps where random.oneIn(2) {
        mine[keyPath: path] = event[keyPath: path]
      }
      for (_, path) in Event.columns where random.oneIn(2) {
        mine[keyPath: path] = event[keyPath: path]
      }
      if random.oneIn(2) { mine.extras = event.extras }
      if random.oneIn(2) { mine.slotExtras = event.slotExtras }
      result.events.insert(mine)
    }
    if random.oneIn(4), let gone = result.events.first { result.events[gone.number] = nil }
    return result
  }

  @Test("a patch made of a difference leads there and back, over 10,000 pairs")
  func roundTrip() throws {
    var random = SplitMix64(seed: Self.seed)
    var kinds = [Int](repeating: 0, count: 5)
    var (changes, differing) = (0, 0)
    for number in 0..<Self.pairs {
      let one = RandomSnapshot.make(seed: random.next())
      let (other, kind) = Self.other(one, &random)
      kinds[kind] += 1
      let diff = SnapshotDiff(from: one, to: other)
      let patch = SnapshotPatch(diff.changes)
      guard try patch.applied(to: one) == other, try patch.inverse.applied(to: other) == one,
        diff.isEmpty == (one == other), SnapshotDiff(from: one, to: one).isEmpty
      else {
        Issue.record("pair \(number) of seed \(Self.seed), kind \(kind)")
        return
      }
      changes += diff.changes.count
      differing += diff.isEmpty ? 0 : 1
    }
    print("\(Self.pairs) pairs of kinds \(kinds): \(differing) differ, \(changes) changes")
    #expect(kinds.allSatisfy { $0 > 500 })
  }

  @Test("no two changes of a difference speak of one place and vCPU, and each changes something")
  func disjoint() throws {
    var random = SplitMix64(seed: Self.seed &+ 1)
    var seen = 0
    for _ in 0..<500 {
      let one = RandomSnapshot.make(seed: random.next())
      let (other, _) = Self.other(one, &random)
      let changes = SnapshotDiff(from: one, to: other).changes
      #expect(changes.allSatisfy { $0.before != $0.after })
      #expect(changes.allSatisfy { $0.place.hasVCPUs != $0.vcpus.isEmpty })
      // The order means nothing.
      let shuffled = SnapshotPatch(changes.shuffled(using: &random))
      #expect(try shuffled.applied(to: one) == other)
      seen += changes.count
    }
    #expect(seen > 1000)
  }

  @Test("what a filter leaves out and what it keeps are together the difference")
  func filters() throws {
    var random = SplitMix64(seed: Self.seed &+ 2)
    let patterns = try [
      "events[0x4040*].vcpus[0-7].*", "contexts[0-9].*.x*", "**.extras", "vcpus[3,5-70]",
      "events[0x40400000-0x40400002]", "**.pc", "instance", "**.entry", "contexts.critical",
    ].map { try PathPattern($0) }
    for _ in 0..<500 {
      let one = RandomSnapshot.make(seed: random.next())
      let (other, _) = Self.other(one, &random)
      let chosen = [random.pick(patterns), random.pick(patterns)]
      let all = SnapshotDiff(from: one, to: other).changes
      let kept = ChangeFilter(only: chosen).kept(all)
      let left = ChangeFilter(ignore: chosen).kept(all)
      #expect(try SnapshotPatch(kept + left).applied(to: one) == other)
    }
  }

  @Test("three ways: what each side changed leads to it, and without conflicts both do")
  func threeWays() throws {
    var random = SplitMix64(seed: Self.seed &+ 3)
    var conflicts = 0
    for _ in 0..<500 {
      let base = RandomSnapshot.make(seed: random.next())
      let donors = (0..<2).map { _ in
        RandomSnapshot.make(
          seed: random.next(),
          vcpus: base.vcpus.count,
          dialect: base.instance.dialect
        )
      }
      let first = Self.mixed(base, donors[0], &random)
      let second = random.oneIn(4) ? first : Self.mixed(base, donors[1], &random)
      let diff = try ThreeWayDiff(base: base, first: first, second: second)
      let mine = diff.onlyFirst.changes + diff.both.changes + diff.conflictFirst.changes
      let other = diff.onlySecond.changes + diff.both.changes + diff.conflictSecond.changes
      #expect(try SnapshotPatch(mine).applied(to: base) == first)
      #expect(try SnapshotPatch(other).applied(to: base) == second)
      conflicts += diff.hasConflicts ? 1 : 0
      if first == second { #expect(diff.onlyFirst.isEmpty && !diff.hasConflicts) }
    }
    #expect(conflicts > 50)
  }
}
