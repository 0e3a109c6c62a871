internal import SDEIModel

extension Dispatcher {
  /// Delivers the event that is due on a vCPU, if there is one and a delivery was requested.
  ///
  /// The request is consumed, unless the outcome is undefined. `force` looks without one. `registers` are those of the vCPU, which
  /// is about to go on; they become those of the handler's first instruction (DEN0054C 5.2.1).
  /// Answers 1 when a handler was entered, 0 when not.
  public mutating func deliver(
    _ vcpu: UInt32,
    force: Bool = false,
    registers: inout LiveRegisters
  ) -> Outcome {
    guard vcpu < vcpuCount, vcpus[Int(vcpu)].isRequested || force else { return Outcome(.value(0)) }
    switch select(vcpu) {
    case .nothing:
      vcpus[Int(vcpu)].isRequested = false
      return Outcome(.value(0))
    case .astray(let reason): return Outcome(.undefined(reason))
    case .event(let event):
      if let pointer = events[event].extras[.notifier], !ownPointers.contains(pointer) {
        return Outcome(.undefined(.wildPointer))
      }
      vcpus[Int(vcpu)].isRequested = false
      var effects: [Effect] = []
      enter(event, vcpu, &registers, &effects)
      return Outcome(.value(1), effects)
    }
  }

  /// Whether a vCPU is asked to look for an event to deliver.
  public func isDeliveryRequested(_ vcpu: UInt32) -> Bool {
    vcpu < vcpuCount && vcpus[Int(vcpu)].isRequested
  }

  /// Delivers everything that is due, on all vCPUs ascending, requested or not.
  ///
  /// `registers` has one element for each vCPU; missing ones are taken as 0 and dropped. Stops at
  /// the first outcome that is undefined.
  public mutating func settle(registers: inout [LiveRegisters]) -> Outcome {
    var effects: [Effect] = []
    // Critical events come first, and nothing that waits then can preempt what was entered.
    for vcpu in 0..<vcpuCount {
      var none = LiveRegisters()
      let outcome =
        Int(vcpu) < registers.count
        ? deliver(vcpu, force: true, registers: &registers[Int(vcpu)])
        : deliver(vcpu, force: true, registers: &none)
      effects += outcome.effects
      if case .undefined = outcome.answer { return Outcome(outcome.answer, effects) }
    }
    return Outcome(.value(effects.contains { $0.isEntry } ? 1 : 0), effects)
  }

  enum Selection {
    case nothing
    case event(Int)
    case astray(Undefined)
  }

  /// The event to deliver on a vCPU: critical ones first, then the lowest number; or as the
  /// dialect queues them.
  func select(_ vcpu: UInt32) -> Selection {
    if rules.has(.firstInFirstOut) { return selectQueued(vcpu) }
    if rules.has(.searchStopsAtDisabled) { return selectLowest(vcpu) }
    for level in [Level.critical, .normal] where isFree(level, vcpu) {
      for event in events.indices
      where events[event].waitingCount > 0 && events[event].level == level {
        if isDue(event, vcpu) { return .event(event) }
        if events[event][pendingSlot(event, vcpu)].pending > 0, asserts(event, vcpu) {
          return .astray(.assertPending)
        }
      }
    }
    return .nothing
  }

  private func selectQueued(_ vcpu: UInt32) -> Selection {
    for level in [Level.critical, .normal] where isFree(level, vcpu) {
      for queued in vcpus[Int(vcpu)][queue: level] {
        let event = position(of: queued.number)
        // KVM delivers whatever has an object, also where a SET command said that none waits.
        if event >= 0, rules.has(.kernelObjects) ? canEnter(event, vcpu) : isDue(event, vcpu) {
          return .event(event)
        }
      }
      if rules.has(.sharedWaitsPerVCPU) { continue }
      // A shared event is queued where it came; it may be delivered elsewhere.
      let shared = events.indices.first {
        events[$0].isShared && events[$0].level == level && isDue($0, vcpu)
      }
      if let shared { return .event(shared) }
    }
    return .nothing
  }

  /// KVM v7 looks at the lowest pending event of a priority only, again and again.
  private func selectLowest(_ vcpu: UInt32) -> Selection {
    let state = vcpus[Int(vcpu)]
    if state.isMasked && !rules.has(.deliversWhileMasked) { return .nothing }
    if state.power == .off || state.power == .suspended { return .nothing }
    for level in [Level.critical, .normal] where isFree(level, vcpu) {
      let lowest = events.indices.first {
        events[$0].level == level && events[$0][pendingSlot($0, vcpu)].pending > 0
      }
      guard let lowest else { continue }
      let marks = events[lowest][events[lowest].slot(of: vcpu)].marks
      if !marks.contains(.enabled) { return .astray(.endlessLoop) }
      if !marks.contains(.running) && isTarget(lowest, vcpu) { return .event(lowest) }
    }
    return .nothing
  }

  /// Whether a level has no handler in its way (DEN0054C 4.3.2, 6.2).
  private func isFree(_ level: Level, _ vcpu: UInt32) -> Bool {
    guard let innermost = innermost(vcpu) else { return true }
    return level == .critical && innermost == .normal && !rules.has(.oneLevel)
  }

  /// Whether an event waits for a vCPU and can be entered there.
  private func isDue(_ event: Int, _ vcpu: UInt32) -> Bool {
    events[event][pendingSlot(event, vcpu)].pending > 0 && canEnter(event, vcpu)
  }

  /// Whether every condition but the trigger holds (DEN0054C 6.2, Appendix C).
  func canEnter(_ event: Int, _ vcpu: UInt32) -> Bool {
    guard event >= 0 else { return false }
    let state = vcpus[Int(vcpu)]
    let slot = events[event][events[event].slot(of: vcpu)]
    if state.isMasked && !rules.has(.deliversWhileMasked) {
      guard rules.has(.maskDeferredInHandler), innermost(vcpu) != nil else { return false }
    }
    if state.power == .off || state.power == .suspended { return false }
    if !rules.has(.deliversWhileDisabled) || !rules.has(.kernelObjects) {
      // KVM looks at neither, and jumps to 0 where nothing is registered.
      guard slot.marks.contains(.registered), !slot.marks.contains(.unregisterPending) else {
        return false
      }
    }
    if !rules.has(.deliversWhileDisabled) && !slot.marks.contains(.enabled) { return false }
    if slot.marks.contains(.running), !rules.has(.deliversSharedConcurrently) { return false }
    return isFree(events[event].level, vcpu) && isTarget(event, vcpu)
  }

  /// Whether routing allows a vCPU; what KVM stores of routing has no effect.
  private func isTarget(_ event: Int, _ vcpu: UInt32) -> Bool {
    let routing = events[event].routing
    guard events[event].isShared, routing.mode == .pe, !rules.has(.sharedWaitsPerVCPU) else {
      return true
    }
    return vcpus[Int(vcpu)].affinity?.rawValue == routing.affinity.rawValue & Affinity.fieldMask
  }

  /// Enters a handler: saves the interrupted registers and sets those of the handler
  /// (DEN0054C 5.2.1, Table 5).
  mutating func enter(
    _ event: Int,
    _ vcpu: UInt32,
    _ registers: inout LiveRegisters,
    _ effects: inout [Effect]
  ) {
    let (number, level) = (events[event].number, events[event].level)
    let interrupted = registers.frame
    vcpus[Int(vcpu)][level] = VCPUState.LevelState(
      running: number,
      stored: number,
      frame: interrupted
    )
    let index = events[event].slot(of: vcpu)
    markRunning(event, index)
    consumeOccurrence(event, pendingSlot(event, vcpu))
    let slot = events[event][index]
    var frame = interrupted
    if rules.has(.entryClearsRegisters) { frame.x = .init(repeating: 0) }
    frame.x[0] = number.rawValue
    frame.x[1] = slot.argument
    frame.x[2] = interrupted.pc
    frame.x[3] = interrupted.pstate
    frame.pc = slot.marks.contains(.relative) ? registers.vbar &+ slot.entry : slot.entry
    frame.pstate = entryPState(interrupted.pstate)
    registers.frame = frame
    if rules.has(.entryWritesSPSR) { registers.spsr = interrupted.pstate }
    effects.append(
      .entered(HandlerEntry(vcpu: vcpu, event: number, level: level, frame: frame))
    )
    notify(event, vcpu, .delivered, &effects)
    retarget(from: vcpu, &effects)
  }

  mutating func markRunning(_ event: Int, _ index: UInt32) {
    if events[event][index].marks.contains(.running) {
      events[event].furtherRunners += 1
    } else {
      events[event][index].marks.insert(.running)
    }
  }

  /// What was pending is being handled; a level source is pending until its client clears it.
  private mutating func consumeOccurrence(_ event: Int, _ index: UInt32) {
    if rules.has(.countsOccurrences) || events[event].isLevelTriggered { return }
    if events[event][index].pending != 0 { events[event][index].pending = 0 }
  }

  /// PSTATE at a handler's first instruction: EL_C with its own stack pointer, DAIF set, AArch64,
  /// and the rest as taking an exception leaves it on a core without optional features.
  private func entryPState(_ interrupted: UInt64) -> UInt64 {
    var lost = PStateBits.replaced
    if !rules.has(.entryKeepsPState) {
      lost |= PStateBits.illegalAndStep
      if !rules.has(.entryKeepsFeatureBits) { lost |= PStateBits.features }
      if interrupted & PStateBits.aarch32 != 0 { lost |= ~PStateBits.sharedWithAArch32 }
    }
    return interrupted & ~lost | PStateBits.masked | PStateBits.handlerMode(instance.clientEL)
  }
}

extension Effect {
  fileprivate var isEntry: Bool {
    if case .entered = self { true } else { false }
  }
}
