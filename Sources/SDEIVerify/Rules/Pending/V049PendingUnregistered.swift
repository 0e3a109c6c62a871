internal import SDEIModel

extension StateRule {
  static let pendingUnregistered = StateRule(
    Rule(
      id: "SDEI-V049",
      kind: .state,
      severity: .warning,
      title: "pending while not registered",
      source: "DEN0054C 5.1.2.1, 5.1.8.1",
      problem: "an event is pending where no handler is registered, or the handler is about to go",
      action: "decide whether the destination is to keep it: a later registration may get it",
      explanation: """
        Whether an occurrence without a registered handler is kept or dropped is implementation \
        defined, so the same state behaves differently elsewhere: one destination forgets it, another \
        delivers it to the next handler that is registered. KVM v7 keeps pending bits over UNREGISTER \
        and PRIVATE_RESET (fixtures/traces/kvm-v7/faults/04_*), and a vCPU that unmasks with such a \
        bit loops in the host. Events whose type is unknown are not judged where slot 0 is registered.
        """,
      example: "event 1 is pending on vCPU 0, and registered of the event is empty"
    )
  ) { state, report in
    for event in state.events where event.definition != nil || !state.knowsDefinitions {
      report.add(event, state.waitingUnregistered(event), "pending")
    }
  }
}

extension CheckedState {
  /// The slots in which an event waits and is not registered.
  fileprivate func waitingUnregistered(_ event: Event) -> Bitmap {
    let registered = registered(event)
    guard sharedWaitsPerVCPU, event.definition?.type != .private else {
      return waiting(event).subtracting(registered)
    }
    // Where shared events wait for vCPUs, slot 0 speaks for all of them.
    if registered.contains(0) { return Bitmap() }
    return event.isShared ? waiting(event) : waiting(event).subtracting(registered)
  }
}
