internal import SDEIModel

extension StateRule {
  static let maskNotBoolean = StateRule(
    Rule(
      id: "SDEI-V046a",
      kind: .state,
      severity: .error,
      title: "mask is neither 0 nor 1",
      source: "DEN0054C 5.1.12",
      problem: "the mask of a vCPU is neither 0 nor 1",
      action: "write 1 where the vCPU is masked; then compare what else that source wrote",
      explanation: """
        A vCPU is masked or it is not. KVM v2 to v5 store a byte and KVM v7 a 64-bit register, and \
        both take any value but 0 for masked without a check (fixtures/traces/kvm-v5/faults/20_*). No \
        kernel writes another value than 0 and 1, so one that is there was put there by something \
        else, or the bytes are not where they should be. Formats with a boolean refuse it when they \
        are read.
        """,
      example: "KVM v5: masked of vCPU 0 is 2"
    )
  ) { state, report in
    for (field, name) in [(ExtraField.masked, "masked"), (.peState, "peState")] {
      guard let column = state.snapshot.extras.vcpuValues[field] else { continue }
      let vcpus = column.support
      guard let first = vcpus.ranges.first?.first else { continue }
      let rest = vcpus.count - 1
      report.add(
        ModelPath.vcpus(vcpus, name),
        found: "\(hex(column[first]))"
          + (rest == 0 ? "" : " on vCPU \(first), and the like on \(rest) more")
      )
    }
  }
}
