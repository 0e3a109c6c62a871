internal import SDEIModel

extension StateRule {
  static let unmaskedWhileOff = StateRule(
    Rule(
      id: "SDEI-K033",
      kind: .defect,
      severity: .never.but(
        .note,
        in: [.tfA],
        "cpu_off and the initial value of pe_masked in Trusted Firmware-A"
      ),
      title: "PE that is off and unmasked",
      source: "Trusted Firmware-A, sdei_intr_mgmt.c; recorded with Trusted Firmware-A",
      problem: """
        the PE is off and not masked: the firmware masks a PE when it comes on, and neither before \
        nor when it goes off
        """,
      action: "nothing: CPU_ON masks it",
      explanation: """
        DEN0054C 6.5.1 has a PE masked from reset on. Trusted Firmware-A's mask is 0 for a PE that \
        was never on, and CPU_OFF does not touch it. Another dispatcher that takes the state must \
        mask the PE when it comes on.
        """,
      example: "PE 3 is off and unmasked"
    )
  ) { state, report in
    let unmasked = state.off.subtracting(state.vcpus.masked)
    if !unmasked.isEmpty { report.add(ModelPath.vcpus(unmasked, "masked")) }
  }
}
