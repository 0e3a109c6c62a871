/// All rules, each with its identifier.
public enum Catalogue {
  /// All rules, ascending by identifier.
  public static let rules: [Rule] = {
    let groups = [
      StateRule.all.map(\.rule), Rule.beyondStates,
      // What two states or a journal tell.
      PairRule.all.map(\.rule), JournalRule.alone.map(\.rule), Rule.replay,
      // What is told while a state is read, or written in another form.
      Rule.refusedBytes, Rule.noticed, Rule.refusedForms, Rule.losses,
      // What a destination does with a state.
      Rule.refusals, Rule.hazards, Rule.ownLimits, Rule.comparisons,
      Rule.patches,
    ]
    return groups.joined().sorted { $0.id < $1.id }
  }()

  /// The rule with an identifier, nil for none; letters may be lower case, and `SDEI-` be left out.
  public static func rule(_ id: String) -> Rule? {
    let id = id.uppercased()
    let full = id.hasPrefix("SDEI-") ? id : "SDEI-" + id
    return rules.first { $0.id.uppercased() == full }
  }

  /// The rule with an identifier, and where it is a number with cases (`V001`: `SDEI-V001a`, …) all
  /// of them; none for an unknown one.
  public static func rules(named id: String) -> [Rule] {
    let id = id.uppercased()
    let full = id.hasPrefix("SDEI-") ? id : "SDEI-" + id
    return rules.filter { rule in
      rule.id.uppercased() == full
        || (rule.id.last?.isLetter == true && rule.id.dropLast().uppercased() == full)
    }
  }

  /// The identifiers that look most like an unknown one, the most alike first.
  public static func nearest(to id: String, count: Int = 3) -> [String] {
    let id = id.uppercased()
    let full = Array((id.hasPrefix("SDEI-") ? id : "SDEI-" + id).utf8.prefix(16))
    let distances = rules.map { rule in
      (id: rule.id, distance: editDistance(full, Array(rule.id.uppercased().utf8)))
    }
    // Ascending by identifier among those that are equally near.
    let least = distances.sorted { ($0.distance, $0.id) < ($1.distance, $1.id) }
    return least.prefix(count).map(\.id)
  }

  /// How many characters must be put in, taken out or replaced (Levenshtein).
  private static func editDistance(_ first: [UInt8], _ second: [UInt8]) -> Int {
    var row = Array(0...second.count)
    for (i, a) in first.enumerated() {
      var diagonal = row[0]
      row[0] = i + 1
      for (j, b) in second.enumerated() {
        let replaced = diagonal + (a == b ? 0 : 1)
        diagonal = row[j + 1]
        row[j + 1] = min(replaced, diagonal + 1, row[j] + 1)
      }
    }
    return row[second.count]
  }
}

extension Rule {
  /// The invariants that are no rules of one state: of bytes, and those that are none at all.
  static let beyondStates: [Rule] = decoder + nonRules + policy

  /// What no snapshot can hold.
  static let decoder: [Rule] =
    [
      slotCountWidth, relativeModeValue, dispatcherLevel, physicalDispatcher, numberTwice,
      twoInterrupts, undefinedBinding, flagBits,
    ] + decoderRunning

  /// What looks like an invariant and is none.
  static let nonRules: [Rule] = [relativeTarget] + nonRulesRunning
}
