extension RuleCase {
  static let routing: [RuleCase] = []
}
