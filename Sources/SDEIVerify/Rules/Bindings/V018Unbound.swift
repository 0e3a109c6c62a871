internal import SDEIModel

extension StateRule {
  static let unbound = [freeSlot, unknownEvent]

  private static let freeSlot = StateRule(
    Rule(
      id: "SDEI-V018a",
      kind: .state,
      severity: .error,
      title: "state in a free bind slot",
      source: "DEN0054C 5.1.15",
      problem: "nothing is bound to the event, and it has a handler or something pending",
      action: "restore the binding from the source, or clear the slot's state on all vCPUs",
      explanation: """
        INTERRUPT_RELEASE is denied until the event is unregistered on every PE and no handler \
        runs, so a free slot has no state. TF-A looks at the calling PE only: another one may be in \
        the handler, and its COMPLETE stops the firmware ("Invalid SDEI mapping").
        """,
      example: "slot 0x40000002 without interrupt, running on vCPU 1"
    )
  ) { state, report in
    for event in state.events where event.definition?.isFreeSlot == true {
      let marks = state.handlerMarks(event) + [("pending", event.pending.support)]
      report.add(event, marks, in: state.slots(of: event))
    }
  }

  private static let unknownEvent = StateRule(
    Rule(
      id: "SDEI-V018b",
      kind: .state,
      severity: .error.but(
        nil,
        in: [.kvmV4],
        "no GET of KVM v2 to v4 gives definitions back: an event without one may be defined"
      ),
      title: "a handler of an event that nobody defined",
      source: "DEN0054C 5.1.2.4, 5.1.15",
      problem: "the event has a handler and no definition",
      action: "add the definition from the source, or clear the handler's state on all vCPUs",
      explanation: """
        A number that no platform defined and to which nothing is bound is unknown to the \
        dispatcher: every call with it answers INVALID_PARAMETERS, so it is never registered and \
        never runs. Such a handler comes from a list of definitions that is not complete. KVM v5 \
        refuses an event that is registered and not exposed. Event 0 without a definition is told by \
        SDEI-V008, and what is pending of an unknown event by SDEI-V047b.
        """,
      example: "event 0x40400009 is registered on vCPU 0, and has neither type nor priority"
    )
  ) { state, report in
    for event in state.events
    where event.definition == nil && event.number != .softwareSignalled {
      report.add(event, state.handlerMarks(event), in: state.slots(of: event))
    }
  }
}

extension CheckedState {
  /// The marks of an event's handlers, by name.
  fileprivate func handlerMarks(_ event: Event) -> [(name: String, slots: Bitmap)] {
    [
      ("registered", event.registered), ("enabled", event.enabled), ("running", running(event)),
      ("unregisterPending", event.unregisterPending),
    ]
  }
}

extension RuleReport {
  /// Notes that an event has some marks that it must not have, all in one finding.
  fileprivate mutating func add(
    _ event: Event,
    _ marks: [(name: String, slots: Bitmap)],
    in slots: Bitmap
  ) {
    let there = marks.map { ($0.name, $0.slots.intersection(slots)) }.filter { !$0.1.isEmpty }
    let all = there.reduce(Bitmap()) { $0.union($1.1) }
    add(event, all, "", found: there.map(\.0).joined(separator: ", "))
  }
}
