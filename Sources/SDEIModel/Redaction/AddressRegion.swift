/// Addresses that lie near each other: they are moved together, so that their order, their
/// distances and their alignment up to 64 KiB stay.
struct AddressRegion {
  /// The smallest address.
  var first: UInt64
  /// The largest address.
  var last: UInt64
  /// What is added to an address of the region, modulo 2^64.
  var shift: UInt64 = 0

  /// The largest gap within a region, 2 MiB.
  static let largestGap: UInt64 = 1 << 21
  /// To what regions are moved: their addresses' low bits stay.
  static let alignment: UInt64 = 1 << 16

  /// The regions of addresses (ascending, each once) and progressions (ascending by lowest member).
  static func all(_ addresses: [UInt64], _ progressions: [Progression]) -> [AddressRegion] {
    var regions: [AddressRegion] = []
    var (i, j) = (0, 0)
    while i < addresses.count || j < progressions.count {
      let takesAddress =
        j == progressions.count
        || (i < addresses.count && addresses[i] < progressions[j].lowest)
      let (first, last) =
        takesAddress
        ? (addresses[i], addresses[i]) : (progressions[j].lowest, progressions[j].highest)
      if takesAddress { i += 1 } else { j += 1 }
      if let region = regions.last, region.takes(first, last) {
        regions[regions.count - 1].last = max(region.last, last)
      } else {
        regions.append(AddressRegion(first: first, last: last))
      }
    }
    return regions
  }

  /// Whether addresses behind the region's beginning belong to it.
  private func takes(_ first: UInt64, _ last: UInt64) -> Bool {
    if first <= self.last { return true }
    return first - self.last < Self.largestGap && AddressClass(first) == AddressClass(self.last)
      && last - self.first <= Progression.largestSpan
  }

  /// Moves the region's beginning to the first place from `cursor` on.
  func place(from cursor: UInt64) -> UInt64 {
    let low = Self.alignment - 1
    let place = cursor & ~low | first & low
    return place < cursor ? place &+ Self.alignment : place
  }
}

/// Finds places for regions, ascending, in which they hide nothing and are nothing that was there.
struct RegionPlacer {
  private let stretches: [ClosedRange<UInt64>]
  private let originals: [AddressRegion]
  private let kept: [UInt64]
  private var stretch = 0
  private var cursor: UInt64 = 0
  private var (nextOriginal, nextKept) = (0, 0)

  /// `originals` and `kept` ascend: no pseudonym is one of them.
  init(_ area: PseudonymArea, avoiding originals: [AddressRegion], _ kept: [UInt64]) {
    (stretches, self.originals, self.kept) = (area.stretches, originals, kept)
    // Not at a window's very beginning: an address whose low bytes are all 0 looks like a number.
    if let first = stretches.first { cursor = first.lowerBound + area.windowSize / 16 }
  }

  /// The shift that moves a region to its place, nil where there is none left.
  mutating func shift(of region: AddressRegion) -> UInt64? {
    let span = region.last - region.first
    while stretch < stretches.count {
      var first = region.place(from: cursor)
      let end = stretches[stretch].upperBound
      while first <= end, first >= cursor, span <= end - first {
        guard let obstacle = obstacle(first, first + span) else {
          cursor = (first + span) | (AddressRegion.alignment - 1)
          if cursor < end { cursor += 1 } else { leaveStretch() }
          return first &- region.first
        }
        guard obstacle < end else { break }
        cursor = obstacle + 1
        first = region.place(from: cursor)
      }
      leaveStretch()
    }
    return nil
  }

  private mutating func leaveStretch() {
    stretch += 1
    if stretch < stretches.count { cursor = stretches[stretch].lowerBound }
  }

  /// The end of something that is in the way; what is asked for ascends.
  private mutating func obstacle(_ first: UInt64, _ last: UInt64) -> UInt64? {
    while nextOriginal < originals.count, originals[nextOriginal].last < first { nextOriginal += 1 }
    if nextOriginal < originals.count, originals[nextOriginal].first <= last {
      return originals[nextOriginal].last
    }
    while nextKept < kept.count, kept[nextKept] < first { nextKept += 1 }
    return nextKept < kept.count && kept[nextKept] <= last ? kept[nextKept] : nil
  }
}
