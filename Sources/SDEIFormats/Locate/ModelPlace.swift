internal import SDEIModel

/// What has a place of its own in bytes.
enum PlaceKey: Hashable {
  /// The state as a whole; names are whole paths: `instance.version`.
  case state
  /// A vCPU; names are fields (`masked`), or a level and a field of it (`normal.pc`).
  case vcpu(UInt32)
  /// An event; names are fields: `routing.mode`, `registered`.
  case event(EventNumber)
  /// A slot of an event; names are those of its fields that each slot has.
  case slot(EventNumber, UInt32)
}

/// A path of the model (`ModelPath`), taken apart: what may have the bytes that it speaks of.
struct ModelPlace {
  /// Names under which the field itself may be known, the best first.
  private(set) var names: [(key: PlaceKey, name: String)] = []
  /// Names of what the field is a part of, the smallest first.
  private(set) var wholes: [(key: PlaceKey, name: String)] = []
  /// The number of the field among its like: a slot, or a register.
  private(set) var index: UInt32?

  /// Takes a path apart; what is no path of the model has no names.
  ///
  /// Of several vCPUs the lowest counts.
  init(_ path: String) {
    let parts = PathParts(path).parts
    guard let first = parts.first else { return }
    let rest = parts.dropFirst()
    switch (first.name, first.selector) {
    case ("events", _?): if let number = first.number { event(EventNumber(number), rest) }
    case ("contexts", let set?): if let vcpu = Self.lowest(set) { context(vcpu, rest) }
    case ("vcpus", let set?): if let vcpu = Self.lowest(set) { self.vcpu(vcpu, rest) }
    default: state(parts[...])
    }
  }

  /// The keys that it asks for.
  var keys: [PlaceKey] { (names + wholes).map(\.key) }

  private typealias Parts = ArraySlice<PathParts.Part>

  private mutating func state(_ parts: Parts) {
    names.append((.state, Self.text(parts)))
    for count in (1..<max(parts.count, 1)).reversed() {
      wholes.append((.state, Self.text(parts.prefix(count))))
    }
  }

  private mutating func event(_ number: EventNumber, _ rest: Parts) {
    let slot = rest.first.flatMap { part in
      part.name == "vcpus" ? part.selector.flatMap { Self.lowest($0) } : nil
    }
    let fields = slot == nil ? rest : rest.dropFirst()
    index = slot ?? 0
    let own = (PlaceKey.event(number), Self.text(fields))
    let ofSlot = (PlaceKey.slot(number, index ?? 0), own.1)
    // A field of a slot may lie in an array of the event's, one of the event in its only slot.
    names = slot == nil ? [own, ofSlot] : [ofSlot, own]
    for count in (1..<max(fields.count, 1)).reversed() {
      wholes.append((.event(number), Self.text(fields.prefix(count))))
    }
    if slot != nil { wholes.append((ofSlot.0, "")) }
    wholes += [(.event(number), ""), (.state, "events")]
  }

  private mutating func context(_ vcpu: UInt32, _ rest: Parts) {
    let key = PlaceKey.vcpu(vcpu)
    names = [(key, Self.text(rest))]
    if let last = rest.last, let register = last.selector.flatMap({ UInt32($0) }) {
      index = register
      let array = Self.text(rest.dropLast()) + ".\(last.name)"
      names.append((key, array))
    }
    if let level = rest.first { wholes.append((key, String(level.name))) }
    wholes += [(key, ""), (.state, "contexts")]
  }

  private mutating func vcpu(_ vcpu: UInt32, _ rest: Parts) {
    index = vcpu
    let field = Self.text(rest)
    names = [(.vcpu(vcpu), field), (.state, "vcpus." + field), (.state, "extras." + field)]
    wholes = [(.vcpu(vcpu), ""), (.state, "vcpus")]
  }

  /// The components as a path has them.
  private static func text(_ parts: Parts) -> String {
    parts.map { part in part.name + (part.selector.map { "[\($0)]" } ?? "") }
      .joined(separator: ".")
  }

  /// The lowest of some vCPUs; a path lists them in order.
  private static func lowest(_ ranges: Substring) -> UInt32? {
    UInt32(ranges.prefix { $0.isASCII && $0.isNumber })
  }
}
