extension StateRule {
  /// Handler states and registrations (20 to 29).
  static let handlers: [StateRule] =
    [enabledUnregistered, statusBits] + unregisterPending + [leftovers, entryAbsent]
    + entryAddress + relativeEntry + foreign + instances
}
