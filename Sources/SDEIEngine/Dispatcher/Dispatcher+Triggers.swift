public import SDEIModel

/// What happens outside the guest: sources fire, a host injects, firmware dispatches.
extension Dispatcher {
  /// An event's source fires on a vCPU, or, for a level source, is asserted until `clear`.
  ///
  /// The event is pended; a vCPU that can take it is asked to look. Answers 1 when it waits now, 0
  /// when the trigger was dropped: nobody has registered the event, or there is no such event.
  public mutating func fire(_ number: EventNumber, on vcpu: UInt32) -> Outcome {
    let event = position(of: number)
    guard event >= 0, vcpu < vcpuCount else { return Outcome(.value(0)) }
    var effects: [Effect] = []
    guard pend(event, vcpu, &effects) else { return Outcome(.value(0)) }
    requestAfterPending(event, vcpu, &effects)
    return Outcome(.value(1), effects)
  }

  /// A level source is cleared by the client's driver.
  public mutating func clear(_ number: EventNumber, on vcpu: UInt32) -> Outcome {
    let event = position(of: number)
    guard event >= 0, vcpu < vcpuCount else { return Outcome(.value(0)) }
    let index = pendingSlot(event, vcpu)
    if events[event].isLevelTriggered { events[event][index].pending = 0 }
    return Outcome(.value(0))
  }

  /// `SDEI_EVENT_SIGNAL` (DEN0054C 5.1.16).
  mutating func signal(_ request: Request) -> Outcome {
    guard let target = request.target else {
      return Outcome(.value(ReturnCode.invalidParameters.rawValue))
    }
    var effects: [Effect] = []
    let wasPending = events[request.event][pendingSlot(request.event, target)].pending > 0
    if pend(request.event, target, &effects), !wasPending || !rules.has(.signalOfPendingIsSilent) {
      requestAfterPending(request.event, target, &effects)
    }
    return Outcome(.value(0), effects)
  }

  /// A host pends an event on a vCPU, as an Async PF implementation does.
  ///
  /// `immediately` refuses what would have to wait. Answers 0 or a negative errno.
  public mutating func inject(
    _ number: EventNumber,
    on vcpu: UInt32,
    immediately: Bool = false
  ) -> Outcome {
    host(.inject, number, on: vcpu, flag: immediately) { dispatcher, request, effects in
      if dispatcher.pend(request.event, vcpu, &effects) {
        dispatcher.requestAfterPending(request.event, vcpu, &effects)
      }
    }
  }

  /// A host takes back an occurrence that waits on a vCPU; answers 0 or a negative errno.
  public mutating func cancel(_ number: EventNumber, on vcpu: UInt32) -> Outcome {
    host(.cancel, number, on: vcpu, flag: false) { dispatcher, request, _ in
      dispatcher.takeBack(request.event, vcpu)
    }
  }

  /// Says who wants to hear of an event's deliveries and completions; nil for nobody.
  ///
  /// KVM v4 and v5 keep a kernel pointer: there the identity is its value, `0x...`. Answers 0 or a
  /// negative errno.
  public mutating func setNotifier(_ notifier: String?, of number: EventNumber) -> Outcome {
    if !rules.isSupported(number) { return Outcome(.value(Errno.invalid.result)) }
    let event = position(of: number)
    guard event >= 0 else { return Outcome(.value(Errno.noEntry.result)) }
    if rules.has(.kernelObjects) {
      let pointer =
        notifier.map { $0.hasPrefix("0x") ? UInt64($0.dropFirst(2), radix: 16) : nil } ?? 0
      guard let pointer else { return Outcome(.value(Errno.invalid.result)) }
      events[event].extras[.notifier] = pointer == 0 ? nil : pointer
      ownPointers.insert(pointer)
    } else {
      events[event].definition?.notifier = notifier
    }
    return Outcome(.value(0))
  }

  /// Firmware enters an event's handler at once; answers 0, or -1 where it can not be entered.
  public mutating func dispatch(
    _ number: EventNumber,
    on vcpu: UInt32,
    registers: inout LiveRegisters
  ) -> Outcome {
    var live = registers
    if vcpu < vcpuCount, vcpus[Int(vcpu)].isPriorityMaskStuck {
      let event = position(of: number)
      if event >= 0, events[event].isCritical, canEnter(event, vcpu) {
        return Outcome(.undefined(.panicPriority))
      }
    }
    let outcome = host(.dispatch, number, on: vcpu, flag: false) { dispatcher, request, effects in
      dispatcher.count(request.event, dispatcher.pendingSlot(request.event, vcpu))
      dispatcher.enter(request.event, vcpu, &live, &effects)
    }
    registers = live
    return outcome
  }

  /// An event's interrupt is taken by a vCPU: its handler is entered, or the event waits.
  ///
  /// Answers 1 when it was entered, 0 when not.
  public mutating func arrive(
    _ number: EventNumber,
    on vcpu: UInt32,
    registers: inout LiveRegisters
  ) -> Outcome {
    let event = position(of: number)
    guard event >= 0, vcpu < vcpuCount else { return Outcome(.value(0)) }
    var effects: [Effect] = []
    if canEnter(event, vcpu) {
      count(event, pendingSlot(event, vcpu))
      enter(event, vcpu, &registers, &effects)
      return Outcome(.value(1), effects)
    }
    if asserts(event, vcpu) { return Outcome(.undefined(.assertPending)) }
    if rules.has(.requestsOnlyForUnmask) { keepForUnmask(event, vcpu) }
    if pend(event, vcpu, &effects) { retarget(from: vcpu, &effects) }
    return Outcome(.value(0), effects)
  }

  /// TF-A puts the interrupt of an event that is registered and can not be entered back to
  /// pending, and can not do that with event 0's.
  func asserts(_ event: Int, _ vcpu: UInt32) -> Bool {
    guard rules.has(.eventZeroAsserts), events[event].number == .softwareSignalled else {
      return false
    }
    let marks = events[event][events[event].slot(of: vcpu)].marks
    return !vcpus[Int(vcpu)].isMasked && marks.contains(.registered) && !marks.contains(.enabled)
  }

  /// TF-A disables an interrupt that a masked PE must keep, and enables it again at UNMASK.
  private mutating func keepForUnmask(_ event: Int, _ vcpu: UInt32) {
    if vcpus[Int(vcpu)].isMasked && (!events[event].isShared || events[event].routing.mode == .pe) {
      vcpus[Int(vcpu)].isRequested = true
    }
  }

  private mutating func host(
    _ operation: Operation,
    _ number: EventNumber,
    on vcpu: UInt32,
    flag: Bool,
    _ body: (inout Dispatcher, Request, inout [Effect]) -> Void
  ) -> Outcome {
    guard vcpu < vcpuCount else {
      return Outcome(.value(operation == .dispatch ? -1 : Errno.noEntry.result))
    }
    let call = Call(function: 0, number.rawValue, flag ? 1 : 0)
    let request = request(operation, call, on: vcpu)
    if let answer = refusal(request) { return Outcome(answer) }
    guard request.event >= 0 else { return Outcome(.value(Errno.noEntry.result)) }
    var effects: [Effect] = []
    body(&self, request, &effects)
    return Outcome(.value(0), effects)
  }

  /// Makes an event wait; false where its trigger is dropped (DEN0054C 5.1.2.1, A-19).
  private mutating func pend(_ event: Int, _ vcpu: UInt32, _ effects: inout [Effect]) -> Bool {
    let index = pendingSlot(event, vcpu)
    let state = events[event][events[event].slot(of: vcpu)].state
    let isDropped = state == .unregistered || state == .unregisterPending
    if isDropped && !rules.has(.keepsTriggersWhileUnregistered) { return false }
    if rules.has(.countsOccurrences) {
      count(event, index)
    } else {
      if events[event][index].pending > 0 { return true }
      events[event][index].pending = 1
    }
    if rules.has(.firstInFirstOut) {
      // KVM's objects leave the queue when they are freed; without them the place is given up now.
      if !rules.has(.kernelObjects) && events[event][index].pending == 1 { leave(event, vcpu) }
      enqueue(event, vcpu)
    }
    effects.append(.pended(event: events[event].number, slot: index))
    return true
  }

  /// Counts one more occurrence, where every one is counted.
  private mutating func count(_ event: Int, _ index: UInt32) {
    guard rules.has(.countsOccurrences) else { return }
    events[event][index].pending &+= 1
    if rules.has(.refcountKept) { events[event].count &+= 1 }
  }

  private mutating func requestAfterPending(
    _ event: Int,
    _ vcpu: UInt32,
    _ effects: inout [Effect]
  ) {
    if rules.has(.requestsOnInjection) { return request(vcpu, &effects) }
    requestDelivery(of: event, near: vcpu, &effects)
  }

  private mutating func takeBack(_ event: Int, _ vcpu: UInt32) {
    let index = pendingSlot(event, vcpu)
    guard rules.has(.countsOccurrences) else { return events[event][index].pending = 0 }
    if events[event][index].pending == 0 { return }
    events[event][index].pending &-= 1
    if rules.has(.refcountKept) { events[event].count &-= 1 }
    if events[event][index].pending == 0 { dequeue(event, vcpu) }
  }
}
