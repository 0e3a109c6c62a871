internal import SDEIModel

/// `SDEI_PRIVATE_RESET` and `SDEI_SHARED_RESET` (DEN0054C 5.1.18, 5.1.19).
extension Dispatcher {
  /// Unregisters every event of one type; a shared reset then releases all bindings.
  mutating func reset(_ request: Request, isShared: Bool) -> Outcome {
    if isShared && rules.has(.sharedResetDoesNothing) { return Outcome(.value(0)) }
    var effects: [Effect] = []
    var wasRunning = rules.has(.sharedHandlerDeniesPrivateReset) && !isShared
    if wasRunning { wasRunning = innermost(request.vcpu) != nil }
    let all = rules.has(.kernelObjects) ? registeredList : events.map(\.number)
    for number in all {
      let event = position(of: number)
      guard event >= 0, events[event].isShared == isShared else { continue }
      if rules.has(.resetSkipsOccurring) && occursSomewhere(event) { continue }
      if resetHandlers(event, request.vcpu, &effects) { wasRunning = true }
    }
    if wasRunning && !rules.has(.resetSucceeds) {
      let code: ReturnCode = rules.has(.resetAnswersPending) ? .pending : .denied
      return Outcome(.value(code.rawValue), effects)
    }
    let code = isShared ? releaseAll(request, &effects) : nil
    return Outcome(.value(code ?? 0), effects)
  }

  /// Unregisters an event's handlers within a reset's reach; true where one runs.
  private mutating func resetHandlers(
    _ event: Int,
    _ vcpu: UInt32,
    _ effects: inout [Effect]
  ) -> Bool {
    if rules.has(.resetReachesAllVCPUs) && rules.has(.kernelObjects) {
      return resetObject(event)
    }
    let slots: [UInt32] =
      rules.has(.resetReachesAllVCPUs) && !events[event].isShared
      ? Array(0..<vcpuCount) : [vcpu]
    var isRunning = false
    for vcpu in slots {
      let state = events[event][events[event].slot(of: vcpu)].state
      if state == .unregistered { continue }
      if rules.table[state, .reset].next == .unregisterPending { isRunning = true }
      if state != .unregisterPending { _ = unregister(event, on: vcpu, &effects) }
    }
    return isRunning
  }

  /// KVM: every slot of an event, on whatever vCPU.
  private mutating func resetObject(_ event: Int) -> Bool {
    var isRunning = false
    let slots = events[event].isShared ? 1 : vcpuCount
    for vcpu in 0..<slots where unregisterObject(event, on: vcpu) == .pending {
      isRunning = true
    }
    return isRunning
  }

  /// Releases every binding; the code of the first that can not be released, nil where all can.
  private mutating func releaseAll(_ request: Request, _ effects: inout [Effect]) -> Int64? {
    var first: Int64?
    let bound = events.filter { $0.definition?.origin == .slot && $0.definition?.interrupt != nil }
    for number in bound.map(\.number) {
      let release = self.request(
        .interruptRelease,
        Call(.interruptRelease, number.rawValue),
        on: request.vcpu
      )
      if case .value(let code)? = refusal(release) {
        first = first ?? code
      } else {
        effects += self.release(release).effects
      }
    }
    return first
  }
}
