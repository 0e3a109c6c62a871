import SDEIModel
import SDEITestSupport
import Testing

@Suite("Column")
struct ColumnTests {
  /// The cut into runs as the document words it, done slowly.
  private static func cut(_ values: [UInt32: UInt64]) -> [String] {
    var runs: [String] = []
    var literal: [UInt32] = []
    func close() {
      if let first = literal.first {
        runs.append("literal \(first)-\(first + UInt32(literal.count) - 1)")
      }
      literal = []
    }
    var next = values.filter { $0.value != 0 }.keys.min()
    while let index = next {
      let value = values[index] ?? 0
      if value == 0 {
        close()
        next = values.filter { $0.value != 0 && $0.key > index }.keys.min()
        continue
      }
      var last = index
      if let second = values[index + 1], second != 0 {
        let stride = second &- value
        while let more = values[last + 1], more != 0, more == (values[last] ?? 0) &+ stride {
          last += 1
        }
      }
      if last - index >= 3 {
        close()
        runs.append("run \(index)-\(last)")
        next = last + 1
      } else {
        literal.append(index)
        next = index + 1
      }
    }
    close()
    return runs
  }

  private static func described(_ column: Column) -> [String] {
    column.runs.map { run in
      let kind = if case .literal = run.values { "literal" } else { "run" }
      return "\(kind) \(run.range.first)-\(run.range.last)"
    }
  }

  @Test("is cut into runs as the document says: all columns of 7 small values")
  func exhaustiveCut() {
    for number in 0..<(1 << 14) {
      let list = (0..<7).map { UInt64(number >> (2 * $0) & 3) }
      let values = Dictionary(uniqueKeysWithValues: list.enumerated().map { (UInt32($0), $1) })
      #expect(Self.described(Column(list)) == Self.cut(values), "\(list)")
    }
  }

  @Test("gives back what was stored, however it was appended")
  func random() {
    let seed: UInt64 = 0x5DE1_0011
    var random = SplitMix64(seed: seed)
    for round in 0..<3000 {
      var values: [UInt32: UInt64] = [:]
      var builder = ColumnBuilder()
      var next: UInt32 = 0
      for _ in 0..<random.below(8) {
        next += UInt32(random.below(3))
        let count = UInt32(1 + random.below(9))
        let base = random.oneIn(3) ? random.below(5) : random.pick([.max, 1 << 63, random.next()])
        let stride = random.pick([0, 0, 1, .max, 1 << 63, 1 << 62, random.next()])
        builder.append(IndexRange(next, next + count - 1), base: base, stride: stride)
        for i in 0..<count { values[next + i] = base &+ UInt64(i) &* stride }
        next += count
      }
      let column = builder.finish()
      for index in 0..<next + 2 {
        #expect(column[index] == values[index] ?? 0, "round \(round), seed \(seed)")
      }
      var singly = ColumnBuilder()
      for index in 0..<next { singly.append(index, values[index] ?? 0) }
      #expect(singly.finish() == column, "one by one, round \(round), seed \(seed)")
      #expect(Self.described(column) == Self.cut(values))
      #expect(column.support == Bitmap(indexes: values.filter { $0.value != 0 }.keys))
      let mask = Bitmap(indexes: (0..<next).filter { _ in random.oneIn(2) })
      let kept = column.restricted(to: mask)
      let rest = column.removing(mask)
      for index in 0..<next { #expect(kept[index] == (mask.contains(index) ? column[index] : 0)) }
      #expect(kept.overlaid(with: rest) == column && rest.overlaid(with: kept) == column)
      var changed = column
      let index = UInt32(random.below(UInt64(next) + 3))
      changed[index] = 77
      #expect(changed[index] == 77)
      changed[index] = column[index]
      #expect(changed == column)
      let stored = values.values.filter { $0 != 0 }
      if !stored.isEmpty {
        #expect(column.bounds.lowerBound <= stored.min() ?? 0)
        #expect(column.bounds.upperBound >= stored.max() ?? 0)
        let sum = stored.reduce(0.0) { $0 + Double($1) }
        if sum < 1e15 { #expect(Double(column.sum) == sum) }
      }
    }
  }

  @Test("zeros in a progression are counted without walking through it")
  func zeros() {
    var random = SplitMix64(seed: 12)
    for _ in 0..<20_000 {
      let shift = random.below(64)
      let stride = random.oneIn(9) ? 0 : random.next() << shift
      let count = 1 + random.below(40)
      let base = random.oneIn(2) ? 0 &- random.below(40) &* stride : random.next() << shift
      let expected = (0..<count).filter { base &+ $0 &* stride == 0 }.count
      #expect(
        ColumnBuilder.zeros(base: base, stride: stride, count: count) == UInt64(expected),
        "\(base) \(stride) \(count)"
      )
    }
    #expect(ColumnBuilder.zeros(base: 8, stride: 1 << 63, count: 1 << 32) == 0)
    #expect(ColumnBuilder.zeros(base: 0, stride: 1 << 63, count: 1 << 32) == 1 << 31)
  }

  @Test("a column over every index is one run")
  func large() {
    var builder = ColumnBuilder()
    builder.append(IndexRange(0, .max), base: 0x1000, stride: 0x1000)
    let column = builder.finish()
    #expect(column.runs.count == 1 && column[.max] == 0x1000_0000_0000)
    var hole = column
    hole[5] = 0
    #expect(hole.runs.count == 2 && hole[4] == 0x5000 && hole[5] == 0 && hole[6] == 0x7000)
  }
}
