internal import SDEIModel

extension Rule {
  /// What a destination that follows DEN0054C has no state for.
  static let specification: [Rule] = [
    Rule(
      id: "SDEI-T240",
      kind: .target,
      severity: .error.or(.warning, "where the guest does not use the event"),
      title: "a number without a space",
      source: "DEN0054C 4.4, Tables 3 and 4",
      problem: "the number lies in no number space",
      action: "use a destination that knows such numbers",
      explanation: """
        Bit 31 and bits 29:24 must be 0. KVM v2 to v5 look at bits 23:22 only (SDEI-K008), so \
        their states can have such events; a destination that follows the specification has no \
        place for them.
        """,
      example: "0x80400000"
    ),
    Rule(
      id: "SDEI-T241",
      kind: .target,
      severity: .error.or(.warning, "where the guest does not use the event"),
      title: "a definition without a meaning",
      source: "DEN0054C 5.1.10",
      problem: "the type or the priority is a value that is not defined",
      action: "correct the definition",
      explanation: """
        Asked of destinations without commands of their own, which would refuse it (SDEI-T003, \
        SDEI-T004).
        """,
      example: "type 2"
    ),
    Rule(
      id: "SDEI-T242",
      kind: .target,
      severity: .error,
      title: "enabled without registered",
      source: "DEN0054C 6.1",
      problem: "a handler is enabled that is not registered, which is no state of a handler",
      action: "correct the state where it comes from",
      explanation: """
        As SDEI-V020, asked of a destination that follows the specification and has no such state.
        """,
      example: "enabled {3}, registered {}"
    ),
    Rule(
      id: "SDEI-T243",
      kind: .target,
      severity: .error,
      title: "a shared handler on several vCPUs",
      source: "DEN0054C 3.3.2",
      problem: "the handler of a shared event runs on several vCPUs at once",
      action: "let the handlers complete before the move",
      explanation: """
        A shared event has one handler state. KVM v2 to v5 queue it for each vCPU (SDEI-K004); \
        such a state has no equal elsewhere.
        """,
      example: "0x400010 runs on vCPUs 0 and 1"
    ),
    Rule(
      id: "SDEI-T244",
      kind: .target,
      severity: .error,
      title: "a routing mode that is no mode",
      source: "DEN0054C 5.1.2",
      problem: "the routing mode of a shared event is neither any nor pe",
      action: "set the mode that the guest asked for",
      explanation: """
        KVM v2 to v5 store the affinity there (SDEI-K001). What the guest asked for is known to it \
        alone; where its affinity names a PE, it was most likely pe.
        """,
      example: "routing.mode 0x2"
    ),
    Rule(
      id: "SDEI-T245",
      kind: .target,
      severity: .error,
      title: "a client level that is none",
      source: "DEN0054C 3.2.1",
      problem: "the client's exception level is neither EL1 nor EL2",
      action: "correct the level",
      explanation: "A client is an operating system or a hypervisor.",
      example: "clientEL 3"
    ),
  ]
}
