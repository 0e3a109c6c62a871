internal import SDEIModel

extension Dispatcher {
  /// `SDEI_EVENT_COMPLETE`, and with an address `SDEI_EVENT_COMPLETE_AND_RESUME` (DEN0054C 5.1.6,
  /// 5.1.7, 5.2.2).
  mutating func complete(
    _ vcpu: UInt32,
    resumeAt address: UInt64?,
    _ registers: inout LiveRegisters
  ) -> Outcome {
    guard let level = innermost(vcpu), let number = runningEvent(vcpu, level) else {
      return Outcome(.value(ReturnCode.denied.rawValue))
    }
    let event = position(of: number)
    let frame = vcpus[Int(vcpu)][level].frame
    if let reason = finish(event, vcpu, level) { return Outcome(.undefined(reason)) }
    if !rules.has(.completionKeepsFrame) { vcpus[Int(vcpu)][level].frame = .zero }
    registers.frame = frame
    if let address, !rules.has(.resumeIsComplete) {
      registers.elr = frame.pc
      registers.spsr = frame.pstate
      registers.frame.pc = address
      registers.frame.pstate = resumePState(frame.pstate)
    }
    var effects = [Effect.completed(vcpu: vcpu, level: level, event: number)]
    notify(event, vcpu, .completed, &effects)
    requestAfterCompletion(event, vcpu, &effects)
    return Outcome(.resumes, effects)
  }

  /// Ends a handler's state; nothing is changed where the original would have gone astray.
  private mutating func finish(_ event: Int, _ vcpu: UInt32, _ level: Level) -> Undefined? {
    guard event >= 0 else {
      vcpus[Int(vcpu)][level].running = nil
      vcpus[Int(vcpu)][level].stored = nil
      return nil
    }
    if rules.has(.kernelObjects) { return finishObject(event, vcpu, level) }
    if rules.has(.registrationTakesInterrupt), let definition = events[event].definition,
      definition.origin == .slot, definition.interrupt == nil
    {
      return .panicMapping
    }
    let index = events[event].slot(of: vcpu)
    let next = rules.table[events[event][index].state, .complete].next
    vcpus[Int(vcpu)][level].running = nil
    vcpus[Int(vcpu)][level].stored = nil
    clearRunning(event, index)
    var slot = events[event][index]
    if slot.marks.contains(.unregisterPending) {
      slot.marks.remove([.registered, .enabled])
      if !rules.has(.unregisterPendingStays) { slot.marks.remove(.unregisterPending) }
    }
    if next == .unregistered && !rules.has(.unregisterKeepsHandler) { slot.clearHandler() }
    events[event][index] = slot
    uncount(event, vcpu)
    stickPriorityMask(event, vcpu, level)
    return nil
  }

  /// Counts the occurrence that was handled down.
  private mutating func uncount(_ event: Int, _ vcpu: UInt32) {
    let index = pendingSlot(event, vcpu)
    guard rules.has(.countsOccurrences), events[event][index].pending > 0 else { return }
    events[event][index].pending -= 1
    if rules.has(.refcountKept) { events[event].count &-= 1 }
  }

  /// TF-A: a critical explicit handler that completes inside a normal explicit one leaves the
  /// priority mask behind, until that one completes, too.
  private mutating func stickPriorityMask(_ event: Int, _ vcpu: UInt32, _ level: Level) {
    guard rules.has(.priorityMaskSticks) else { return }
    if level == .normal { return vcpus[Int(vcpu)].isPriorityMaskStuck = false }
    let outer = vcpus[Int(vcpu)].normal.running.map { position(of: $0) } ?? -1
    if outer >= 0, events[outer].definition?.origin == .firmware,
      events[event].definition?.origin == .firmware
    {
      vcpus[Int(vcpu)].isPriorityMaskStuck = true
    }
  }

  /// Takes the running mark away, unless a shared event runs on another vCPU as well.
  mutating func clearRunning(_ event: Int, _ index: UInt32) {
    if events[event].furtherRunners > 0 {
      events[event].furtherRunners -= 1
    } else {
      events[event][index].marks.remove(.running)
    }
  }

  /// PSTATE of the resume context: EL_C with its own stack pointer, DAIF set, AArch64.
  private func resumePState(_ interrupted: UInt64) -> UInt64 {
    var kept = rules.has(.resumePStateIsFresh) ? 0 : interrupted & ~PStateBits.replaced
    if interrupted & PStateBits.aarch32 != 0, !rules.has(.entryKeepsPState) {
      kept &= PStateBits.sharedWithAArch32 | PStateBits.illegalAndStep
    }
    return kept | PStateBits.masked | PStateBits.handlerMode(instance.clientEL)
  }

  private mutating func requestAfterCompletion(
    _ event: Int,
    _ vcpu: UInt32,
    _ effects: inout [Effect]
  ) {
    if rules.has(.noRequestOnCompletion) { return }
    if rules.has(.requestsWhateverWaitsOnCompletion) {
      let state = vcpus[Int(vcpu)]
      let waits =
        hasQueuedObjects
        ? !state.criticalQueue.isEmpty || !state.normalQueue.isEmpty
        : events.indices.contains { events[$0][pendingSlot($0, vcpu)].pending > 0 }
      if waits { request(vcpu, &effects) }
      return
    }
    requestIfDue(vcpu, &effects)
    // This vCPU may be asked already and yet be masked: whether it can take the event decides.
    if event >= 0, events[event].isShared { requestDelivery(of: event, near: vcpu, &effects) }
  }

  /// Tells an event's notifier, where it has one.
  func notify(
    _ event: Int,
    _ vcpu: UInt32,
    _ notification: Effect.Notification,
    _ effects: inout [Effect]
  ) {
    guard event >= 0 else { return }
    let pointer = events[event].extras[.notifier]
    guard let notifier = events[event].definition?.notifier ?? pointer.map(hex) else { return }
    effects.append(
      .notified(notifier: notifier, vcpu: vcpu, event: events[event].number, notification)
    )
  }
}

/// The bits of PSTATE, in SPSR format, that entering a handler or resuming touches
/// (Arm DDI 0487, SPSR_EL1; DEN0054C 5.2.1, 5.2.2).
enum PStateBits {
  /// D, A, I and F: all exceptions masked.
  static let masked: UInt64 = 0x3C0
  /// DAIF, nRW and M[3:0]: what DEN0054C names.
  static let replaced: UInt64 = 0x3DF
  /// IL (20) and SS (21), which taking an exception clears.
  static let illegalAndStep: UInt64 = 1 << 20 | 1 << 21
  /// BTYPE (11:10) and UAO (23), which taking an exception clears where a core has them.
  static let features: UInt64 = 0b11 << 10 | 1 << 23

  /// nRW: the interrupted context runs AArch32.
  static let aarch32: UInt64 = 1 << 4
  /// NZCV, DIT (24) and PAN (22), which mean the same in both execution states; the others of
  /// AArch32 (Q, IT, GE, E, T) are no bits of AArch64's PSTATE, or are other ones there.
  static let sharedWithAArch32: UInt64 = 0xF140_0000

  /// M[3:0] of a client's exception level with its own stack pointer: EL1h or EL2h.
  static func handlerMode(_ clientEL: UInt8) -> UInt64 { clientEL == 2 ? 0x9 : 0x5 }
}
