import SDEIModel
import SDEITestSupport
import SDEIVerify
import Testing

@Suite("Affinities asked without unfolding them")
struct AffinityIndexTests {
  /// A small machine whose affinities are runs of many kinds, overlapping often.
  private func machine(_ random: inout SplitMix64) -> VCPUs {
    var vcpus = VCPUs(count: UInt32(random.below(40)))
    var column = Column()
    for _ in 0..<random.below(6) {
      let first = UInt32(random.below(40))
      let range = IndexRange(first, first + UInt32(random.below(12)))
      let strides: [UInt64] = [
        0, 1, 2, 3, 6, 0x100, 1 << 63, 1 << 62, 1 << 60 - 1, 0 &- 1, 0 &- 4,
      ]
      var builder = ColumnBuilder()
      builder.append(range, base: random.below(48), stride: random.pick(strides))
      column = column.overlaid(with: builder.finish())
    }
    for _ in 0..<random.below(8) { column[UInt32(random.below(40))] = random.below(48) }
    vcpus.affinityKnown = random.oneIn(2) ? Bitmap(below: 40) : Bitmap(IndexRange(3, 30))
    vcpus.affinity = column
    return vcpus
  }

  @Test("duplicates and vCPUs are those that asking one by one finds")
  func bruteForce() {
    var random = SplitMix64(seed: 5)
    var duplicates = 0
    for round in 0..<20_000 {
      let vcpus = machine(&random)
      var owners: [UInt64: [UInt32]] = [:]
      for vcpu in 0..<vcpus.count {
        if let affinity = vcpus.affinity(of: vcpu) {
          owners[affinity.rawValue, default: []].append(vcpu)
        }
      }
      let index = AffinityIndex(vcpus)
      var found = false
      let isComplete = index.forEachDuplicate { value, shared in
        found = true
        // A value that comes again in one progression names all of it.
        let isShared = shared.count > 1 && (owners[value]?.count ?? 0) > 1
        #expect(isShared, "round \(round): \(value) at \(shared)")
      }
      // Progressions that wrap are compared with single values only: they break another rule.
      let plain = owners.filter { $0.key <= Affinity.fieldMask }
      let hasWrapping = owners.contains { $0.key > Affinity.fieldMask }
      let isExpected = plain.contains { $0.value.count > 1 }
      #expect(isComplete && (found == isExpected || hasWrapping), "round \(round)")
      duplicates += isExpected ? 1 : 0
      let asked = (0..<60 as Range<UInt64>).map { $0 }
      let answers = index.vcpus(with: asked) ?? []
      for (value, answer) in zip(asked, answers) {
        let isRight = answer.map { owners[value]?.contains($0) == true } ?? (owners[value] == nil)
        #expect(isRight, "round \(round): \(value) is said to be at \(String(describing: answer))")
      }
      #expect(answers.count == asked.count)
    }
    #expect(duplicates > 1000 && duplicates < 19_000, "\(duplicates)")
  }

  @Test("what two long progressions have in common is found at once")
  func chinese() {
    func progression(_ first: UInt32, _ base: UInt64, _ stride: UInt64) -> ColumnProgression {
      ColumnProgression(first: first, base: base, stride: stride, count: 1 << 31)
    }
    // 5 + 7i = 1 + 11j: first at 12 = 5 + 7, 1 + 11.
    #expect(progression(0, 5, 7).common(with: progression(9, 1, 11)) == 12)
    #expect(progression(0, 4, 6).common(with: progression(9, 1, 4)) == nil)
    let far = progression(0, 1 << 62, 1 << 20 + 7)
    #expect(far.common(with: progression(0, 1 << 62 + 5, 1 << 20 + 9)) != nil)
  }

  @Test("2^32 - 1 vCPUs in two runs, and thousands of progressions that lie over each other")
  func large() {
    var vcpus = VCPUs(count: .max)
    vcpus.affinityKnown = Bitmap(below: .max)
    var builder = ColumnBuilder()
    builder.append(IndexRange(0, 1 << 31), base: 2, stride: 2)
    builder.append(IndexRange(1 << 31 + 1, .max - 2), base: 1, stride: 2)
    vcpus.affinity = builder.finish()
    var found: [UInt64] = []
    #expect(AffinityIndex(vcpus).forEachDuplicate { value, _ in found.append(value) })
    // The last vCPU has 0, alone.
    #expect(found.isEmpty)
    builder = ColumnBuilder()
    for number in 0..<20_000 as Range<UInt32> {
      let range = IndexRange(number * 5, number * 5 + 3)
      builder.append(range, base: UInt64(number) + 1, stride: 1 << 30 + UInt64(number) * 2)
    }
    vcpus.affinity = builder.finish()
    vcpus.affinityKnown = vcpus.affinity.support
    #expect(!AffinityIndex(vcpus).forEachDuplicate { _, _ in })
  }
}

@Suite("Progressions of a column, as a whole")
struct ColumnProgressionTests {
  @Test("lying in a range, wrapping and membership are what the members say")
  func members() {
    var random = SplitMix64(seed: 9)
    let values: [UInt64] = [0, 1, 3, 1 << 51, 1 << 52 - 4, 1 << 52, 1 << 63, .max, .max - 8]
    for round in 0..<20_000 {
      let progression = ColumnProgression(
        first: 7,
        base: random.pick(values) &+ random.below(8),
        stride: random.pick(values) &- random.below(8),
        count: 1 + random.below(9)
      )
      let members = (0..<progression.count).map { progression.base &+ $0 &* progression.stride }
      let (start, length) = (random.pick(values), 1 + random.below(1 << 62))
      let isIn = members.allSatisfy { $0 &- start < length }
      #expect(progression.lies(from: start, length: length) == isIn, "round \(round)")
      let rises = zip(members, members.dropFirst()).allSatisfy { $0 <= $1 }
      let falls = zip(members, members.dropFirst()).allSatisfy { $0 >= $1 }
      let goesOn = progression.stride >> 63 == 1 ? falls : rises
      #expect(progression.wraps == !goesOn, "round \(round): \(progression)")
      let asked = random.oneIn(2) ? random.pick(members) : random.next()
      let slot = members.firstIndex(of: asked).map { UInt32($0) + 7 }
      #expect(progression.slot(of: asked) == slot, "round \(round)")
    }
  }
}
