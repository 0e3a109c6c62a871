internal import SDEIModel

extension StateRule {
  static let unregisterPending = [
    pendingWithoutRunning, pendingAndRegistered, pendingToldTwice,
  ]

  private static let pendingWithoutRunning = StateRule(
    Rule(
      id: "SDEI-V022a",
      kind: .state,
      severity: .error.but(
        .warning,
        in: [.kvmV5],
        "KVM v5 never clears the flag where another vCPU keeps the event (hypercall_complete)"
      ),
      title: "an unregistration waits for nothing",
      source: "DEN0054C 5.1.8.1, Table 13",
      problem: "an unregistration waits for the end of a handler that does not run",
      action:
        "clear the flag: nothing waits, and a dispatcher may refuse to register the event while "
        + "it is set",
      explanation: """
        UNREGISTER waits only while the handler runs, and COMPLETE performs it. KVM v5 leaves the \
        flag set behind a COMPLETE as long as another vCPU has the event registered: REGISTER then \
        answers DENIED, and the stale flag travels with the VM.
        """,
      example: "kvm-v5: unregisterPending {0}, running {}"
    )
  ) { state, report in
    for event in state.events where !event.unregisterPending.isEmpty {
      let broken = event.unregisterPending.subtracting(state.running(event))
      report.add(event, broken.intersection(state.slots(of: event)), "unregisterPending")
    }
  }

  private static let pendingAndRegistered = StateRule(
    Rule(
      id: "SDEI-V022b",
      kind: .state,
      severity: .error.but(
        nil,
        in: [.kvmV5, .qemuRFC],
        "the bits stay set there until the handler is done, as part of the form (DESIGN.md, A-23)"
      ),
      title: "unregistering, and still registered",
      source: "DEN0054C 5.1.9, Table 13",
      problem: "an unregistration waits, and the handler is registered or enabled all the same",
      action: "clear registered and enabled, or the flag; the source's EVENT_STATUS tells which",
      explanation: """
        In handler-unregister-pending EVENT_STATUS reads 4: neither registered nor enabled. TF-A \
        and KVM v7 store exactly that. KVM v5 and v6 and the QEMU series keep the bits and add a \
        flag; a state of theirs that was given another dialect without conversion breaks this.
        """,
      example: "registered {0}, running {0}, unregisterPending {0}"
    )
  ) { state, report in
    for event in state.events where !event.unregisterPending.isEmpty {
      let broken = event.unregisterPending.intersection(event.registered.union(event.enabled))
      report.add(event, broken.intersection(state.slots(of: event)), "unregisterPending")
    }
  }

  private static let pendingToldTwice = StateRule(
    Rule(
      id: "SDEI-V022c",
      kind: .state,
      severity: .error.but(
        nil,
        in: .implementations,
        "whether a flag stands beside (0,0,1) is a matter of the implementation's form"
      ),
      title: "an unregistration that is told twice",
      source: "DEN0054C 5.1.9, Table 13; Snapshot.canonical()",
      problem: "a handler that runs and is not registered has a flag for its unregistration, too",
      action: "clear the flag, or give the state the dialect that it comes from",
      explanation: """
        A handler that runs without being registered waits for its unregistration: STATUS reads 4 \
        (0,0,1), and nothing else tells it in the specification's terms. The flag is that of KVM v5 \
        and of the QEMU series. Beside (0,0,1) it says nothing new, but two states that are equal \
        to a guest differ by it; conversion into the specification's dialect drops it.
        """,
      example: "registered {}, running {0}, unregisterPending {0}"
    )
  ) { state, report in
    for event in state.events where !event.unregisterPending.isEmpty {
      let told = event.unregisterPending.intersection(state.running(event))
        .subtracting(event.registered).subtracting(event.enabled)
      report.add(event, told.intersection(state.slots(of: event)), "unregisterPending")
    }
  }
}
