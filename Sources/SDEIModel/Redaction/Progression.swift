/// Consecutive members of a column that differ by one stride other than 0, modulo 2^64.
struct Progression: Hashable {
  /// The first member, in the column's order.
  var first: UInt64
  /// What is added from member to member; above 2^63 it is taken away.
  var stride: UInt64
  /// The number of members.
  var count: UInt64

  /// The largest distance of first and last member for which a progression is kept folded, 16 TiB.
  static let largestSpan: UInt64 = 1 << 44

  var falls: Bool { stride >> 63 == 1 }
  /// The distance of neighbours.
  var step: UInt64 { falls ? 0 &- stride : stride }
  var last: UInt64 { self[count - 1] }
  var lowest: UInt64 { falls ? last : first }
  var highest: UInt64 { falls ? first : last }

  subscript(index: UInt64) -> UInt64 { first &+ index &* stride }

  /// Whether it lies close enough together to be replaced as one.
  var isNear: Bool {
    let (span, overflow) = (count - 1).multipliedReportingOverflow(by: step)
    return !overflow && span <= Self.largestSpan
  }

  /// The parts of a near progression that each lie in one class, in its order; at most seven.
  var parts: [(part: Progression, inClass: AddressClass)] {
    var result: [(Progression, AddressClass)] = []
    var (next, left) = (first, count)
    while left > 0 {
      let addressClass = AddressClass(next)
      let bounds = addressClass.bounds
      let room = falls ? next - bounds.lowerBound : bounds.upperBound - next
      let count = min(left, room / step &+ 1)
      result.append((Progression(first: next, stride: stride, count: count), addressClass))
      next = next &+ count &* stride
      left -= count
    }
    return result
  }

  /// Which member a value is, nil for none; the progression lies in one class.
  func index(of value: UInt64) -> UInt64? {
    guard value >= lowest, value <= highest else { return nil }
    let distance = falls ? first - value : value - first
    return distance % step == 0 ? distance / step : nil
  }
}

/// The kinds of places an address can lie in: a pseudonym lies in the same, so that what holds of an
/// address because of where it lies still holds.
enum AddressClass: Int, CaseIterable {
  /// Below 64 KiB: a number, unless it stands where only an address can.
  case small
  /// 32 bits.
  case word
  /// The lower half of the address space, up to 48 bits.
  case lower
  /// Neither half: signed or tagged pointers, or no addresses.
  case middle
  /// The upper half: bits 63 to 48 set.
  case upper
  /// -4096 to -1: error numbers, never addresses.
  case error

  private static let firsts: [UInt64] = [
    0, 0x1_0000, 1 << 32, 1 << 48, 0xFFFF << 48, UInt64.max - 0xFFF,
  ]

  init(_ value: UInt64) {
    self =
      value < Self.firsts[1]
      ? .small
      : value < Self.firsts[2]
        ? .word
        : value < Self.firsts[3]
          ? .lower : value < Self.firsts[4] ? .middle : value < Self.firsts[5] ? .upper : .error
  }

  /// The values of the class.
  var bounds: ClosedRange<UInt64> {
    Self.firsts[rawValue]...(self == .error ? .max : Self.firsts[rawValue + 1] - 1)
  }

  /// Whether a value of the class is an address wherever it stands.
  var isAddress: Bool { self != .small && self != .error }
}
