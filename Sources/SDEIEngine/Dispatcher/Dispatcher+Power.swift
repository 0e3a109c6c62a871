internal import SDEIModel

/// What PSCI does to a vCPU, as far as SDEI is concerned (DEN0054C 6.5).
public enum PowerTransition: String, CaseIterable, Hashable, Sendable {
  /// `CPU_OFF` or `CPU_FREEZE`: its handlers are completed implicitly (6.5.4).
  case off
  /// `CPU_ON`, or a warm reset: it starts masked, and without handlers.
  case on
  /// `CPU_SUSPEND` to a powerdown state.
  case suspend
  /// `CPU_SUSPEND` to standby or retention: nothing changes, and events can be delivered.
  case standby
  /// Wake-up: masked after a powerdown state, unchanged after standby.
  case wake
}

extension Dispatcher {
  /// A vCPU's power changes.
  ///
  /// Registrations survive. Answers 0, or -1 for a vCPU that does not exist, or
  /// that is off and can only be switched on.
  public mutating func power(_ transition: PowerTransition, on vcpu: UInt32) -> Outcome {
    guard vcpu < vcpuCount else { return Outcome(.value(-1)) }
    if vcpus[Int(vcpu)].power == .off && transition != .on && transition != .off {
      return Outcome(.value(-1))
    }
    var effects: [Effect] = []
    switch transition {
    case .off, .on:
      // Only where handlers run something can go astray, and the state must be had again.
      let before = innermost(vcpu) == nil ? nil : self
      vcpus[Int(vcpu)].power = transition == .off ? .off : .on
      if transition == .on { vcpus[Int(vcpu)].masked = 1 }
      // A warm reset may come while handlers run, too; a PE that was reset runs none.
      if !rules.has(.powerOffKeepsHandlers), let reason = abandon(vcpu, &effects) {
        if let before { self = before }
        return Outcome(.undefined(reason))
      }
      if transition == .on, rules.has(.powerOnClearsPrivate) { clearPrivate(vcpu, &effects) }
      retarget(from: vcpu, &effects)
    case .suspend:
      vcpus[Int(vcpu)].power = .suspended
      retarget(from: vcpu, &effects)
    case .standby: vcpus[Int(vcpu)].power = .standby
    case .wake:
      if vcpus[Int(vcpu)].power != .standby { vcpus[Int(vcpu)].masked = 1 }
      vcpus[Int(vcpu)].power = .on
      retarget(from: vcpu, &effects)
    }
    return Outcome(.value(0), effects)
  }

  /// Completes the handlers of a vCPU that goes away, the innermost first; nothing resumes.
  ///
  /// Tells where the original would have gone astray on the way.
  private mutating func abandon(_ vcpu: UInt32, _ effects: inout [Effect]) -> Undefined? {
    // A shared event marked running by more vCPUs than one leaves its mark; no level runs twice.
    for _ in events.indices where innermost(vcpu) != nil {
      var lost = LiveRegisters()
      let outcome = complete(vcpu, resumeAt: nil, &lost)
      if case .undefined(let reason) = outcome.answer { return reason }
      guard outcome.answer == .resumes else { return nil }
      effects += outcome.effects
    }
    return nil
  }

  /// TF-A zeroes a PE's private entries when it comes up, and does not count them down; its private
  /// interrupts are set up anew, too.
  private mutating func clearPrivate(_ vcpu: UInt32, _ effects: inout [Effect]) {
    for event in events.indices where !events[event].isShared && events[event][vcpu] != Slot() {
      if events[event][vcpu].marks.contains(.registered) {
        moveInterrupt(of: event, on: vcpu, toDispatcher: false, &effects)
      }
      events[event][vcpu] = Slot()
    }
  }
}
