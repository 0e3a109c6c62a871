internal import SDEIModel

extension StateRule {
  static let foreignInstance = StateRule(
    Rule(
      id: "SDEI-V028",
      kind: .state,
      severity: .error,
      title: "a handler on a vCPU that does not exist",
      source: "DEN0054C 6.1.1",
      problem: "a private event has a handler on a vCPU that does not exist",
      action: "restore the number of vCPUs, or clear what lies beyond it",
      explanation: """
        A private event has one handler on each PE. KVM v4 and v5 keep arrays of 512 whatever the \
        number of vCPUs is and check no bit in SET, so a state of a larger VM, or memory that was \
        not cleared, passes through them. What is pending there is told by SDEI-V047.
        """,
      example: "4 vCPUs, registered {0-7}"
    )
  ) { state, report in
    for event in state.events where !event.isShared {
      let parts = event.parts(beside: ["pending"], outside: state.existing)
      let all = parts.reduce(Bitmap()) { $0.union($1.slots) }
      report.add(event, all, "", found: parts.map(\.name).joined(separator: ", "))
    }
  }
}

extension Event {
  /// The handlers' bitmaps and columns that have something outside a set, but those named.
  func parts(beside names: [String], outside slots: Bitmap) -> [(name: String, slots: Bitmap)] {
    let bitmaps = Self.bitmaps.map { ($0.name, self[keyPath: $0.path]) }
    let columns = Self.columns.map { ($0.name, self[keyPath: $0.path].support) }
    return (bitmaps + columns).filter { !names.contains($0.0) }.compactMap { name, set in
      let outside = set.subtracting(slots)
      return outside.isEmpty ? nil : (name, outside)
    }
  }
}
