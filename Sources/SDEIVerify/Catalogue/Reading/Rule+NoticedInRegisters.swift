extension Rule {
  /// In lists of registers.
  static let inRegisters: [Rule] = [
    Rule(
      id: "SDEI-D031",
      kind: .decoding,
      severity: .note,
      title: "a list of registers without SDEI's",
      source: "KVM/arm64 SDEI series v7, patch 19",
      problem: "none of the ten SDEI registers is in the list: there is no SDEI state in it",
      action: "check that the kernel has SDEI, and that all of KVM_GET_REG_LIST was read",
      explanation: "An answer and no error: any list of registers can be given.",
      example: "a list of 300 registers of a kernel without the series"
    ),
    Rule(
      id: "SDEI-D032",
      kind: .decoding,
      severity: .warning,
      title: "a register that is missing",
      source: "KVM/arm64 SDEI series v7, patch 19",
      problem: "an SDEI register is not in the list; its reset value is taken",
      action: "read all of KVM_GET_REG_LIST",
      explanation: "A VMM that saves some registers only loses the others without a word.",
      example: "SDEI_EVENT_PENDING is missing on vCPUs 0-3"
    ),
    Rule(
      id: "SDEI-D033",
      kind: .decoding,
      severity: .note,
      title: "bits of an event that v7 does not have",
      source: "KVM/arm64 SDEI series v7, patch 17",
      problem: "the registers say something of an event other than 0 and 1",
      action: "clear it: KVM_SET_ONE_REG drops it without a word",
      explanation: """
        Bitmaps have 64 bits and the kernel has two events. The bits are kept, because the \
        registers can carry them.
        """,
      example: "bit 5 of SDEI_EVENT_REGISTERED"
    ),
    Rule(
      id: "SDEI-D034",
      kind: .decoding,
      severity: .note,
      title: "registers that are not SDEI's",
      source: "schemas/kvm-v7-registers.md",
      problem: "registers that are not SDEI's are not kept",
      action: "keep the list for the rest of the vCPUs' state",
      explanation: "A list of all registers is read as it comes; a snapshot is SDEI's state alone.",
      example: "1,216 registers of four vCPUs"
    ),
  ]
}
