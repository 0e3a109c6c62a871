internal import SDEIModel

extension StateRule {
  static let version = [versionBit63, versionMajor, versionMinor]

  private static let versionBit63 = StateRule(
    Rule(
      id: "SDEI-V001a",
      kind: .state,
      severity: .error,
      title: "bit 63 of the version is set",
      source: "DEN0054C 5.1.1.2",
      problem: "bit 63 of the version word is set",
      action: "take the version from the source again; the word was read from a wrong place",
      explanation: """
        SDEI_VERSION returns a positive 64-bit number: a word with bit 63 set is what a failed call \
        returns, and a guest takes it for one and does not use SDEI at all. No implementation \
        stores its version in a state, so such a word is an error code or bytes of something else.
        """,
      example: "the version word is 0xffffffffffffffff, NOT_SUPPORTED"
    )
  ) { state, report in
    let word = state.instance.version.rawValue
    if word >> 63 != 0 { report.add("instance.version", found: hex(word)) }
  }

  private static let versionMajor = StateRule(
    Rule(
      id: "SDEI-V001b",
      kind: .state,
      severity: .error,
      title: "a major version other than 1",
      source: "DEN0054C 5.1.1.2, 5.1.1.3",
      problem: "the major version is not 1",
      action: "check the file, or use a program that knows that version",
      explanation: """
        All issues of the document have major version 1, and another major version may have other \
        calls and other states. Linux gives up SDEI unless it reads 1. Every implementation that is \
        known answers 1.
        """,
      example: "version 2.0"
    )
  ) { state, report in
    let word = state.instance.version.rawValue
    let major = word >> 48 & 0x7FFF
    if major != 1 {
      report.add("instance.version", found: "version \(major).\(word >> 32 & 0xFFFF)")
    }
  }

  private static let versionMinor = StateRule(
    Rule(
      id: "SDEI-V001c",
      kind: .state,
      severity: .warning,
      title: "a minor version that is not known",
      source: "DEN0054C 5.1.1.2",
      problem: "the minor version is of an issue that is not known here",
      action: "look up what that issue adds; these rules are of 1.0 and 1.1",
      explanation: """
        Issues A and B are 1.0, issue C is 1.1. A greater minor version keeps all calls of the \
        smaller ones and may add more, so the state may have parts that no rule looks at. TF-A, the \
        QEMU series and KVM v4 answer 1.0, KVM v5 and v7 answer 1.1.
        """,
      example: "version 1.2"
    )
  ) { state, report in
    let minor = state.instance.version.minor
    if minor > 1 {
      let major = state.instance.version.rawValue >> 48 & 0x7FFF
      report.add("instance.version", found: "version \(major).\(minor)")
    }
  }
}
