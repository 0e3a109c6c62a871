internal import SDEIModel

extension Dispatcher {
  /// `SDEI_EVENT_REGISTER` (DEN0054C 5.1.2).
  mutating func register(_ request: Request, vbar: UInt64) -> Outcome {
    let (number, call) = (request.number, request.call)
    let isFirst = rules.has(.kernelObjects) && !registeredList.contains(number)
    if isFirst {
      registeredList.append(number)
      events[request.event].forget()
    }
    var effects: [Effect] = []
    let edge = edge(request)
    var slot = events[request.event][request.slot]
    slot.marks.insert(.registered)
    slot.marks.remove(.relative)
    slot.entry = call.x2
    slot.argument = call.x3
    if call.x4 & 2 != 0 {
      if rules.has(.relativeAtRegistration) {
        slot.entry &+= vbar
      } else {
        slot.marks.insert(.relative)
      }
    }
    events[request.event][request.slot] = slot
    let wasEmpty = events[request.event].registeredCount == 1
    setRouting(request, isFirst: rules.has(.kernelObjects) ? isFirst : wasEmpty)
    if rules.has(.registrationsCounted) { events[request.event].count &+= 1 }
    moveInterrupt(of: request.event, on: request.vcpu, toDispatcher: true, &effects)
    return Outcome(.value(edge.code.rawValue), effects)
  }

  /// Stores where a shared event goes; the specification ignores it for private ones (5.1.2.2).
  private mutating func setRouting(_ request: Request, isFirst: Bool) {
    guard events[request.event].isShared || rules.has(.routingKeptForPrivate) else { return }
    let mode = RoutingMode(rawValue: UInt8(request.routingArgument & 1))
    var routing = Routing(mode: mode)
    if rules.has(.routingKeptForPrivate) {
      routing.affinity = Affinity(rawValue: request.affinityArgument)
    } else if mode == .pe || rules.has(.affinityKeptForAny) {
      routing.affinity = Affinity(rawValue: request.affinityArgument & Affinity.fieldMask)
    }
    if isFirst && request.operation == .eventRegister && rules.has(.affinityStoredAsMode) {
      routing.mode = RoutingMode(rawValue: UInt8(truncatingIfNeeded: request.affinityArgument))
    }
    if request.operation == .eventRoutingSet && rules.has(.affinityKeptForAny) && mode == .any {
      routing.affinity = events[request.event].routing.affinity
    }
    events[request.event].routing = routing
  }

  /// `SDEI_EVENT_ENABLE` (DEN0054C 5.1.3): what waited may now be delivered.
  mutating func enable(_ request: Request) -> Outcome {
    var outcome = change(request)
    if !rules.has(.noRequestOnEnable) {
      requestDelivery(of: request.event, near: request.vcpu, &outcome.effects)
    }
    return outcome
  }

  /// `SDEI_EVENT_DISABLE` and `SDEI_EVENT_ROUTING_SET` (DEN0054C 5.1.4, 5.1.11).
  mutating func change(_ request: Request) -> Outcome {
    let edge = edge(request)
    if request.operation == .eventRoutingSet {
      setRouting(request, isFirst: false)
    } else if let next = edge.next {
      var slot = events[request.event][request.slot]
      slot.take(next)
      events[request.event][request.slot] = slot
    }
    return Outcome(.value(edge.code.rawValue))
  }

  /// `SDEI_EVENT_UNREGISTER` (DEN0054C 5.1.8, 6.7).
  mutating func unregister(_ request: Request) -> Outcome {
    var effects: [Effect] = []
    let code = unregister(request.event, on: request.vcpu, &effects)
    return Outcome(.value(code.rawValue), effects)
  }

  /// Unregisters one handler as far as possible: PENDING where its completion is awaited.
  mutating func unregister(_ event: Int, on vcpu: UInt32, _ effects: inout [Effect]) -> ReturnCode {
    if rules.has(.kernelObjects) {
      let slot = events[event][events[event].slot(of: vcpu)]
      if slot.marks.contains(.unregisterPending) { return .pending }
      return unregisterObject(event, on: vcpu)
    }
    let index = events[event].slot(of: vcpu)
    var slot = events[event][index]
    let edge = rules.table[slot.state, .unregister]
    guard let next = edge.next else { return edge.code }
    guard slot.marks.contains(.registered) else { return edge.code }
    if rules.has(.pendingUnregisterKeepsBits), next == .unregisterPending {
      slot.marks.insert(.unregisterPending)
    } else {
      slot.take(next)
    }
    if !rules.has(.unregisterKeepsHandler) { slot.clearHandler() }
    if !rules.has(.unregisterKeepsPending) { slot.pending = 0 }
    events[event][index] = slot
    if !rules.has(.unregisterKeepsPending) { forgetWaiting(event) }
    if events[event].isShared { events[event].routing = Routing() }
    if rules.has(.registrationsCounted) { events[event].count &-= 1 }
    moveInterrupt(of: event, on: vcpu, toDispatcher: false, &effects)
    return edge.code
  }

  /// Drops what waits of a shared event where it waits on vCPUs.
  private mutating func forgetWaiting(_ event: Int) {
    guard events[event].isShared, rules.has(.sharedWaitsPerVCPU) else { return }
    for slot in 0..<UInt32(events[event].slotCount) where events[event][slot].pending > 0 {
      events[event][slot].pending = 0
    }
  }

  /// Takes an event's interrupt from the client, or gives it back, where registration does that.
  func moveInterrupt(
    of event: Int,
    on vcpu: UInt32,
    toDispatcher: Bool,
    _ effects: inout [Effect]
  ) {
    guard rules.has(.registrationTakesInterrupt), events[event].number != .softwareSignalled,
      let interrupt = events[event].definition?.interrupt
    else { return }
    let owner = events[event].isShared ? nil : vcpu
    effects.append(
      toDispatcher
        ? .interruptTaken(interrupt: interrupt, vcpu: owner)
        : .interruptReturned(interrupt: interrupt, vcpu: owner)
    )
  }
}
