internal import SDEIModel

extension Dispatcher {
  /// The answer of the first check that fails, nil where all hold.
  func refusal(_ request: Request) -> Answer? {
    for refusal in rules.plans[Int(request.operation.rawValue)].refusals
    where fails(refusal.check, request) {
      switch refusal.verdict {
      case .code(let code): return .value(code.rawValue)
      case .errno(let errno): return .value(errno.result)
      case .value(let value): return .value(value)
      case .tableCode: return .value(edge(request).code.rawValue)
      case .boundEvent:
        return .value(boundEvent(request.selector).map { Int64(bitPattern: $0.rawValue) } ?? 0)
      case .silence: return Answer.none
      case .undefined(let reason): return .undefined(reason)
      }
    }
    return nil
  }

  /// What the state table says to an operation.
  func edge(_ request: Request) -> HandlerEdge {
    let slot = events[request.event][request.slot]
    let state = rules.has(.kernelObjects) ? slot.stateOfBits : slot.state
    return switch request.operation {
    case .eventRegister: rules.table[state, .register]
    case .eventEnable: rules.table[state, .enable]
    case .eventDisable: rules.table[state, .disable]
    case .eventUnregister: rules.table[state, .unregister]
    case .eventRoutingSet: rules.table[state, .routingSet]
    case .eventGetInfo: rules.table[state, .routingInfo]
    default: .to(state)
    }
  }

  /// Whether a check refuses an operation.
  func fails(_ check: Check, _ request: Request) -> Bool {
    switch check {
    case .always: true
    case .eventUnknown:
      request.event < 0 || events[request.event].definition == nil
        || (isUnboundSlot(request.event) && !rules.has(.slotsKeepNumbers))
    case .numberUnsupported: !rules.isSupported(request.number)
    case .numberNegative: Int32(truncatingIfNeeded: request.call.x1) < 0
    case .registeredNowhere: !isRegisteredSomewhere(request.event)
    case .notShared: request.event >= 0 && !events[request.event].isShared
    case .reservedFlags: request.call.x4 & RegistrationFlags.mustBeZero != 0
    case .relativeUnsupported: request.call.x4 & 2 != 0 && !instance.features.relativeMode
    case .modeUnknown: request.routingArgument > 1
    case .affinityUnknown: isShared(request) && namesNoPE(request)
    case .affinityUnknownForAny: namesNoPE(request)
    case .entryZero: request.call.x2 == 0
    case .entryMisaligned: request.call.x2 & 3 != 0
    case .statusUnknown: request.selector > CompletionStatus.failed.rawValue
    case .resumeMisaligned: request.call.x1 & 3 != 0
    case .registerUnknown: contextIndex(request) >= rules.contextRegisters
    case .infoUnknown: infoIndex(request) > 4
    case .featureUnknown:
      UInt64(request.selector) > (instance.version.rawValue < SDEIVersion.v1_1.rawValue ? 0 : 1)
    case .routingAsked: asksForRouting(request)
    case .routingOfPrivate: asksForRouting(request) && !isShared(request)
    case .routingUnavailable: asksForRouting(request) && edge(request).next == nil
    case .routingUnregistered: asksForRouting(request) && !has(.registered, request)
    case .affinityOfAny: infoIndex(request) == 4 && !isRoutedToPE(request)
    default: failsByState(check, request)
    }
  }

  private func failsByState(_ check: Check, _ request: Request) -> Bool {
    switch check {
    case .state: edge(request).next == nil
    case .notRegistered: !has(.registered, request)
    case .notEnabled: !has(.enabled, request)
    case .unregisterPending: unregisters(request)
    case .occursSomewhere: occursSomewhere(request.event)
    case .nothingRuns: innermost(request.vcpu) == nil
    case .runsNested:
      vcpus[Int(request.vcpu)].critical.running != nil
        && vcpus[Int(request.vcpu)].normal.running != nil
    case .masked: vcpus[Int(request.vcpu)].isMasked
    case .unmasked: !vcpus[Int(request.vcpu)].isMasked
    case .registrationsFull:
      !isRegisteredSomewhere(request.event) && registeredEventCount >= rules.maxEvents
    case .notSignalable:
      request.event < 0 || events[request.event].definition?.isSignalable != true
    case .notEventZero: request.number != .softwareSignalled
    case .targetUnknown: request.target == nil
    case .targetMasked: request.target.map { vcpus[Int($0)].isMasked } ?? true
    case .targetUnregistered: !targetHas(.registered, request)
    case .targetDisabled: !targetHas(.enabled, request)
    case .immediateBehindOthers: request.call.x2 != 0 && waitsBehind(request)
    case .immediateBehindAny:
      request.call.x2 != 0 && events.contains { $0[$0.slot(of: request.vcpu)].pending > 0 }
    case .immediateImpossible: request.call.x2 != 0 && !canEnter(request.event, request.vcpu)
    case .queueFull: isQueueFull(request)
    case .notOccurring: occurrence(of: request.number, on: request.vcpu) == .none
    case .onlyRunning:
      occurrence(of: request.number, on: request.vcpu) == .running(waiting: 0)
    case .running: request.event >= 0 && isRunning(request.event, on: request.vcpu)
    case .notFirmwares:
      request.event < 0 || events[request.event].definition?.origin != .firmware
    case .notDispatchable: !canEnter(request.event, request.vcpu)
    default: failsByInterrupt(check, request)
    }
  }

  private func failsByInterrupt(_ check: Check, _ request: Request) -> Bool {
    let interrupt = request.event < 0 ? nil : events[request.event].definition?.interrupt
    return switch check {
    case .slotUnbound: request.event >= 0 && isUnboundSlot(request.event)
    case .notSlot: !isSlot(request)
    case .eventInterruptActive:
      interrupt.map { interrupts.isActive($0, on: request.vcpu) } ?? false
    case .eventInterruptForeign:
      interrupt.map { interrupts.owner(of: $0, on: request.vcpu) == .dispatcher } ?? false
    case .interruptUnknown: !isBindable(request.selector)
    case .interruptBound: boundEvent(request.selector) != nil
    case .interruptOfPlatform: isPlatforms(request.selector)
    case .interruptForeign:
      interrupts.owner(of: request.selector, on: request.vcpu) == .dispatcher
    case .interruptActive: interrupts.isActive(request.selector, on: request.vcpu)
    case .slotsFull: freeSlot(for: request.selector) == nil
    case .inUseSomewhere: isInUse(request.event)
    case .registeredSomewhere: registrations(request.event) > 0
    case .inUse: events[request.event][request.slot].state != .unregistered
    default: false
    }
  }

  // MARK: What the checks ask

  private func isShared(_ request: Request) -> Bool {
    request.event >= 0 && events[request.event].isShared
  }

  private func namesNoPE(_ request: Request) -> Bool {
    request.routesToPE && vcpu(at: request.affinityArgument) == nil
  }

  private func has(_ mark: Slot.Marks, _ request: Request) -> Bool {
    request.event >= 0 && events[request.event][request.slot].marks.contains(mark)
  }

  /// Whether an unregistration waits: here, or on the vCPU that a SIGNAL names.
  private func unregisters(_ request: Request) -> Bool {
    guard request.event >= 0 else { return false }
    let event = events[request.event]
    let slot = request.target.map { event.slot(of: $0) } ?? request.slot
    return event[slot].state == .unregisterPending
  }

  private func targetHas(_ mark: Slot.Marks, _ request: Request) -> Bool {
    guard let target = request.target, request.event >= 0 else { return false }
    let event = events[request.event]
    return event[event.slot(of: target)].marks.contains(mark)
  }

  func isRegisteredSomewhere(_ event: Int) -> Bool {
    guard event >= 0 else { return false }
    return rules.has(.kernelObjects)
      ? registeredList.contains(events[event].number)
      : events[event].registeredCount > 0 || events[event].runningCount > 0
  }

  private var registeredEventCount: Int {
    rules.has(.kernelObjects)
      ? registeredList.count : events.indices.count { isRegisteredSomewhere($0) }
  }

  func occursSomewhere(_ event: Int) -> Bool {
    guard event >= 0 else { return false }
    if rules.has(.refcountKept) && rules.has(.countsOccurrences) { return events[event].count != 0 }
    return events[event].waitingCount > 0 || events[event].runningCount > 0
  }

  /// Whether some handler of an event is in a state from which it can not be released.
  func isInUse(_ event: Int) -> Bool {
    guard event >= 0, events[event].registeredCount > 0 || events[event].runningCount > 0 else {
      return false
    }
    return events[event].indexed.contains { rules.table[$0.element.state, .release].next == nil }
  }

  /// How many registrations an event has, as TF-A counts them where it does.
  func registrations(_ event: Int) -> Int {
    guard event >= 0 else { return 0 }
    return rules.has(.registrationsCounted)
      ? Int(events[event].count) : events[event].registeredCount
  }

  func contextIndex(_ request: Request) -> UInt64 {
    rules.has(.wideArguments) ? request.call.x1 : UInt64(request.selector)
  }

  func infoIndex(_ request: Request) -> UInt64 {
    rules.has(.wideArguments)
      ? request.call.x2 : UInt64(UInt32(truncatingIfNeeded: request.call.x2))
  }

  private func asksForRouting(_ request: Request) -> Bool {
    (3...4).contains(infoIndex(request))
  }

  private func isRoutedToPE(_ request: Request) -> Bool {
    request.event >= 0 && events[request.event].routing.mode == .pe
  }

  private func isSlot(_ request: Request) -> Bool {
    request.event >= 0 && events[request.event].definition?.origin == .slot
  }

  /// Whether KVM's immediate injection would have to wait.
  private func waitsBehind(_ request: Request) -> Bool {
    let isCritical = request.event >= 0 && events[request.event].isCritical
    return events.indices.contains { event in
      (!isCritical || events[event].isCritical) && isQueued(event, request.vcpu)
    }
  }

  private func isQueueFull(_ request: Request) -> Bool {
    let vcpu = vcpus[Int(request.vcpu)]
    return vcpu.criticalQueue.count + vcpu.normalQueue.count >= rules.maxEvents
      && !isQueued(request.event, request.vcpu)
  }
}
