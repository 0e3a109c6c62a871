internal import SDEIModel

/// What a column says of some vCPUs: origin + stride * vCPU modulo 2^64.
struct ColumnRule: Hashable {
  var origin: UInt64
  var stride: UInt64

  /// One value for all.
  init(_ value: UInt64) { (origin, stride) = (value, 0) }

  init(origin: UInt64, stride: UInt64) { (self.origin, self.stride) = (origin, stride) }

  /// What a run says of a range of its vCPUs, nil where it is literal; no run says 0.
  init?(_ run: Column.Run?, of column: Column, in range: IndexRange) {
    guard let run else {
      self.init(0)
      return
    }
    guard case .affine(let base, let stride) = run.values else { return nil }
    if range.count == 1 {
      self.init(column.value(of: run, at: range.first))
    } else {
      self.init(origin: base &- UInt64(run.range.first) &* stride, stride: stride)
    }
  }

  /// The rule of a value, nil where it is no number.
  init?(_ value: ChangeValue) {
    switch value {
    case .number(let number): self.init(number)
    case .progression(let origin, let stride): self.init(origin: origin, stride: stride)
    default: return nil
    }
  }

  func value(at vcpu: UInt32) -> UInt64 { origin &+ UInt64(vcpu) &* stride }

  /// The value for some vCPUs: of one vCPU, its number.
  func changeValue(_ vcpus: Bitmap) -> ChangeValue {
    if stride == 0 { return .number(origin) }
    if vcpus.count == 1, let vcpu = vcpus.max { return .number(value(at: vcpu)) }
    return .progression(origin: origin, stride: stride)
  }
}

/// The vCPUs at which two columns differ, folded by what they go from and to, ascending by the lowest.
struct ColumnChanges {
  private struct Pair: Hashable {
    var before: ColumnRule
    var after: ColumnRule
  }

  private var folded = Folded<Pair>()

  /// Compares two columns; O(runs + literals of both).
  ///
  /// Where progressions meet in more than one vCPU, those vCPUs are among the folded ones, too: each
  /// would cut the range, and there can be 2^31 of them.
  init(from a: Column, to b: Column) {
    if a == b { return }
    var (i, j) = (0, 0)
    var next: UInt64 = 0
    while i < a.runs.count || j < b.runs.count {
      let mine = i < a.runs.count ? a.runs[i] : nil
      let other = j < b.runs.count ? b.runs[j] : nil
      let starts = [mine, other].compactMap { $0.map { UInt64($0.range.first) } }
      next = max(next, starts.min() ?? next)
      let isInMine = mine.map { UInt64($0.range.first) <= next } ?? false
      let isInOther = other.map { UInt64($0.range.first) <= next } ?? false
      let ends = [(mine, isInMine), (other, isInOther)].compactMap { run, isInside in
        run.map { isInside ? UInt64($0.range.last) + 1 : UInt64($0.range.first) }
      }
      let end = ends.min() ?? next + 1
      let range = IndexRange(UInt32(next), UInt32(end - 1))
      compare(range, isInMine ? mine : nil, of: a, isInOther ? other : nil, of: b)
      next = end
      if isInMine, let mine, end > UInt64(mine.range.last) { i += 1 }
      if isInOther, let other, end > UInt64(other.range.last) { j += 1 }
    }
  }

  private mutating func compare(
    _ range: IndexRange,
    _ mine: Column.Run?,
    of a: Column,
    _ other: Column.Run?,
    of b: Column
  ) {
    if let before = ColumnRule(mine, of: a, in: range),
      let after = ColumnRule(other, of: b, in: range)
    {
      return compare(range, before, after)
    }
    for vcpu in range.first...range.last {
      let before = mine.map { a.value(of: $0, at: vcpu) } ?? 0
      let after = other.map { b.value(of: $0, at: vcpu) } ?? 0
      if before == after { continue }
      let pair = Pair(before: ColumnRule(before), after: ColumnRule(after))
      folded.append(IndexRange(vcpu, vcpu), pair)
    }
  }

  private mutating func compare(_ range: IndexRange, _ before: ColumnRule, _ after: ColumnRule) {
    let difference = ColumnRule(
      origin: before.origin &- after.origin,
      stride: before.stride &- after.stride
    )
    let base = difference.value(at: range.first)
    let meetings = ColumnBuilder.zeros(base: base, stride: difference.stride, count: range.count)
    if meetings == range.count { return }
    guard meetings == 1,
      let offset = ColumnBuilder.firstZero(
        base: base,
        stride: difference.stride,
        count: range.count
      )
    else { return folded.append(range, Pair(before: before, after: after)) }
    let meeting = range.first + UInt32(offset)
    if meeting > range.first {
      append(IndexRange(range.first, meeting - 1), before, after)
    }
    if meeting < range.last { append(IndexRange(meeting + 1, range.last), before, after) }
  }

  private mutating func append(_ range: IndexRange, _ before: ColumnRule, _ after: ColumnRule) {
    if range.count > 1 { return folded.append(range, Pair(before: before, after: after)) }
    let pair = Pair(
      before: ColumnRule(before.value(at: range.first)),
      after: ColumnRule(after.value(at: range.first))
    )
    folded.append(range, pair)
  }

  /// The folds: which vCPUs, and what they go from and to.
  var folds: [(vcpus: Bitmap, before: ColumnRule, after: ColumnRule)] {
    folded.folds.map { ($0.vcpus, $0.key.before, $0.key.after) }
  }

  /// The vCPUs of all folds.
  var vcpus: Bitmap { Bitmap(folded.folds.flatMap(\.vcpus.ranges)) }
}

/// Ranges that come in ascending order, put together by a key.
struct Folded<Key: Hashable> {
  private var places: [Key: Int] = [:]
  private var builders: [(key: Key, ranges: BitmapBuilder)] = []

  init() {}

  mutating func append(_ range: IndexRange, _ key: Key) {
    if let place = places[key] {
      builders[place].ranges.append(range)
    } else {
      places[key] = builders.count
      var ranges = BitmapBuilder()
      ranges.append(range)
      builders.append((key, ranges))
    }
  }

  /// The sets with their keys, ascending by their lowest index.
  var folds: [(key: Key, vcpus: Bitmap)] { builders.map { ($0.key, $0.ranges.finish()) } }
}
