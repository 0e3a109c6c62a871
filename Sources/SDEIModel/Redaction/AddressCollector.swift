/// Collects the addresses of a state or a journal, and the numbers that are none.
package struct AddressCollector: WordVisitor {
  /// What is too much to look at.
  package typealias Failure = RedactionError

  /// How many members of far-flung progressions may be unfolded.
  static let unfoldedLimit = 1 << 17

  /// Values above 64 KiB that are taken for addresses, in any order, some more than once.
  var addresses: [UInt64] = []
  /// The same for values that stand where only an address can.
  var certain: [UInt64] = []
  /// Progressions of addresses, each in one class.
  var progressions: [Progression] = []
  /// The values below 64 KiB that stand where only an address can.
  var small = SmallSet()
  /// How many members of progressions are below 64 KiB and may be numbers.
  var smallMembers: UInt64 = 0
  /// What stays wherever it stands, and as what.
  var kept: [UInt64: UInt64]
  /// Affinities that guests gave and that are none.
  var wildAffinities: Set<UInt64> = []
  var names: Set<String> = []
  var summary = RedactionSummary()
  private var unfolded = 0

  init() {
    let functions = FunctionID.allCases.map { (UInt64($0.rawValue), UInt64($0.rawValue)) }
    kept = Dictionary(uniqueKeysWithValues: functions)
  }

  package mutating func word(_ value: UInt64, _ kind: WordKind) -> UInt64 {
    switch kind {
    case .address: take(value, isCertain: true)
    case .register, .plain: take(value, isCertain: false)
    case .selector: break
    case .identifier: if value != 0 { kept[value] = value }
    case .pstate:
      // A handler gets it in X3. No word that was something may become 0, which is nothing.
      let pstate = Redactor.redacted(pstate: value)
      if pstate != 0, kept[value] == nil { kept[value] = pstate }
    case .affinity:
      if !Redactor.isAffinity(value) {
        wildAffinities.insert(value)
        take(value, isCertain: false)
      }
    case .offset:
      if Redactor.isOffset(value) {
        if value != 0 { kept[value] = value }
      } else {
        take(value, isCertain: true)
      }
    case .leftover: if value != 0 { summary.leftovers += 1 }
    }
    return value
  }

  /// Notes a value that is an address for certain, or unless it is a small number.
  private mutating func take(_ value: UInt64, isCertain: Bool) {
    let addressClass = AddressClass(value)
    switch (addressClass.isAddress, isCertain) {
    case (true, true): certain.append(value)
    case (true, false): addresses.append(value)
    case (false, true):
      if addressClass == .small, value != 0 { small.insert(value...value) }
    case (false, false): break
    }
  }

  package mutating func column(_ column: Column, _ kind: WordKind) throws(RedactionError) -> Column
  {
    if case .leftover = kind {
      summary.leftovers += column.isEmpty ? 0 : 1
      return column
    }
    for run in column.runs {
      switch run.values {
      case .literal(let position):
        for index in position..<position + Int(run.range.count) {
          _ = word(column.literals[index], kind)
        }
      case .affine(let base, 0): _ = word(base, kind)
      case .affine(let base, let stride):
        if Redactor.stays(kind, column.bounds(of: run)) { continue }
        try take(Progression(first: base, stride: stride, count: run.range.count), kind)
      }
    }
    return column
  }

  private mutating func take(
    _ progression: Progression,
    _ kind: WordKind
  ) throws(RedactionError) {
    let isCertain = kind == .address || kind == .offset
    guard progression.isNear, kind != .affinity else {
      guard progression.count <= UInt64(Self.unfoldedLimit - unfolded) else {
        throw .scattered(limit: Self.unfoldedLimit)
      }
      unfolded += Int(progression.count)
      for index in 0..<progression.count {
        _ = word(progression[index], kind == .offset ? .address : kind)
      }
      return
    }
    for (part, addressClass) in progression.parts {
      if addressClass.isAddress {
        progressions.append(part)
      } else if addressClass == .small, isCertain {
        small.insert(part.lowest...part.highest)
      } else if addressClass == .small {
        smallMembers += part.count
      }
    }
  }

  package mutating func name(_ name: String) -> String {
    if let address = Redactor.address(in: name) {
      take(address, isCertain: true)
    } else {
      names.insert(name)
    }
    return name
  }

  package mutating func producer(_ text: String) -> String {
    if !text.isEmpty { summary.producers += 1 }
    return text
  }
}

/// A set of values below 64 KiB, into which ranges go at the cost of one value.
struct SmallSet {
  /// How many ranges begin at a value, less those that ended before it.
  private var changes: [Int] = []

  var isEmpty: Bool { changes.isEmpty }

  mutating func insert(_ range: ClosedRange<UInt64>) {
    if changes.isEmpty { changes = Array(repeating: 0, count: 0x1_0001) }
    changes[Int(range.lowerBound)] += 1
    changes[Int(range.upperBound) + 1] -= 1
  }

  /// Whether each value is in the set; empty where none is.
  var members: [Bool] {
    var depth = 0
    return changes.dropLast(isEmpty ? 0 : 1).map { change in
      depth += change
      return depth > 0
    }
  }
}
