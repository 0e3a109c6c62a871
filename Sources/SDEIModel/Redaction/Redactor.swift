/// Replaces the addresses of a guest and its host by stable pseudonyms: the same address by the same
/// pseudonym everywhere, another one by another one.
///
/// What is an address, and what stays: DESIGN.md. Addresses less than 2 MiB apart are moved together,
/// so that their order, distances and alignment up to 64 KiB stay, and progressions stay folded. No
/// pseudonym is an original, in either byte order. Everything follows from the state alone.
public struct Redactor: Sendable {
  /// What was found and is replaced.
  public internal(set) var summary: RedactionSummary
  /// The regions, ascending by their originals.
  let regions: [AddressRegion]
  /// Which values below 64 KiB are addresses; empty where none is.
  let small: [Bool]
  /// What is added to those.
  let smallShift: UInt64
  /// What stays wherever it stands, and as what.
  let kept: [UInt64: UInt64]
  /// The same values, ascending.
  let keptValues: [UInt64]
  /// What takes the place of left-over bytes: one byte, again and again.
  let filler: UInt64
  /// Affinities that come of wild ones when only the affinity's fields are kept.
  private(set) var affinities: [UInt64: UInt64] = [:]
  /// What takes the place of notifiers' names.
  let names: [String: String]

  /// How often kept values may stand in progressions of addresses.
  static let entangledLimit = 1 << 24

  /// Looks at a state; O(n log n) in what it holds, progressions counting as one.
  public init(_ snapshot: Snapshot) throws(RedactionError) {
    try self.init { (collector) throws(RedactionError) in
      _ = try snapshot.visitedWords(by: &collector)
    }
  }

  /// Looks at whatever `collect` visits.
  package init(
    _ collect: (inout AddressCollector) throws(RedactionError) -> Void
  ) throws(RedactionError) {
    var collector = AddressCollector()
    try collect(&collector)
    summary = collector.summary
    kept = collector.kept
    keptValues = kept.keys.sorted()
    let (kept, small) = (kept, collector.small.members)
    self.small = small
    collector.certain.sortOnce()
    let certain = collector.certain
    summary.kept = keptValues.count { value in
      certain.holds(value) || (value < small.count && small[Int(value)])
    }
    var addresses = certain + collector.addresses
    addresses.removeAll { kept[$0] != nil }
    addresses.sortOnce()
    let progressions = Set(collector.progressions).sorted {
      ($0.lowest, $0.highest, $0.count) < ($1.lowest, $1.highest, $1.count)
    }
    try Self.checkEntangled(progressions, keptValues, small.isEmpty ? 0 : collector.smallMembers)
    var map = RegionMap(addresses, progressions, keeping: kept)
    try map.place(hasSmall: !small.isEmpty)
    (regions, smallShift) = (map.regions, map.smallShift)
    let taken = map.regions
    filler = Self.fillers.first { byte in !Self.touches(byte, taken, kept) } ?? Self.fillers[0]
    names = Dictionary(
      uniqueKeysWithValues: collector.names.sorted().enumerated().map {
        ($0.element, "notifier-\($0.offset + 1)")
      }
    )
    summary.addresses = addresses.count + small.count { $0 }
    summary.progressions = progressions.count
    summary.regions = regions.count + (small.isEmpty ? 0 : 1)
    summary.names = names.count
    for wild in collector.wildAffinities {
      let fields = wild & Affinity.fieldMask
      affinities[fields] = redacted(affinity: wild) & Affinity.fieldMask
    }
  }

  /// The state with pseudonyms; it must be the one, or one of those, that was looked at.
  public func redacted(_ snapshot: Snapshot) -> Snapshot {
    var visitor = self
    return snapshot.visitedWords(by: &visitor)
  }

  /// Refuses what would take too long: kept values must be cut out of progressions one by one.
  private static func checkEntangled(
    _ progressions: [Progression],
    _ kept: [UInt64],
    _ smallMembers: UInt64
  ) throws(RedactionError) {
    var count = Int(min(smallMembers, UInt64(Int.max)))
    for progression in progressions {
      count = count.addingReportingOverflow(progression.range(in: kept).count).partialValue
      if count > entangledLimit || count < 0 { throw .entangled(limit: entangledLimit) }
    }
    if count > entangledLimit { throw .entangled(limit: entangledLimit) }
  }

  private static let fillers: [UInt64] = (0..<100).map { 0x0101_0101_0101_0101 &* (0xA5 &- $0) }

  /// Whether a filler of some width could be taken for an original.
  private static func touches(
    _ filler: UInt64,
    _ regions: [AddressRegion],
    _ kept: [UInt64: UInt64]
  ) -> Bool {
    stride(from: 16, through: 64, by: 8).contains { bits in
      let value = filler >> UInt64(64 - bits)
      return kept[value] != nil || regions.region(of: value) != nil
    }
  }
}

extension [UInt64] {
  /// Sorts the values and keeps each once.
  fileprivate mutating func sortOnce() {
    sort()
    var count = 0
    for value in self where count == 0 || self[count - 1] != value {
      self[count] = value
      count += 1
    }
    removeLast(self.count - count)
  }

  /// Whether a value is among ascending ones.
  fileprivate func holds(_ value: UInt64) -> Bool {
    let position = partitioningIndex { $0 >= value }
    return position < count && self[position] == value
  }
}

extension Progression {
  /// The positions of ascending values that lie between its ends.
  func range(in values: [UInt64]) -> Range<Int> {
    let first = values.partitioningIndex { $0 >= lowest }
    return first..<Swift.max(first, values.partitioningIndex { $0 > highest })
  }
}

extension [AddressRegion] {
  /// The region that an original lies in, nil for none.
  func region(of value: UInt64) -> AddressRegion? {
    let position = partitioningIndex { $0.last >= value }
    return position < count && self[position].first <= value ? self[position] : nil
  }
}
