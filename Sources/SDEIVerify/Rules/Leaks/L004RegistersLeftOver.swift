internal import SDEIModel

extension StateRule {
  static let registersLeftOver = StateRule(
    Rule(
      id: "SDEI-L004",
      kind: .leak,
      severity: .never.but(
        .note,
        in: .kvm + [.qemuRFC],
        """
        they leave the interrupted registers in place when a handler completes (frames-stay in \
        sdeictl dialects)
        """
      ),
      title: "registers of a handler that is gone",
      source: "KVM/arm64 SDEI series v2, v5 and v7, hypercall_complete; QEMU RFC",
      problem: """
        a level that runs nothing still holds the registers of what an earlier handler \
        interrupted: addresses and data of the guest
        """,
      action: """
        publish what dump --redact gives, where they are replaced; loading the state needs none of \
        them
        """,
      explanation: """
        The registers are overwritten by the next handler and never cleared. They are of the guest \
        and not of the host, and a guest sees them itself only while a handler runs; but a state \
        that is handed to others tells more with them than it needs to.
        """,
      example: "normal_regs of vCPU 3 are not 0, and normal_num is 0xffffffff"
    )
  ) { state, report in
    for level in Level.allCases {
      let idle = state.contexts.level(level).filter { !$0.frame.isZero && !state.runs($0) }
      let vcpus = Bitmap(indexes: idle.map(\.vcpu))
      if !vcpus.isEmpty { report.add(ModelPath.contexts(vcpus, level, "frame")) }
    }
  }
}
