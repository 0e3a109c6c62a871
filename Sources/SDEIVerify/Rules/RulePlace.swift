internal import SDEIModel

/// Where a state or a step that rules look at stands: what the paths of findings begin with.
struct RulePlace: Sendable {
  /// `steps[12].checkpoint`; empty for a state of its own.
  var prefix = ""
  /// Where it begins in the bytes it was read from, nil where there are none.
  var offset: Int?
  /// The gravest severity that a finding can have here.
  var worst = Severity.error

  /// A state of its own.
  static let state = RulePlace()

  /// A place within this one.
  func path(_ path: String) -> String {
    if prefix.isEmpty || path.isEmpty { return prefix + path }
    return prefix + "." + path
  }

  /// A part of this place.
  func part(_ name: String) -> RulePlace {
    RulePlace(prefix: path(name), offset: offset, worst: worst)
  }
}
