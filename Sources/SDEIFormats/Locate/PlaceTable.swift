internal import SDEIModel

/// Where a field lies in a structure.
struct FieldPlace {
  /// What the offset leads to.
  enum Shape {
    /// The field.
    case field
    /// The first of so many fields of 64 bits.
    case words(UInt32)
    /// The first byte of so many bits.
    case bits(UInt32)
  }

  let offset: Int
  var shape = Shape.field

  init(_ offset: Int, _ shape: Shape = .field) { (self.offset, self.shape) = (offset, shape) }

  /// The same in a structure that holds this one.
  func moved(by distance: Int) -> FieldPlace { FieldPlace(offset + distance, shape) }

  /// The offset of the field with a number; of the first one where there is none with it.
  func offset(_ index: UInt32?) -> Int {
    switch shape {
    case .words(let count) where index ?? 0 < count: offset + 8 * Int(index ?? 0)
    case .bits(let count) where index ?? 0 < count: offset + Int(index ?? 0) / 8
    default: offset
    }
  }
}

/// Where bytes have what some paths speak of.
///
/// A walk over the bytes notes what it meets; only what the paths ask for is kept, so memory follows
/// their number.
struct PlaceTable {
  typealias Fields = [String: FieldPlace]

  private struct Found {
    var structures: [(start: Int, fields: Fields)] = []
    var fields: [String: Int] = [:]
  }

  private let places: [ModelPlace]
  private var found: [PlaceKey: Found] = [:]
  private let wanted: Set<PlaceKey>
  /// The vCPUs that are asked for, ascending.
  private let vcpus: [UInt32]
  /// The slots that are asked for, by event, ascending.
  private let slots: [EventNumber: [UInt32]]
  /// The events below 64 that are asked for: those that a bit of a register stands for.
  let bitEvents: [EventNumber]

  init(_ paths: [String]) {
    places = paths.map { ModelPlace($0) }
    wanted = Set(places.lazy.flatMap(\.keys))
    var slots: [EventNumber: [UInt32]] = [:]
    for case .slot(let number, let vcpu) in wanted { slots[number, default: []].append(vcpu) }
    self.slots = slots.mapValues { $0.sorted() }
    bitEvents = slots.keys.filter { $0.rawValue < 64 }.sorted()
    vcpus = wanted.compactMap { if case .vcpu(let vcpu) = $0 { vcpu } else { nil } }.sorted()
  }

  /// Whether a path asks for it.
  func wants(_ key: PlaceKey) -> Bool { wanted.contains(key) }

  /// The slots of an event that are asked for and lie in a range.
  func slots(of number: EventNumber, in range: IndexRange) -> ArraySlice<UInt32> {
    Self.indexes(slots[number] ?? [], in: range)
  }

  /// The vCPUs that are asked for and lie in a range.
  func vcpus(in range: IndexRange) -> ArraySlice<UInt32> { Self.indexes(vcpus, in: range) }

  private static func indexes(_ all: [UInt32], in range: IndexRange) -> ArraySlice<UInt32> {
    let first = all.partitioningIndex { $0 >= range.first }
    return all[first...].prefix { $0 <= range.last }
  }

  /// Notes a structure; the first one with the same fields counts.
  mutating func note(_ key: PlaceKey, at start: Int, _ fields: Fields = [:]) {
    guard wants(key) else { return }
    let known = found[key]?.structures ?? []
    if known.contains(where: { $0.fields.keys == fields.keys }) { return }
    found[key, default: Found()].structures.append((start, fields))
  }

  /// Notes a field; the first one of a name counts.
  mutating func note(_ key: PlaceKey, _ name: String, at offset: Int) {
    guard wants(key), found[key]?.fields[name] == nil else { return }
    found[key, default: Found()].fields[name] = offset
  }

  /// The offset of what each path speaks of: of the field, or of the smallest thing known that it is
  /// a part of; nil where nothing is known.
  var offsets: [Int?] { places.map(offset) }

  private func offset(of place: ModelPlace) -> Int? {
    for (key, name) in place.names {
      if let offset = field(key, name, place.index) { return offset }
    }
    for (key, name) in place.wholes {
      if let offset = field(key, name, place.index) { return offset }
      if name.isEmpty, let first = found[key]?.structures.first { return first.start }
    }
    return nil
  }

  private func field(_ key: PlaceKey, _ name: String, _ index: UInt32?) -> Int? {
    guard let found = found[key] else { return nil }
    if let offset = found.fields[name] { return offset }
    for (start, fields) in found.structures {
      if let place = fields[name] { return start + place.offset(index) }
    }
    return nil
  }
}
