extension RuleCase {
  static let instance: [RuleCase] = []
}
