internal import SDEIModel

extension StateRule {
  static let offUnmasked = StateRule(
    Rule(
      id: "SDEI-V046c",
      kind: .state,
      severity: .warning.but(
        nil,
        in: [.tfA],
        "TF-A masks at CPU_ON only, so that each vCPU that is off may be unmasked (a PE that was "
          + "never on is)"
      ),
      title: "a vCPU that is off is unmasked",
      source: "DEN0054C 5.1.12.1, 6.5.1",
      problem: "a vCPU that is off is unmasked",
      action: "mask it, or make sure that the destination masks it at CPU_ON",
      explanation: """
        A vCPU comes out of every reset masked and stays so until it unmasks itself. The rule bites \
        only when it is powered on; a destination that takes the mask from the state and does not \
        mask at CPU_ON delivers events to a vCPU that has no handlers yet. A vCPU whose power state is \
        not told is not judged.
        """,
      example: "power of vCPU 3 is off, and masked does not have vCPU 3"
    )
  ) { state, report in
    let vcpus = state.off.subtracting(state.vcpus.masked)
    if !vcpus.isEmpty { report.add(ModelPath.vcpus(vcpus, "masked")) }
  }
}
