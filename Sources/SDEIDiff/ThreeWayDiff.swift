public import SDEIModel

/// What two snapshots each changed since a common base, and where they contradict each other.
public struct ThreeWayDiff: Sendable {
  /// What only the first one changed.
  public let onlyFirst: SnapshotDiff
  /// What only the second one changed.
  public let onlySecond: SnapshotDiff
  /// What both changed in the same way.
  public let both: SnapshotDiff
  /// What both changed in different ways, as the first one did.
  public let conflictFirst: SnapshotDiff
  /// The same places as the second one changed them.
  public let conflictSecond: SnapshotDiff

  /// Compares two snapshots with their base, place by place and vCPU by vCPU.
  ///
  /// - Throws: `PatchError` where a part of the changes makes no state.
  public init(
    base: Snapshot,
    first: Snapshot,
    second: Snapshot,
    _ filter: ChangeFilter = ChangeFilter()
  ) throws(PatchError) {
    let mine = filter.kept(SnapshotDiff(from: base, to: first).changes)
    let other = filter.kept(SnapshotDiff(from: base, to: second).changes)
    let units = PlaceUnits(mine + other)
    let differing = units.places(SnapshotDiff(from: first, to: second).changes)
    let myParts = Parts(mine, units.places(other), differing, units)
    let otherParts = Parts(other, units.places(mine), differing, units)
    onlyFirst = try SnapshotDiff(from: base, making: myParts.only)
    onlySecond = try SnapshotDiff(from: base, making: otherParts.only)
    both = try SnapshotDiff(from: base, making: myParts.same)
    conflictFirst = try SnapshotDiff(from: base, making: myParts.conflicting)
    conflictSecond = try SnapshotDiff(from: base, making: otherParts.conflicting)
  }

  /// Whether something is contradicted.
  public var hasConflicts: Bool { !conflictFirst.isEmpty || !conflictSecond.isEmpty }
}

/// The changes of one side: what the other side left alone, did as well, or did otherwise.
private struct Parts {
  var only: [Change] = []
  var same: [Change] = []
  var conflicting: [Change] = []

  init(_ changes: [Change], _ others: PlaceSet, _ differing: PlaceSet, _ units: PlaceUnits) {
    for change in changes {
      let unit = units.unit(of: change.place)
      let all = change.place.hasVCPUs ? change.vcpus : Change.everywhere
      func other(_ field: ContextField?) -> Bitmap { others.common(with: all, unit, field) }
      func otherwise(_ field: ContextField?) -> Bitmap {
        differing.common(with: other(field), unit, field)
      }
      only += change.cut { all.subtracting(other($0)) }
      same += change.cut { other($0).subtracting(otherwise($0)) }
      conflicting += change.cut { otherwise($0) }
    }
  }
}

/// Places with the vCPUs that changes speak of.
private struct PlaceSet {
  struct Key: Hashable {
    var place: Place
    var field: ContextField?
  }

  var ranges: [Key: [IndexRange]] = [:]
  private var sets: [Key: RangeIndex] = [:]

  init() {}

  mutating func add(_ place: Place, _ change: Change) {
    for (field, _) in change.fieldPaths {
      let vcpus = place.hasVCPUs ? change.vcpus : Change.everywhere
      ranges[Key(place: place, field: field), default: []] += vcpus.ranges
    }
  }

  mutating func finish() { sets = ranges.mapValues { RangeIndex(Bitmap($0)) } }

  /// What a set has in common with the vCPUs at which a place is spoken of.
  func common(with vcpus: Bitmap, _ place: Place, _ field: ContextField?) -> Bitmap {
    sets[Key(place: place, field: field)]?.common(with: vcpus) ?? Bitmap()
  }
}

/// What is compared as one thing: an event that one side removed is one with all that is in it.
private struct PlaceUnits {
  private var events: Set<EventNumber> = []
  private var definitions: Set<EventNumber> = []

  init(_ changes: [Change]) {
    for change in changes {
      switch change.place {
      case .event(let number): events.insert(number)
      case .eventField(let number, .definition): definitions.insert(number)
      default: break
      }
    }
  }

  func unit(of place: Place) -> Place {
    if let number = place.event, events.contains(number) { return .event(number) }
    guard case .eventField(let number, let field) = place, definitions.contains(number),
      field != .routingMode, field != .routingAffinity
    else { return place }
    return .eventField(number, .definition)
  }

  func places(_ changes: [Change]) -> PlaceSet {
    var set = PlaceSet()
    for change in changes { set.add(unit(of: change.place), change) }
    set.finish()
    return set
  }
}
