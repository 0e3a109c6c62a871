internal import SDEIModel

extension StateRule {
  static let pendingOnForeigner = StateRule(
    Rule(
      id: "SDEI-V047a",
      kind: .state,
      severity: .error,
      title: "pending on a vCPU that does not exist",
      source: "DEN0054C Appendix C",
      problem: "an event is pending on vCPUs that do not exist",
      action: "compare vcpus.count with the source, or clear what is pending there",
      explanation: """
        A private event waits for the vCPU that it was produced for; one for a vCPU that is not there \
        is never delivered. Mostly the number of vCPUs is what is wrong: the destination was made \
        with fewer than the source. Shared events are meant only where the dialect lets them wait \
        for a vCPU, as KVM v2 to v5 do.
        """,
      example: "the VM has 4 vCPUs, and event 0 is pending in slot 7"
    )
  ) { state, report in
    for event in state.events where !event.isShared || state.sharedWaitsPerVCPU {
      let slots = event.pending.support.subtracting(state.existing)
      report.add(event, slots, "pending", found: "the VM has \(state.vcpus.count) vCPUs")
    }
  }
}
