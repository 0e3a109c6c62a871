internal import SDEIModel

extension StateRule {
  /// Interrupts and the numbers that they are bound to (15 to 19).
  static let bindings: [StateRule] =
    [interruptTwice] + interruptClass + [boundSlots] + unbound
}

extension Event {
  /// Whether an interrupt is bound to the event.
  var isBound: Bool { definition?.origin == .slot && definition?.interrupt != nil }
}
