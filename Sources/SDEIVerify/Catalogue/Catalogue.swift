/// All rules, each with its identifier.
public enum Catalogue {
  /// All rules, ascending by identifier.
  public static let rules: [Rule] = {
    let invariants =
      StateRule.all.map(\.rule) + PairRule.all.map(\.rule) + JournalRule.alone.map(\.rule)
      + Rule.beyondStates
    return (invariants + Rule.replay).sorted { $0.id < $1.id }
  }()

  /// The rule with an identifier, nil for none; letters may be lower case, and `SDEI-` be left out.
  public static func rule(_ id: String) -> Rule? {
    let id = id.uppercased()
    let full = id.hasPrefix("SDEI-") ? id : "SDEI-" + id
    return rules.first { $0.id.uppercased() == full }
  }
}

extension Rule {
  /// The invariants that are no rules of one state: of bytes, and those that are none at all.
  static let beyondStates: [Rule] = decoder + nonRules

  /// What no snapshot can hold.
  static let decoder: [Rule] = []

  /// What looks like an invariant and is none.
  static let nonRules: [Rule] = []
}
