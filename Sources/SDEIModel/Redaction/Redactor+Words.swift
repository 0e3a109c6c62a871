/// What becomes of each kind of word.
extension Redactor: WordVisitor {
  /// Nothing fails any more.
  package typealias Failure = Never

  /// Takes off what no PSTATE has.
  ///
  /// In SPSR format it has bits 36 to 0 (Arm DDI 0487, SPSR_EL1): an address that got there loses
  /// what is above. An error number stays one.
  static func redacted(pstate value: UInt64) -> UInt64 {
    AddressClass(value) == .error ? value : value & (1 << 37 - 1)
  }

  /// Whether a value has only bits that an MPIDR has: the affinity fields, RES1, U and MT.
  static func isAffinity(_ value: UInt64) -> Bool {
    value & ~(Affinity.fieldMask | 0xC100_0000) == 0
  }

  /// Whether a relative entry point is what it should be: some offset from VBAR below 2 MiB.
  static func isOffset(_ value: UInt64) -> Bool {
    value &+ AddressRegion.largestGap < 2 * AddressRegion.largestGap
  }

  /// Whether all values of a progression stay, because of the place they stand in.
  static func stays(_ kind: WordKind, _ bounds: ClosedRange<UInt64>) -> Bool {
    switch kind {
    case .offset:
      isOffset(bounds.lowerBound) && isOffset(bounds.upperBound)
        && (bounds.lowerBound >> 63 == bounds.upperBound >> 63)
    case .affinity: bounds.upperBound <= 0xFF_FFFF
    default: false
    }
  }

  /// The address that a notifier's name spells, as KVM's do.
  static func address(in name: String) -> UInt64? {
    name.hasPrefix("0x") ? UInt64(name.dropFirst(2), radix: 16) : nil
  }

  /// The pseudonym of an address; a value that is none stays.
  func pseudonym(of value: UInt64) -> UInt64 {
    if let same = kept[value] { return same }
    let addressClass = AddressClass(value)
    guard addressClass.isAddress else {
      return value < small.count && small[Int(value)] ? value &+ smallShift : value
    }
    // What was not looked at is not let through.
    guard let region = regions.region(of: value) else { return filler }
    return value &+ region.shift
  }

  func redacted(affinity value: UInt64) -> UInt64 {
    if Self.isAffinity(value) { return affinities[value] ?? value }
    // Where Aff3 and Aff2 are 0 it may name a PE; what is left of it then is 16 bits.
    return value & 0xFF_00FF_0000 == 0
      ? filler << 40 | value & 0xFFFF : pseudonym(of: value)
  }

  /// What stands in the place of a word.
  package mutating func word(_ value: UInt64, _ kind: WordKind) -> UInt64 {
    switch kind {
    case .address, .register: pseudonym(of: value)
    case .plain: AddressClass(value).isAddress ? pseudonym(of: value) : value
    case .selector:
      value >> 32 == 0 || kept[value] != nil || !AddressClass(value).isAddress
        ? value : filler << 32 | value & 0xFFFF_FFFF
    case .identifier: value
    case .pstate: Self.redacted(pstate: value)
    case .affinity: redacted(affinity: value)
    case .offset: Self.isOffset(value) ? value : pseudonym(of: value)
    case .leftover(let bits): value == 0 ? 0 : filler >> UInt64(64 - bits)
    }
  }

  /// What stands in the place of a column; runs stay runs.
  package mutating func column(_ column: Column, _ kind: WordKind) -> Column {
    if case .leftover(let bits) = kind {
      return Column(filler >> UInt64(64 - bits), at: column.support)
    }
    var builder = ColumnBuilder()
    for run in column.runs {
      switch run.values {
      case .literal(let position):
        for index in run.range.first...run.range.last {
          let value = column.literals[position + Int(index - run.range.first)]
          builder.append(index, word(value, kind))
        }
      case .affine(let base, 0): builder.append(run.range, base: word(base, kind), stride: 0)
      case .affine(let base, let stride) where Self.stays(kind, column.bounds(of: run)):
        builder.append(run.range, base: base, stride: stride)
      case .affine(let base, let stride):
        let progression = Progression(first: base, stride: stride, count: run.range.count)
        append(progression, at: run.range.first, kind, to: &builder)
      }
    }
    return builder.finish()
  }

  private mutating func append(
    _ progression: Progression,
    at first: UInt32,
    _ kind: WordKind,
    to builder: inout ColumnBuilder
  ) {
    let memberKind = kind == .offset ? WordKind.address : kind
    guard progression.isNear, kind != .affinity else {
      return appendMembers(of: progression, at: first, memberKind, to: &builder)
    }
    var index = first
    for (part, addressClass) in progression.parts {
      if addressClass.isAddress {
        appendAddresses(part, at: index, to: &builder)
      } else if addressClass == .small, !small.isEmpty {
        appendMembers(of: part, at: index, memberKind, to: &builder)
      } else {
        builder.append(part.range(at: index), base: part.first, stride: part.stride)
      }
      // Behind the last index there is none, and no part.
      index &+= UInt32(truncatingIfNeeded: part.count)
    }
  }

  private mutating func appendMembers(
    of progression: Progression,
    at first: UInt32,
    _ kind: WordKind,
    to builder: inout ColumnBuilder
  ) {
    for index in 0..<progression.count {
      builder.append(first + UInt32(index), word(progression[index], kind))
    }
  }

  /// Moves a progression within one class, around the members that stay.
  private func appendAddresses(
    _ progression: Progression,
    at first: UInt32,
    to builder: inout ColumnBuilder
  ) {
    let shift = regions.region(of: progression.first)?.shift
    let members = progression.range(in: keptValues).compactMap { position in
      progression.index(of: keptValues[position])
    }.sorted()
    var next: UInt64 = 0
    for member in members + [progression.count] {
      if member > next {
        let range = IndexRange(first + UInt32(next), first + UInt32(member - 1))
        if let shift {
          builder.append(range, base: progression[next] &+ shift, stride: progression.stride)
        } else {
          builder.append(range, base: filler, stride: 0)
        }
      }
      if member < progression.count {
        builder.append(first + UInt32(member), kept[progression[member]] ?? filler)
      }
      next = member + 1
    }
  }

  /// The name of a notifier: a number among the names, or a pseudonym where it spells an address.
  package mutating func name(_ name: String) -> String {
    Self.address(in: name).map { hex(pseudonym(of: $0)) } ?? names[name] ?? "notifier"
  }

  /// Who made a state may name a host or a person: nothing is told of it.
  package mutating func producer(_ text: String) -> String { "" }
}

extension Progression {
  /// The indexes of its members, the first of which is given.
  fileprivate func range(at first: UInt32) -> IndexRange {
    IndexRange(first, first + UInt32(count - 1))
  }
}
