internal import SDEIModel

extension StateRule {
  static let instances = [sharedInstances, globalInstance]

  private static let sharedInstances = StateRule(
    Rule(
      id: "SDEI-V029a",
      kind: .state,
      severity: .error,
      title: "a shared event with handlers on vCPUs",
      source: "DEN0054C 6.1.1",
      problem: "a shared event has handlers in more slots than its own, which is slot 0",
      action: "keep slot 0; if the event is private, correct its type",
      explanation: """
        A shared event has one handler for the whole system, which lives in slot 0 of a state, as \
        in KVM v4 and v5. Other slots tell that the event was private at the source, or that its \
        handler was written once for each vCPU. Occurrences that wait are counted by vCPU in KVM, \
        so these are no matter of this rule there.
        """,
      example: "shared event 0x40400003, registered {0-3}"
    )
  ) { state, report in
    let own = Bitmap(below: 1)
    let others = state.dialect.pendingIncludesRunning ? ["pending"] : []
    for event in state.events where event.isShared {
      let parts = event.parts(beside: others, outside: own)
      let all = parts.reduce(Bitmap()) { $0.union($1.slots) }
      report.add(event, all, "", found: parts.map(\.name).joined(separator: ", "))
    }
  }

  private static let globalInstance = StateRule(
    Rule(
      id: "SDEI-V029b",
      kind: .state,
      severity: .error,
      title: "a private event with a global handler",
      source: "DEN0054C 6.1.1; QEMU series of 2019",
      problem: "a private event lies among the shared ones and has one handler for all vCPUs",
      action: "restore is_shared of the slot from the source",
      explanation: """
        Only the QEMU series' section can hold it: it has 16 private slots for each vCPU and 32 \
        shared ones, and beside them a flag in each slot that says which it is; nothing compares \
        them. Calls on such an event act on the global handler, which a private event does not \
        have. In other dialects a handler in slot 0 is vCPU 0's.
        """,
      example: "qemu-rfc: event 0x40000010, in slot 16, with is_shared 0, registered"
    )
  ) { state, report in
    guard state.dialect == .qemuRFC else { return }
    for event in state.events where event.definition?.type == .private && event.hasHandlerState {
      let slot = event.number.rawValue & 0xFF
      guard event.number.rawValue & ~0x4000_00FF == 0, (16..<48).contains(slot) else { continue }
      report.add(ModelPath.event(event.number, "type"), found: "private, in slot \(slot)")
    }
  }
}
