extension Rule {
  /// Whether the guest meets the instance that it knows.
  static let instance: [Rule] = [
    Rule(
      id: "SDEI-T220",
      kind: .target,
      severity: .error,
      title: "a version that is not offered",
      source: "DEN0054C 5.1.1",
      problem: "the guest was told a version that the destination's does not cover",
      action: "use a destination that offers it",
      explanation: """
        A guest asks once, at boot, and takes what it is told for what it has: relative mode and \
        its FEATURES bit are 1.1's. Another major version promises nothing.
        """,
      example: "told 1.1, and the destination offers 1.0"
    ),
    Rule(
      id: "SDEI-T221",
      kind: .target,
      severity: .warning,
      title: "a later version",
      source: "DEN0054C 5.1.1",
      problem: "the destination offers a later version than the guest was told",
      action: "let the destination tell the guest's version, if it can",
      explanation: """
        All that an earlier minor version has is in the later one. Only a guest that asks again \
        sees a change.
        """,
      example: "told 1.0, and the destination offers 1.1"
    ),
    Rule(
      id: "SDEI-T222",
      kind: .target,
      severity: .warning,
      title: "another vendor version",
      source: "DEN0054C 5.1.1",
      problem: "the destination tells another vendor version than the guest was told",
      action: "make sure that the guest takes no decision by it",
      explanation: """
        Bits 31:0 of SDEI_VERSION are the vendor's, and differ between KVM's series: 0x4b564d in \
        v5, 0x564bcaa9 in v7.
        """,
      example: "told 0x4b564d, and the destination tells 0x564bcaa9"
    ),
    Rule(
      id: "SDEI-T223",
      kind: .target,
      severity: .error,
      title: "another exception level",
      source: "DEN0054C 3.2.1",
      problem: "the client is at another exception level than the destination's clients",
      action: "use a destination whose guests run at that level",
      explanation: """
        Handlers are entered at EL_C, with its vectors, stack pointer and translation. A client \
        with virtualisation (EL2) can not go on at EL1.
        """,
      example: "a client at EL2, for kvm-v5"
    ),
    Rule(
      id: "SDEI-T230",
      kind: .target,
      severity: .error,
      title: "more bound private interrupts than slots",
      source: "DEN0054C 5.1.14, 5.1.17",
      problem: "more interrupts are bound to private events than the destination has slots",
      action: "let the guest release some, or use a destination with more private slots",
      explanation: "A binding is state: its number is the guest's, and there is no place for it.",
      example: "2 bound PPIs, and 1 private slot"
    ),
    Rule(
      id: "SDEI-T231",
      kind: .target,
      severity: .error,
      title: "more bound shared interrupts than slots",
      source: "DEN0054C 5.1.14, 5.1.17",
      problem: "more interrupts are bound to shared events than the destination has slots",
      action: "let the guest release some, or use a destination with more shared slots",
      explanation: "As SDEI-T230, of shared events.",
      example: "3 bound SPIs, and no shared slot (KVM)"
    ),
    Rule(
      id: "SDEI-T232",
      kind: .target,
      severity: .warning,
      title: "fewer private slots",
      source: "DEN0054C 5.1.17",
      problem: "the destination has fewer private bind slots than the guest was told",
      action: "use a destination with as many; a bind that should succeed would not",
      explanation: "SDEI_FEATURES tells the number, and a guest may plan with it.",
      example: "told 2, and the destination has 0"
    ),
    Rule(
      id: "SDEI-T233",
      kind: .target,
      severity: .warning,
      title: "fewer shared slots",
      source: "DEN0054C 5.1.17",
      problem: "the destination has fewer shared bind slots than the guest was told",
      action: "use a destination with as many; a bind that should succeed would not",
      explanation: "As SDEI-T232, of shared events.",
      example: "told 4, and the destination has 2"
    ),
    Rule(
      id: "SDEI-T234",
      kind: .target,
      severity: .error,
      title: "relative handlers without relative mode",
      source: "DEN0054C 5.1.2.1",
      problem: """
        handlers are registered relative to the vector base, and the destination has no relative \
        mode
        """,
      action: "use a destination with relative mode: such an entry point is no address",
      explanation: "Taken as an address, the offset is somewhere in the first 2 MiB.",
      example: "entry 0x280 relative to VBAR, for tf-a"
    ),
    Rule(
      id: "SDEI-T235",
      kind: .target,
      severity: .warning,
      title: "relative mode that goes away",
      source: "DEN0054C 5.1.2.1, 5.1.17",
      problem: "the guest was told of relative mode, and the destination has none",
      action: "use a destination with it; a registration that should succeed would not",
      explanation: """
        Nothing is registered so yet, but the guest may rely on what SDEI_FEATURES told.
        """,
      example: "relativeMode true, for kvm-v7"
    ),
  ]
}
