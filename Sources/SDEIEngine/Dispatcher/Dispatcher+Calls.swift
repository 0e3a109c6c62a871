internal import SDEIModel

extension Dispatcher {
  /// Makes one SDEI call on a vCPU.
  ///
  /// Only a completion reads or changes `registers`; putting the value into X0 is the caller's.
  /// O(checks x log events), resets O(events), release of a binding and targets O(vCPUs).
  public mutating func call(
    _ call: Call,
    on vcpu: UInt32,
    registers: inout LiveRegisters
  ) -> Outcome {
    guard vcpu < vcpuCount, call.level ?? instance.clientEL == instance.clientEL,
      let operation = rules.operation(of: call.function)
    else { return Outcome(.value(ReturnCode.notSupported.rawValue)) }
    let request = request(operation, call, on: vcpu)
    if let answer = refusal(request) { return Outcome(answer) }
    return perform(request, &registers)
  }

  private mutating func perform(_ request: Request, _ registers: inout LiveRegisters) -> Outcome {
    switch request.operation {
    case .version: return Outcome(.value(Int64(bitPattern: instance.version.rawValue)))
    case .features: return Outcome(.value(feature(request)))
    case .eventStatus: return Outcome(.value(status(request)))
    case .eventGetInfo: return Outcome(.value(info(request)))
    case .eventContext: return Outcome(.value(interrupted(request)))
    case .eventRegister: return register(request, vbar: registers.vbar)
    case .eventEnable: return enable(request)
    case .eventDisable, .eventRoutingSet: return change(request)
    case .eventUnregister: return unregister(request)
    case .eventComplete: return complete(request.vcpu, resumeAt: nil, &registers)
    case .eventCompleteAndResume:
      return complete(request.vcpu, resumeAt: request.call.x1, &registers)
    case .peMask: return mask(request.vcpu)
    case .peUnmask: return unmask(request.vcpu)
    case .interruptBind: return bind(request)
    case .interruptRelease: return release(request)
    case .eventSignal: return signal(request)
    case .privateReset: return reset(request, isShared: rules.has(.resetsSwapped))
    case .sharedReset: return reset(request, isShared: !rules.has(.resetsSwapped))
    case .inject, .cancel, .dispatch: return Outcome(.none)
    }
  }

  // MARK: Calls that only read

  /// `SDEI_FEATURES` (DEN0054C 5.1.17).
  private func feature(_ request: Request) -> Int64 {
    let features = instance.features
    return request.selector == FeatureSelector.bindSlots.rawValue
      ? Int64(features.sharedSlots) << 16 | Int64(features.privateSlots)
      : features.relativeMode ? 1 : 0
  }

  /// `SDEI_EVENT_STATUS` (DEN0054C 5.1.9, Table 13).
  private func status(_ request: Request) -> Int64 {
    let event = events[request.event]
    let marks = event[request.slot].marks
    var status: EventStatus = []
    if marks.contains(.registered) { status.insert(.registered) }
    if marks.contains(.enabled) { status.insert(.enabled) }
    let isRunning =
      rules.has(.statusRunningIsAnywhere)
      ? event.waitingCount > 0 || event.runningCount > 0 : marks.contains(.running)
    if isRunning { status.insert(.running) }
    return Int64(status.rawValue)
  }

  /// `SDEI_EVENT_GET_INFO` (DEN0054C 5.1.10).
  private func info(_ request: Request) -> Int64 {
    let event = events[request.event]
    guard let definition = event.definition,
      let selector = InfoSelector(rawValue: UInt32(truncatingIfNeeded: request.call.x2))
    else { return ReturnCode.invalidParameters.rawValue }
    switch selector {
    case .type: return Int64(definition.type.rawValue)
    case .priority: return Int64(definition.priority.rawValue)
    case .signaled:
      if rules.has(.signalableIsOne) {
        return Int64(bitPattern: event.extras[.signaled] ?? (definition.isSignalable ? 1 : 0))
      }
      return definition.isSignalable ? 0 : 1
    case .routingMode: return Int64(event.routing.mode.rawValue)
    case .routingAffinity: return Int64(bitPattern: event.routing.affinity.rawValue)
    }
  }

  /// `SDEI_EVENT_CONTEXT` (DEN0054C 5.1.5): a register of the innermost interrupted context.
  private func interrupted(_ request: Request) -> Int64 {
    guard let level = innermost(request.vcpu) else { return ReturnCode.denied.rawValue }
    let index = Int(min(contextIndex(request), UInt64(RegisterFrame.wordCount - 1)))
    let value = Int64(bitPattern: vcpus[Int(request.vcpu)][level].frame[word: index])
    return rules.has(.contextHidesErrors) && value < 0 && ReturnCode(rawValue: value) != nil
      ? 0 : value
  }

  // MARK: The mask

  /// `SDEI_PE_MASK` (DEN0054C 5.1.12): 1 when this call masked the vCPU.
  private mutating func mask(_ vcpu: UInt32) -> Outcome {
    let wasMasked = vcpus[Int(vcpu)].isMasked
    vcpus[Int(vcpu)].masked = 1
    var effects: [Effect] = []
    retarget(from: vcpu, &effects)
    return Outcome(.value(wasMasked || rules.has(.maskAnswersZero) ? 0 : 1), effects)
  }

  /// `SDEI_PE_UNMASK` (DEN0054C 5.1.13).
  private mutating func unmask(_ vcpu: UInt32) -> Outcome {
    vcpus[Int(vcpu)].masked = 0
    if rules.has(.requestsOnlyForUnmask) { vcpus[Int(vcpu)].isRequested = false }
    var effects: [Effect] = []
    if rules.has(.requestsWhateverWaitsOnUnmask) {
      let waits = events.indices.contains { events[$0][pendingSlot($0, vcpu)].pending > 0 }
      if waits { request(vcpu, &effects) }
    } else if !rules.has(.noRequestOnUnmask) {
      requestIfDue(vcpu, &effects)
    }
    return Outcome(.value(0), effects)
  }
}
