internal import SDEIModel

extension PairRule {
  static let handlerEdge = PairRule(
    Rule(
      id: "SDEI-V061",
      kind: .pair,
      severity: .error.but(
        .warning,
        in: [.kvmV4, .kvmV5],
        "they deliver disabled and unregistered events, too, and v5 takes the mark of a waiting "
          + "unregistration for a registration afterwards (fixtures/traces/kvm-v5/faults/03_*, "
          + "06_*)"
      ),
      title: "impossible step of a handler",
      source: "DEN0054C 6.1, Tables 7 to 14",
      problem: "a handler went from one state to another that no single operation leads to",
      action: "look for the operations that are missing between the two states",
      explanation: """
        Each call moves a handler along one edge of the table of states, and a delivery takes it \
        from enabled to enabled and running. A handler that was unregistered and is enabled one \
        operation later, or that ran and is unregistered without having completed, has skipped a \
        state: a call was lost, or two were done where one was recorded. The table is the same for \
        TF-A. KVM v4 and v5 deliver whatever waits, so a disabled handler can run there.
        """,
      example: "vCPU 3's handler of 0x40400002: unregistered, then enabled"
    )
  ) { pair, report in
    for event in pair.events where event.hasSameSlots && event.from != event.to {
      // A number that was released has no handler to be in a state: that is rule 66.
      if event.wasReleased { continue }
      for from in HandlerState.allCases where !event.from[from].isEmpty {
        let reachable = HandlerState.reachable[from] ?? []
        for to in HandlerState.allCases where !reachable.contains(to) {
          let slots = event.from[from].intersection(event.to[to])
          report.add(event.new, slots, "", found: "from \(from.rawValue) to \(to.rawValue)")
        }
      }
    }
  }
}

extension EventPair {
  /// Whether an interrupt was bound to the number, and none is now.
  var wasReleased: Bool {
    guard old.definition?.boundInterrupt != nil else { return false }
    return !isNew || new.definition?.isFreeSlot == true
  }
}
