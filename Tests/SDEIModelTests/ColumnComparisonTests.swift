import SDEIModel
import SDEITestSupport
import Testing

@Suite("Where two columns differ")
struct ColumnComparisonTests {
  @Test("is what comparing value by value says")
  func random() {
    let seed: UInt64 = 11
    var random = SplitMix64(seed: seed)
    for round in 0..<4000 {
      let (one, other) = (values(&random), values(&random))
      let (left, right) = (Column(one), Column(other))
      let set = Bitmap(indexes: (0..<60).filter { _ in random.below(4) > 0 })
      let expected = Bitmap(indexes: (0..<60).filter { set.contains($0) && left[$0] != right[$0] })
      #expect(left.differing(from: right, in: set) == expected, "seed \(seed), round \(round)")
      #expect(left.differing(from: left, in: set).isEmpty)
    }
  }

  /// Constants, progressions, literals and holes, few of them different.
  private func values(_ random: inout SplitMix64) -> [UInt64] {
    var values: [UInt64] = []
    while values.count < 40 {
      let count = 1 + random.below(12)
      let (base, stride) = (random.below(3), random.below(2) * 4)
      for index in 0..<UInt64(count) { values.append(UInt64(base) + index * UInt64(stride)) }
    }
    return values
  }

  @Test("long runs are compared as runs")
  func long() {
    let all = Bitmap(below: .max)
    let upper = Bitmap(IndexRange(1 << 31, .max - 1))
    let left = Column(1, at: all)
    let right = Column(1, at: all.subtracting(upper)).overlaid(with: Column(2, at: upper))
    #expect(left.differing(from: right, in: all) == upper)
    #expect(left.differing(from: Column(), in: upper) == upper)
  }
}
