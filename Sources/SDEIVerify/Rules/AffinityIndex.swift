package import SDEIModel

/// Which vCPU has which affinity, asked without unfolding the column.
///
/// Single values (literals, constants, and the 0 that is not stored) are sorted; progressions are
/// sorted by their smallest member. A sweep over both keeps the progressions that reach over the
/// place where it is, and asks each of them: whether it has a value is one congruence, and what two
/// of them have in common is two (the Chinese remainder theorem). Affinities of a machine hardly
/// overlap, so a sweep is O(n log n); a state in which thousands of progressions lie over each other
/// could ask for n^2, so the questions are counted, and behind a budget the answer is that it was
/// not all looked at.
package struct AffinityIndex {
  /// vCPUs with one affinity.
  private struct Point {
    let value: UInt64
    let vcpus: IndexRange
  }

  /// What telling a duplicate costs.
  private static let hit = 64

  /// How much a sweep may ask: a congruence is 1, two of them are 16.
  private var budget: Int { 1 << 22 + 64 * (points.count + progressions.count) }

  private var points: [Point] = []
  private var progressions: [ColumnProgression] = []

  /// Takes the affinities that are known, of the vCPUs that exist.
  package init(_ vcpus: VCPUs) {
    let known = vcpus.affinityKnown.below(vcpus.count)
    let column = vcpus.affinity
    for range in known.subtracting(column.support).ranges {
      points.append(Point(value: 0, vcpus: range))
    }
    column.forEachRun(in: known) { run, range in
      switch run.values {
      case .affine(_, let stride):
        let base = column.value(of: run, at: range.first)
        if stride == 0 || range.count == 1 {
          return points.append(Point(value: base, vcpus: range))
        }
        progressions.append(
          ColumnProgression(first: range.first, base: base, stride: stride, count: range.count)
        )
      case .literal:
        for vcpu in range.first...range.last {
          let value = column.value(of: run, at: vcpu)
          points.append(Point(value: value, vcpus: IndexRange(vcpu, vcpu)))
        }
      }
    }
    points.sort { ($0.value, $0.vcpus.first) < ($1.value, $1.vcpus.first) }
    // One that wraps has members everywhere.
    progressions.sort { Self.bounds($0).lowerBound < Self.bounds($1).lowerBound }
  }

  private static func bounds(_ progression: ColumnProgression) -> ClosedRange<UInt64> {
    progression.wraps ? 0...UInt64.max : progression.lowest...progression.highest
  }

  /// Calls `body` with affinities that more than one vCPU has, and those vCPUs.
  ///
  /// What two progressions have in common is told once, by its first value; progressions that wrap
  /// have reserved bits and are compared with single values only. False where not all was asked.
  package func forEachDuplicate(_ body: (UInt64, Bitmap) -> Void) -> Bool {
    var budget = budget
    let grouped = grouped()
    for (value, _, vcpus) in grouped where vcpus.count > 1 { body(value, vcpus) }
    for progression in progressions where progression.repeatsItself {
      let last = progression.first + UInt32(progression.count - 1)
      body(progression.base, Bitmap(IndexRange(progression.first, last)))
    }
    // One vCPU of each side is enough to say it.
    var isComplete = sweep(grouped.map(\.value), &budget, hit: Self.hit) { position, vcpu in
      let other = grouped[position].first
      body(grouped[position].value, Bitmap(indexes: [other, vcpu]))
    }
    var active: [ColumnProgression] = []
    for progression in progressions where !progression.wraps && isComplete {
      budget -= 16 * active.count
      if budget < 0 { isComplete = false }
      active.removeAll { $0.highest < progression.lowest }
      for other in active {
        guard let value = progression.common(with: other),
          let one = progression.slot(of: value), let two = other.slot(of: value)
        else { continue }
        budget -= Self.hit
        body(value, Bitmap(indexes: [one, two]))
      }
      active.append(progression)
    }
    return isComplete
  }

  /// A vCPU for each of some ascending affinities, nil where none has it; nil altogether where not
  /// all could be asked.
  package func vcpus(with affinities: [UInt64]) -> [UInt32?]? {
    var budget = budget
    let grouped = grouped()
    var result: [UInt32?] = []
    var next = 0
    for affinity in affinities {
      while next < grouped.count && grouped[next].value < affinity { next += 1 }
      let isThere = next < grouped.count && grouped[next].value == affinity
      result.append(isThere ? grouped[next].first : nil)
    }
    let isComplete = sweep(affinities, &budget, hit: 0) { result[$0] = $1 }
    return isComplete ? result : nil
  }

  /// The single values, each once, ascending, with their vCPUs, of which one is the first.
  private func grouped() -> [(value: UInt64, first: UInt32, vcpus: Bitmap)] {
    var result: [(value: UInt64, first: UInt32, vcpus: Bitmap)] = []
    var start = 0
    while start < points.count {
      var end = start + 1
      while end < points.count && points[end].value == points[start].value { end += 1 }
      let vcpus = Bitmap(points[start..<end].map(\.vcpus))
      result.append((points[start].value, points[start].vcpus.first, vcpus))
      start = end
    }
    return result
  }

  /// Calls `body` with the position of each of some ascending values that a progression has, and the
  /// vCPU that it is; false where the budget ended.
  private func sweep(
    _ values: [UInt64],
    _ budget: inout Int,
    hit: Int,
    _ body: (Int, UInt32) -> Void
  ) -> Bool {
    var active: [ColumnProgression] = []
    var next = 0
    for (position, value) in values.enumerated() {
      while next < progressions.count, Self.bounds(progressions[next]).lowerBound <= value {
        active.append(progressions[next])
        next += 1
      }
      budget -= active.count
      if budget < 0 { return false }
      active.removeAll { Self.bounds($0).upperBound < value }
      for progression in active {
        guard let vcpu = progression.slot(of: value) else { continue }
        budget -= hit
        body(position, vcpu)
      }
    }
    return true
  }
}

extension ColumnProgression {
  /// Whether a value comes again: after 2^64 / gcd(stride, 2^64) members.
  fileprivate var repeatsItself: Bool {
    let period = 64 - stride.trailingZeroBitCount
    return period < 33 && count > 1 << UInt64(period)
  }

  /// The smallest value that two progressions have, both without wrap and with strides other than 0.
  package func common(with other: ColumnProgression) -> UInt64? {
    let (step, otherStep) = (step, other.step)
    let divisor = Self.greatestCommonDivisor(step, otherStep)
    let isAbove = other.lowest >= lowest
    let distance = isAbove ? other.lowest - lowest : lowest - other.lowest
    guard distance % divisor == 0 else { return nil }
    // lowest + i * step = other.lowest modulo otherStep: divide by step in the integers modulo m.
    let modulus = otherStep / divisor
    let remainder = distance / divisor % modulus
    let wanted = isAbove || remainder == 0 ? remainder : modulus - remainder
    let inverse = Self.inverse(of: step / divisor % modulus, modulus)
    let members = modulus.dividingFullWidth(wanted.multipliedFullWidth(by: inverse)).remainder
    var value = UInt128(lowest) + UInt128(step) * UInt128(members)
    let period = UInt128(step) * UInt128(modulus)
    let floor = UInt128(max(lowest, other.lowest))
    if value < floor { value += (floor - value + period - 1) / period * period }
    return value <= UInt128(min(highest, other.highest)) ? UInt64(value) : nil
  }

  private static func greatestCommonDivisor(_ one: UInt64, _ two: UInt64) -> UInt64 {
    var (one, two) = (one, two)
    while two != 0 { (one, two) = (two, one % two) }
    return one
  }

  /// The inverse modulo a number that the value has no divisor in common with; 0 modulo 1.
  private static func inverse(of value: UInt64, _ modulus: UInt64) -> UInt64 {
    var (rest, other) = (Int128(modulus), Int128(value))
    var (factor, otherFactor): (Int128, Int128) = (0, 1)
    while other != 0 {
      let quotient = rest / other
      (rest, other) = (other, rest - quotient * other)
      (factor, otherFactor) = (otherFactor, factor - quotient * otherFactor)
    }
    return UInt64((factor % Int128(modulus) + Int128(modulus)) % Int128(modulus))
  }
}
