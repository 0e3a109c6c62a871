extension StateRule {
  /// Event definitions (6 to 14).
  static let definitions: [StateRule] =
    number + eventZero + signalable + typeAndPriority + boundEvents
    + [standardNumber, eventZeroSlot]
}
