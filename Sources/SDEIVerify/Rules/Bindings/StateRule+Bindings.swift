extension StateRule {
  /// Interrupts and the numbers that they are bound to (15 to 19).
  static let bindings: [StateRule] =
    [interruptTwice] + interruptClass + [boundSlots] + unbound
}
