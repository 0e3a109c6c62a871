internal import SDEIModel

extension StateRule {
  static let runsWhileOff = StateRule(
    Rule(
      id: "SDEI-V044",
      kind: .state,
      severity: .error.but(
        .warning,
        in: [.tfA],
        "TF-A has no hook at CPU_OFF: what ran stays on the stack"
      ),
      title: "a handler runs on a vCPU that is off",
      source: "DEN0054C 6.5.4",
      problem: "a handler runs on a vCPU that is off",
      action: "complete the handler at the source (clear mark and context), or correct power",
      explanation: """
        CPU_OFF inside a handler completes it. A handler that outlives it would be completed by \
        whatever the vCPU does after the next CPU_ON, with registers of the time before. TF-A \
        completes nothing at CPU_OFF and does not empty its stack, so there it is a warning. Forms \
        that do not tell power states (KVM's) are not judged.
        """,
      example: "power of vCPU 3 is off, and its normal level runs event 0"
    )
  ) { state, report in
    let vcpus = state.off.intersection(state.busy(.normal).union(state.busy(.critical)))
    if !vcpus.isEmpty { report.add(ModelPath.vcpus(vcpus, "power")) }
  }
}
