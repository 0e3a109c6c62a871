extension RuleCase {
  static let definitions: [RuleCase] = []
}
