/// The four bits that tell a handler's state, as stored; what runs is told by marks or contexts.
package struct HandlerBits: Hashable, Sendable {
  package var isRegistered: Bool
  package var isEnabled: Bool
  package var isRunning: Bool
  package var isUnregisterPending: Bool

  package init(
    isRegistered: Bool,
    isEnabled: Bool,
    isRunning: Bool,
    isUnregisterPending: Bool
  ) {
    self.isRegistered = isRegistered
    self.isEnabled = isEnabled
    self.isRunning = isRunning
    self.isUnregisterPending = isUnregisterPending
  }

  /// Whether no bit is set.
  package var isEmpty: Bool {
    !isRegistered && !isEnabled && !isRunning && !isUnregisterPending
  }
}

extension DialectID {
  /// What the four bits of a slot mean, in words.
  ///
  /// An unregistration waits for completion as (0,0,1) in the specification; KVM v5 keeps the other
  /// bits and sets one more, and in v4 none waits. An event of which nothing is known may be a shared
  /// one, which is registered in slot 0 whichever vCPU runs it.
  package func words(for bits: HandlerBits, isKnown: Bool) -> String {
    let keepsRegistered = keepsRegisteredWhilePending
    if bits.isRunning, keepsRegistered ? bits.isUnregisterPending : !bits.isRegistered {
      if !isKnown { return "running, not registered here (or shared)" }
      return self == .kvmV4 ? "running, not registered" : "unregister-pending, running"
    }
    let base =
      switch (bits.isRegistered, bits.isEnabled) {
      case (true, true): "enabled"
      case (true, false): "registered"
      case (false, true): "enabled but not registered"
      case (false, false): bits.isRunning ? "not registered" : "unregistered"
      }
    return base + (bits.isRunning ? ", running" : "")
      + (bits.isUnregisterPending ? ", stale unregister-pending" : "")
  }
}
