internal import SDEIModel

/// Consecutive members of a column that differ by one stride, which may be 0: checks look at it as a
/// whole, however long it is.
package struct ColumnProgression: Sendable {
  /// The slot of the first member.
  package let first: UInt32
  package let base: UInt64
  package let stride: UInt64
  package let count: UInt64

  package init(first: UInt32, base: UInt64, stride: UInt64, count: UInt64) {
    (self.first, self.base, self.stride, self.count) = (first, base, stride, count)
  }

  /// The distance of neighbours, at most 2^63.
  var step: UInt64 { stride >> 63 == 1 ? 0 &- stride : stride }

  private var last: UInt64 { base &+ (count - 1) &* stride }

  /// Whether it passes 2^64 or 0, so that its members are not in order.
  package var wraps: Bool {
    let (distance, overflows) = (count - 1).multipliedReportingOverflow(by: step)
    return overflows || distance > (stride >> 63 == 1 ? base : .max - base)
  }

  /// The smallest member of one that does not wrap.
  var lowest: UInt64 { min(base, last) }
  /// The largest member of one that does not wrap.
  var highest: UInt64 { max(base, last) }

  /// The slot of a value, nil where it is no member; O(1), exact also for one that wraps.
  package func slot(of value: UInt64) -> UInt32? {
    ColumnBuilder.firstZero(base: base &- value, stride: stride, count: count).map {
      first + UInt32($0)
    }
  }

  /// Whether all members lie in a range of `length` values from `start` on, modulo 2^64.
  ///
  /// Exact where the range is at most half of all numbers: no step reaches over the rest.
  package func lies(from start: UInt64, length: UInt64) -> Bool {
    let offset = base &- start
    let (distance, overflows) = (count - 1).multipliedReportingOverflow(by: step)
    guard offset < length, !overflows else { return false }
    return stride >> 63 == 1 ? distance <= offset : distance < length - offset
  }
}

extension Column {
  /// The slots of a set whose values break a rule, and the first such value.
  ///
  /// Literal values are asked for one by one. A progression is asked for as a whole, and named as a
  /// whole where some member breaks the rule: a bitmap of every other one of 2^32 slots would take
  /// what no file can ask for. Zeros, which are not stored, are not looked at. O(runs + literals).
  func offenders(
    in slots: Bitmap,
    literal: (UInt64) -> Bool,
    progression: (ColumnProgression) -> Bool
  ) -> (slots: Bitmap, first: UInt64?) {
    var builder = BitmapBuilder()
    var first: UInt64?
    forEachRun(in: slots) { run, range in
      switch run.values {
      case .affine(_, let stride):
        let base = value(of: run, at: range.first)
        let members = ColumnProgression(
          first: range.first,
          base: base,
          stride: stride,
          count: range.count
        )
        guard stride == 0 ? literal(base) : progression(members) else { return }
        first = first ?? base
        builder.append(range)
      case .literal:
        for slot in range.first...range.last {
          let value = value(of: run, at: slot)
          guard literal(value) else { continue }
          first = first ?? value
          builder.append(IndexRange(slot, slot))
        }
      }
    }
    return (builder.finish(), first)
  }
}
