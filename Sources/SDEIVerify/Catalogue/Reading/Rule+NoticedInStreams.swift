extension Rule {
  /// In QEMU's streams.
  static let inStreams: [Rule] = [
    Rule(
      id: "SDEI-D040",
      kind: .decoding,
      severity: .warning,
      title: "handlers that name different PEs",
      source: "schemas/qemu-rfc.md",
      problem: """
        the registered handlers of private events on one vCPU name different PEs, so its affinity \
        is unknown
        """,
      action: "compare cpu_affinity of the vCPU's private events with its MPIDR",
      explanation: """
        The RFC's form tells a vCPU's affinity through its handlers alone, and none is invented.
        """,
      example: "cpu_affinity 0x0 and 0x1 on vCPU 0"
    ),
    Rule(
      id: "SDEI-D050",
      kind: .decoding,
      severity: .note,
      title: "a stream without SDEI state",
      source: "schemas/qemu-stream.md",
      problem: "the stream has no SDEI state",
      action: "take it from a guest whose KVM and QEMU have SDEI",
      explanation: """
        An answer and no error: all of the stream was read, and there is neither cpu/sdei, nor \
        SDEI registers, nor qemu_sdei.
        """,
      example: "a stream of QEMU 9"
    ),
    Rule(
      id: "SDEI-D051",
      kind: .decoding,
      severity: .warning,
      title: "vCPUs without a section",
      source: "schemas/qemu-stream.md",
      problem: "the stream has no section of some vCPUs, but of later ones",
      action: "check that they were unplugged; nothing of them is known",
      explanation: """
        vCPUs are numbered by their sections. Those between are counted, as after reset.
        """,
      example: "sections of vCPUs 0, 1 and 3"
    ),
    Rule(
      id: "SDEI-D052",
      kind: .decoding,
      severity: .note,
      title: "an unusual power state",
      source: "QEMU target/arm, power_state",
      problem: "a power state is on its way, or has no meaning",
      action: "nothing, where a CPU_ON was on its way",
      explanation: "QEMU keeps 0 for on, 1 for off and 2 for a CPU_ON that was asked for.",
      example: "power_state 2"
    ),
    Rule(
      id: "SDEI-D053",
      kind: .decoding,
      severity: .warning,
      title: "state that some vCPUs lack",
      source: "schemas/qemu-stream.md",
      problem: "other vCPUs have SDEI state, and these do not: they are shown as after reset",
      action: """
        look at the log of the QEMU that wrote the stream: a failed ioctl leaves it out
        """,
      explanation: """
        QEMU's pre_save for v2 to v4 does not fail a migration when an ioctl fails; it leaves out \
        what it did not get.
        """,
      example: "cpu/sdei of vCPU 2 has no ksv"
    ),
    Rule(
      id: "SDEI-D054",
      kind: .decoding,
      severity: .warning,
      title: "two numbers of vCPUs",
      source: "schemas/qemu-rfc.md",
      problem: "section qemu_sdei has another number of vCPUs than the stream has sections",
      action: "check which of the two the machine had",
      explanation: """
        Both are in one stream of one machine, so that one of them is damaged or from elsewhere.
        """,
      example: "qemu_sdei has 4 vCPUs, and there are sections of 2"
    ),
    Rule(
      id: "SDEI-D055",
      kind: .decoding,
      severity: .warning,
      title: "registers that a stream lacks",
      source: "QEMU target/arm/machine.c, version 23 of the cpu section",
      problem: """
        the stream's lists of registers lack some of SDEI's; their reset values are shown
        """,
      action: """
        write the stream with a QEMU whose cpu section (version 23) has room for registers wider \
        than 64 bits
        """,
      explanation: """
        Handlers and the context are wider than 64 bits. A QEMU that stores 64-bit registers only \
        saves the bitmaps and loses what they speak of.
        """,
      example: "SDEI_EVENT_CONTEXT is missing on vCPUs 0-1"
    ),
  ]
}
