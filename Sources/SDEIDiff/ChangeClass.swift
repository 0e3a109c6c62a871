internal import SDEIModel

/// What a change means for a guest and its migration, the gravest last.
public enum ChangeClass: String, CaseIterable, Hashable, Comparable, Sendable {
  /// Other bits that mean the same.
  case representation = "representation-only"
  /// Something that no guest can see.
  case hostOnly = "host-only"
  /// The guest sees, or will see, something else.
  case guestVisible = "guest-visible"
  /// A destination that has one of the two can not go on with the other.
  case breaksMigration = "breaks-migration"

  /// The class in words.
  public var words: String {
    switch self {
    case .representation: "representation only"
    case .breaksMigration: "breaks migration"
    case .hostOnly, .guestVisible: rawValue
    }
  }

  /// The class in words, said of a number of differences.
  public func words(for count: Int) -> String {
    self == .breaksMigration && count != 1 ? "break migration" : words
  }

  /// Orders by gravity.
  public static func < (lhs: Self, rhs: Self) -> Bool {
    (allCases.firstIndex(of: lhs) ?? 0) < (allCases.firstIndex(of: rhs) ?? 0)
  }
}

/// What is known of a change beside its place, and decides its class in some rows of the table.
enum ChangeFact: Hashable {
  /// In the specification's terms both states say the same here.
  case sameMeaning
  /// One of the two states does not tell.
  case untold
  /// The destination would offer less than before.
  case lowered
  /// It concerns a bind slot.
  case bindSlot
  /// It concerns an event that has no handler and of which nothing waits.
  case unused
}

/// A row of the table that classes changes.
struct ClassRule {
  /// The fields it is for, by their names without event numbers, vCPUs and levels.
  var fields: Set<String>
  /// What must be known of the change for the row to hold, nil for nothing.
  var fact: ChangeFact?
  var changeClass: ChangeClass
  var reason: String

  /// The class of a change: the first row that holds for it.
  static func verdict(
    _ field: String,
    _ facts: Set<ChangeFact>
  ) -> (changeClass: ChangeClass, reason: String) {
    let rule = table.first { rule in
      rule.fields.contains(field) && rule.fact.map(facts.contains) ?? true
    }
    guard let rule else { return (.guestVisible, "it is part of the state") }
    return (rule.changeClass, rule.reason)
  }
}

extension Place {
  /// The name of the field in the table of classes.
  var classField: String {
    switch self {
    case .instance(let field): "instance.\(field.rawValue)"
    case .vcpuCount: "vcpus.count"
    case .vcpu(let field): "vcpus.\(field.rawValue)"
    case .event: "event"
    case .eventField(_, let field): "event.\(field.rawValue)"
    case .slot(_, let field): "slot.\(field.rawValue)"
    case .context: "context"
    case .extra(let field), .vcpuExtra(let field), .eventExtra(_, let field),
      .slotExtra(_, let field):
      "extras.\(field.name)"
    }
  }
}
