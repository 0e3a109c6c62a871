internal import SDEIModel

/// Finds the vCPU that an affinity names, without looking at every vCPU.
struct AffinityTargets {
  private var single: [UInt64: UInt32] = [:]
  /// The progressions, ascending by their smallest value, each with the largest of it and all before.
  private var runs: [(run: Column.Run, bounds: ClosedRange<UInt64>, reach: UInt64)] = []
  private let vcpus: VCPUs
  /// How many overlapping progressions are looked through: real ones do not overlap.
  private static let depth = 64

  /// O(runs x log runs + literals).
  init(_ vcpus: VCPUs) {
    self.vcpus = vcpus
    let column = vcpus.affinity
    for run in column.runs {
      switch run.values {
      case .literal:
        for vcpu in run.range.first...run.range.last {
          single[column.value(of: run, at: vcpu)] = vcpu
        }
      case .affine: runs.append((run, column.bounds(of: run), 0))
      }
    }
    runs.sort { $0.bounds.lowerBound < $1.bounds.lowerBound }
    var reach: UInt64 = 0
    for place in runs.indices {
      reach = max(reach, runs[place].bounds.upperBound)
      runs[place].reach = reach
    }
  }

  /// A vCPU that is known to have an affinity, nil where none is found; O(log runs).
  func vcpu(_ affinity: UInt64) -> UInt32? {
    if affinity == 0 { return zero }
    if let vcpu = single[affinity] { return known(vcpu) }
    var (low, high) = (0, runs.count)
    while low < high {
      let middle = (low + high) / 2
      if runs[middle].bounds.lowerBound > affinity { high = middle } else { low = middle + 1 }
    }
    for place in runs[..<low].indices.reversed().prefix(Self.depth) {
      if runs[place].reach < affinity { return nil }
      if let vcpu = member(runs[place].run, affinity) { return known(vcpu) }
    }
    return nil
  }

  private func known(_ vcpu: UInt32) -> UInt32? {
    vcpu < vcpus.count && vcpus.affinityKnown.contains(vcpu) ? vcpu : nil
  }

  /// The first vCPU whose affinity is known to be 0, which no column stores.
  private var zero: UInt32? {
    vcpus.affinityKnown.subtracting(vcpus.affinity.support).ranges.first.flatMap {
      known($0.first)
    }
  }

  private func member(_ run: Column.Run, _ value: UInt64) -> UInt32? {
    guard case .affine(let base, let stride) = run.values else { return nil }
    if stride == 0 { return value == base ? run.range.first : nil }
    let falls = stride >> 63 == 1
    let (step, distance) = falls ? (0 &- stride, base &- value) : (stride, value &- base)
    let (steps, rest) = distance.quotientAndRemainder(dividingBy: step)
    guard rest == 0, steps < run.range.count else { return nil }
    return run.range.first + UInt32(steps)
  }
}
