extension RuleCase {
  static let pending: [RuleCase] = []
}
