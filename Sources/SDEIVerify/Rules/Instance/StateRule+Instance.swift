extension StateRule {
  /// What the guest saw of its instance (1 to 5).
  static let instance: [StateRule] =
    version + [fewSlots, relativeModeVersion] + clientLevel + affinities
}
