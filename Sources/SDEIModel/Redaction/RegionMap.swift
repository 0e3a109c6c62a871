/// The regions of all addresses, and where they go.
struct RegionMap {
  private(set) var regions: [AddressRegion]
  private(set) var smallShift: UInt64 = 0
  /// What no pseudonym may be beside the originals, ascending.
  private let kept: [UInt64]
  private var areas: [PseudonymArea]

  /// Cuts addresses and progressions, both ascending, into regions.
  init(_ addresses: [UInt64], _ progressions: [Progression], keeping kept: [UInt64: UInt64]) {
    regions = AddressRegion.all(addresses, progressions)
    self.kept = Set(kept.keys).union(kept.values).sorted()
    areas = [AddressClass.word, .lower, .middle, .upper].map { PseudonymArea($0) }
    for area in areas.indices {
      for address in addresses { areas[area].avoid(address) }
      for progression in progressions { areas[area].avoid(progression) }
    }
  }

  /// Finds a place for each region, in the class that it lies in.
  ///
  /// What finds none among the 32-bit addresses, because the originals fill those, goes to the lower
  /// half.
  mutating func place(hasSmall: Bool) throws(RedactionError) {
    let originals = regions
    var word = RegionPlacer(areas[0], avoiding: originals, kept)
    var lower = RegionPlacer(areas[1], avoiding: originals, kept)
    var middle = RegionPlacer(areas[2], avoiding: originals, kept)
    var upper = RegionPlacer(areas[3], avoiding: originals, kept)
    if hasSmall {
      let all = AddressRegion(first: 0, last: 0xFFFF)
      guard let shift = word.shift(of: all) ?? lower.shift(of: all) else { throw .crowded }
      smallShift = shift
    }
    for index in regions.indices {
      let region = regions[index]
      let shift =
        switch AddressClass(region.first) {
        case .small, .word, .error: word.shift(of: region) ?? lower.shift(of: region)
        case .lower: lower.shift(of: region)
        case .middle: middle.shift(of: region)
        case .upper: upper.shift(of: region)
        }
      guard let shift else { throw .crowded }
      regions[index].shift = shift
    }
  }
}
