import SDEIModel
import SDEITestSupport
import Testing

@Suite("Bitmap")
struct BitmapTests {
  private static func random(_ random: inout SplitMix64) -> Set<UInt32> {
    let size = [3, 64, 65, 200, 1000][Int(random.below(5))] as UInt64
    let density = 1 + random.below(8)
    return Set((0..<UInt32(size)).filter { _ in random.oneIn(density) })
  }

  @Test("behaves as a set of numbers does")
  func algebra() {
    let seed: UInt64 = 0x5DE1_0010
    var random = SplitMix64(seed: seed)
    for round in 0..<2000 {
      let (a, b) = (Self.random(&random), Self.random(&random))
      let (x, y) = (Bitmap(indexes: a), Bitmap(indexes: b))
      #expect(x.union(y) == Bitmap(indexes: a.union(b)), "round \(round), seed \(seed)")
      #expect(x.intersection(y) == Bitmap(indexes: a.intersection(b)))
      #expect(x.subtracting(y) == Bitmap(indexes: a.subtracting(b)))
      #expect(x.count == UInt64(a.count) && x.max == a.max() && x.isEmpty == a.isEmpty)
      #expect(Bitmap(words: x.words) == x, "words and back")
      #expect(Bitmap(x.ranges) == x, "ranges and back")
      for index in 0..<70 as Range<UInt32> { #expect(x.contains(index) == a.contains(index)) }
      var changed = x
      let index = UInt32(random.below(300))
      changed.insert(index)
      #expect(changed == Bitmap(indexes: a.union([index])))
      changed.remove(index)
      #expect(changed == Bitmap(indexes: a.subtracting([index])))
    }
  }

  @Test("equal sets are equal values, whichever way they were made: all sets of 10 indexes")
  func canonical() {
    for bits in 0..<1024 as Range<UInt64> {
      let indexes = (0..<10 as Range<UInt32>).filter { bits >> UInt64($0) & 1 == 1 }
      let made = Bitmap(indexes: indexes)
      #expect(made == Bitmap(words: [bits]) && made.hashValue == Bitmap(words: [bits]).hashValue)
      #expect(made == Bitmap(words: [bits, 0, 0]))
      #expect(made == Bitmap(indexes: indexes.reversed() + indexes))
      #expect(made.isRaw == (made.ranges.count > 1), "ranges where no more than words")
    }
  }

  @Test("has no size limit: the whole index space is one range")
  func large() {
    let all = Bitmap(IndexRange(0, .max))
    #expect(all.count == 1 << 32 && all.contains(.max))
    #expect(
      all.subtracting(Bitmap(indexes: [7, .max])).ranges.map(\.description) == [
        "0-6", "8-4294967294",
      ]
    )
    #expect(Bitmap(below: .max).count == UInt64(UInt32.max))
    #expect(Bitmap(below: 0).isEmpty)
  }
}
