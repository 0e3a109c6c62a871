extension StateRule {
  /// What runs, and what it interrupted (34 to 44, 51).
  static let running: [StateRule] = []
}
