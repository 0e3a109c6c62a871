extension Rule {
  /// What a host left where its ABI means nothing.
  ///
  /// Told while a state is read, with offsets; what else must not travel are rules of states: `StateRule.leaks`.
  static let leftByHosts: [Rule] = [
    Rule(
      id: "SDEI-L001",
      kind: .leak,
      severity: .note,
      title: "a notifier",
      source: """
        KVM/arm64 SDEI series v2 to v5, struct kvm_sdei_event_state and \
        kvm_sdei_exposed_event_state
        """,
      problem: "the notifier is a function pointer of the host kernel",
      action: "do not publish it; another kernel must not be given it",
      explanation: """
        It tells where the host's kernel is loaded, and user space can set it: the kernel calls \
        what stands there when the event is delivered and when it completes (SDEI-T117). The \
        review of v5 had it removed. dump --redact puts a pseudonym in its place.
        """,
      example: "notifier 0xffff800010a31c40"
    ),
    Rule(
      id: "SDEI-L002",
      kind: .leak,
      severity: .warning,
      title: "padding that is not 0",
      source: "KVM/arm64 SDEI series v2 to v5, the structures of the ABI",
      problem: "padding is not 0, which may be leaked kernel memory",
      action: "clear it before the state leaves the host; dump --redact replaces it",
      explanation: """
        The bytes mean nothing and travel unchanged through GET and SET. A kernel that copies a \
        structure which it did not clear, or a VMM that reuses a buffer, puts memory there; v5's \
        own selftest does. Where the last bytes look like the upper ones of a kernel's address the \
        finding says so.
        """,
      example: "padding[5] of an exposed event holds 1f 0a 80 ff ff"
    ),
    Rule(
      id: "SDEI-L003",
      kind: .leak,
      severity: .warning,
      title: "the compiler's hole that is not 0",
      source: "KVM/arm64 SDEI series v5, struct kvm_sdei_registered_event_state",
      problem: "the compiler's hole is not 0, which may be leaked kernel memory",
      action: "clear it before the state leaves the host; dump --redact replaces it",
      explanation: """
        v5 names 3 bytes of padding where 7 are needed: 4 more lie behind them that the source \
        does not name, so that nobody who clears the named ones clears these.
        """,
      example: "bytes 12 to 15 of a registered event hold 01 00 00 00"
    ),
  ]
}
