extension StateRule {
  /// PSTATE and PC of what was interrupted (53 to 59).
  static let contexts: [StateRule] = []
}
