extension StateRule {
  /// Masks, and what waits (46 to 52).
  static let pending: [StateRule] = []
}
