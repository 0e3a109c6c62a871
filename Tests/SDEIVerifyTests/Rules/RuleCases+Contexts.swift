extension RuleCase {
  static let contexts: [RuleCase] = []
}
