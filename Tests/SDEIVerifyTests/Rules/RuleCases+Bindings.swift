extension RuleCase {
  static let bindings: [RuleCase] = []
}
