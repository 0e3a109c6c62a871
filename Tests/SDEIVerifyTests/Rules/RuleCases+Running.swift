extension RuleCase {
  static let running: [RuleCase] = []
}
