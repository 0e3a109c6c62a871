extension StateRule {
  /// Where shared events go (30 to 33).
  static let routing: [StateRule] =
    [routingMode] + routingTarget + unusedRouting + [targetOff]
}
