internal import SDEIModel

extension StateRule {
  static let foreign = [foreignInstance, foreignVCPU]

  private static let foreignInstance = StateRule(
    Rule(
      id: "SDEI-V028a",
      kind: .state,
      severity: .error,
      title: "a handler on a vCPU that does not exist",
      source: "DEN0054C 6.1.1",
      problem: "a private event has a handler on a vCPU that does not exist",
      action: "restore the number of vCPUs, or clear what lies beyond it",
      explanation: """
        A private event has one handler on each PE. KVM v4 and v5 keep arrays of 512 whatever the \
        number of vCPUs is and check no bit in SET, so a state of a larger VM, or memory that was \
        not cleared, passes through them. What is pending there is told by SDEI-V047a.
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

  private static let foreignVCPU = StateRule(
    Rule(
      id: "SDEI-V028b",
      kind: .state,
      severity: .error,
      title: "something of a vCPU that does not exist",
      source: "DEN0054C 5.1.12, 6.5",
      problem: "the state tells something of vCPUs that do not exist",
      action: "compare vcpus.count with the source, or clear what lies beyond it",
      explanation: """
        Masks, power states and affinities are those of PEs, and a request for delivery asks one. \
        What lies beyond the number of vCPUs belongs to a larger VM, or the number is wrong: then \
        the vCPUs that are missing would start unmasked or not at all. A state in the \
        specification's own form has nothing there, so no engine ever comes to it.
        """,
      example: "4 vCPUs, masked {2-5}"
    )
  ) { state, report in
    let vcpus = state.vcpus
    for (field, told) in [
      ("masked", vcpus.masked), ("deliveryRequest", vcpus.deliveryRequest),
      ("power", vcpus.power.support), ("affinity", vcpus.affinityKnown),
    ] {
      let foreign = told.subtracting(state.existing)
      if foreign.isEmpty { continue }
      report.add(ModelPath.vcpus(foreign, field), found: "the VM has \(vcpus.count) vCPUs")
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
