internal import SDEIModel

extension Rule {
  static let relativeModeValue = Rule(
    id: "SDEI-V003a",
    kind: .decoder,
    severity: .error,
    title: "relative mode is neither 0 nor 1",
    source: "DEN0054C 5.1.17.2",
    problem: "the relative-mode feature is neither 0 nor 1",
    action: "report it to the producer of the file",
    explanation: """
      SDEI_FEATURES(1) answers 0 or 1. A state holds yes or no, and a file with another value is \
      refused while it is read (SDEI-D006).
      """,
    example: "byte 9 of the native INSTANCE record is 2"
  )
}

extension StateRule {
  static let relativeModeVersion = StateRule(
    Rule(
      id: "SDEI-V003b",
      kind: .state,
      severity: .error,
      title: "relative mode before 1.1",
      source: "DEN0054C 5.1.17",
      problem: "relative mode is supported, and the version is one that does not have it",
      action: "set the version to 1.1, or clear the feature, as the guest saw it",
      explanation: """
        Relative mode came with 1.1: a dispatcher of 1.0 answers INVALID_PARAMETERS to \
        SDEI_FEATURES(1) and a guest of 1.0 never asks. TF-A and the QEMU series are 1.0 and have \
        no relative mode; KVM v7 is 1.1 and refuses the flag.
        """,
      example: "version 1.0, relativeMode true"
    )
  ) { state, report in
    if state.instance.features.relativeMode && state.instance.version.minor == 0 {
      report.add("instance.features.relativeMode", found: "version \(state.instance.version)")
    }
  }
}
