extension StateRule {
  /// Masks, and what waits (46 to 52).
  static let pending: [StateRule] = [
    maskNotBoolean, offUnmasked, pendingOnForeigner, pendingUndefined, signalsCounted,
    pendingUnregistered, dueUndelivered, dueElsewhere,
  ]
}
