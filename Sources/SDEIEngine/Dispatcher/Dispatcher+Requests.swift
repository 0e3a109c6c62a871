internal import SDEIModel

/// Delivery requests: which vCPU is to look for an event, since the engine enters no handler by
/// itself.
extension Dispatcher {
  /// Asks a vCPU to look.
  mutating func request(_ vcpu: UInt32, _ effects: inout [Effect]) {
    if vcpus[Int(vcpu)].isRequested || rules.has(.requestsOnlyForUnmask) { return }
    vcpus[Int(vcpu)].isRequested = true
    effects.append(.requested(vcpu: vcpu))
  }

  /// Asks a vCPU to look when something is due there.
  mutating func requestIfDue(_ vcpu: UInt32, _ effects: inout [Effect]) {
    switch select(vcpu) {
    case .nothing: break
    case .event, .astray: request(vcpu, &effects)
    }
  }

  /// Asks one vCPU on which a waiting event can be entered: the one that caused it, else the
  /// lowest; a shared event that is routed to any PE must be handled by one only (Appendix C).
  mutating func requestDelivery(of event: Int, near vcpu: UInt32, _ effects: inout [Effect]) {
    guard event >= 0 else { return }
    if !events[event].isShared || rules.has(.sharedWaitsPerVCPU) {
      if events[event][vcpu].pending > 0, canRequest(event, vcpu) { request(vcpu, &effects) }
      return
    }
    guard events[event][0].pending > 0, isDeliverable(event) else { return }
    if canEnter(event, vcpu) { return request(vcpu, &effects) }
    guard events[event].routing.mode == .pe else {
      if let other = vcpus.indices.first(where: { canEnter(event, UInt32($0)) }) {
        request(UInt32(other), &effects)
      }
      return
    }
    if let target = self.vcpu(at: events[event].routing.affinity.rawValue), canEnter(event, target)
    {
      request(target, &effects)
    }
  }

  /// Whether a shared event can be entered at all, on whatever vCPU: what is asked before all of
  /// them are looked at.
  private func isDeliverable(_ event: Int) -> Bool {
    let marks = events[event][0].marks
    let isEnabled = marks.isSuperset(of: [.registered, .enabled])
    return (isEnabled || rules.has(.deliversWhileDisabled))
      && (!marks.contains(.running) || rules.has(.deliversSharedConcurrently))
  }

  private func canRequest(_ event: Int, _ vcpu: UInt32) -> Bool {
    guard rules.has(.requestsWhileBusy) else { return canEnter(event, vcpu) }
    return !vcpus[Int(vcpu)].isMasked
      && events[event][events[event].slot(of: vcpu)].marks.contains(.enabled)
  }

  /// Finds other vCPUs for the shared events that one can no longer take.
  mutating func retarget(from vcpu: UInt32, _ effects: inout [Effect]) {
    if rules.has(.sharedWaitsPerVCPU) { return }
    for event in events.indices where events[event].waitingCount > 0 && events[event].isShared {
      requestDelivery(of: event, near: vcpu, &effects)
    }
  }
}
