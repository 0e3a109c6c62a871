internal import SDEIModel

extension StateRule {
  static let handlerWhileOff = StateRule(
    Rule(
      id: "SDEI-K034",
      kind: .defect,
      severity: .never.but(
        .note,
        in: [.tfA],
        "CPU_OFF in Trusted Firmware-A"
      ),
      title: "handler that CPU_OFF left behind",
      source: "Trusted Firmware-A, psci: no hook at CPU_OFF",
      problem: "a handler runs on a PE that is off: CPU_OFF does not complete it",
      action: "complete it: drop the context, and clear the event's running mark",
      explanation: """
        DEN0054C 6.5.4 completes a handler implicitly when its PE goes off. Trusted Firmware-A \
        leaves its stack of handlers as it is, and the PE comes on inside a handler that nobody \
        runs.
        """,
      example: "PE 3 is off, and its normal level runs 0x40400001"
    )
  ) { state, report in
    let off = UInt64(PowerState.off.rawValue)
    let vcpus = state.vcpus.power.indexes(in: off...off)
    for level in Level.allCases {
      let left = state.handling(at: level).intersection(vcpus)
      if !left.isEmpty { report.add(ModelPath.contexts(left, level, "event")) }
    }
  }
}
