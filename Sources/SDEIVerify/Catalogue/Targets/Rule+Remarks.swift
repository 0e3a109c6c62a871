internal import SDEIModel

extension Rule {
  /// What is worth knowing of a destination, and what its profile accepts.
  static let remarks: [Rule] = [
    Rule(
      id: "SDEI-T250",
      kind: .target,
      severity: .note,
      title: "another implementation's behaviour",
      source: "sdeictl dialects",
      problem: "the guest met the behaviour of one implementation, and meets that of another",
      action: "sdeictl dialects tells what each does otherwise",
      explanation: "State may load without a loss, and calls may answer otherwise afterwards.",
      example: "from kvm-v5 to tf-a"
    ),
    Rule(
      id: "SDEI-T251",
      kind: .target,
      severity: .note,
      title: "what stays behind",
      source: "schemas/profiles.md",
      problem: "fields that only the source's implementation has do not go with the state",
      action: "nothing: no guest sees it",
      explanation: """
        Orders of lists, paddings, notifiers, counts that are kept twice: nothing that a guest \
        could notice.
        """,
      example: "notifier, exposedPadding"
    ),
    Rule(
      id: "SDEI-T252",
      kind: .target,
      severity: .note,
      title: "what moves with the vCPU",
      source: "schemas/profiles.md",
      problem: """
        the destination's form does not carry it; it moves with the vCPU, or follows from what is \
        loaded
        """,
      action: "nothing: it moves with the vCPU itself",
      explanation: "Power states, affinities and delivery requests are in no SDEI form of KVM.",
      example: "vcpus.power"
    ),
    Rule(
      id: "SDEI-T253",
      kind: .target,
      severity: .note,
      title: "how the host produces an event",
      source: "schemas/profiles.md",
      problem: "the destination's form does not carry how the host produces the event",
      action: "make sure that the destination's host produces the event in the same way",
      explanation: """
        Triggers, interrupts and notifiers are the platform's wiring: configured there, and not \
        migrated.
        """,
      example: "events[0x40000000].trigger"
    ),
    Rule(
      id: "SDEI-T254",
      kind: .target,
      severity: .warning.or(.note, "where the destination's own commands were asked"),
      title: "a form that was not tried",
      source: "schemas/profiles.md",
      problem: "whether the destination's form can hold the state was not tried",
      action: "raise --max-memory, or compare the fields by hand",
      explanation: """
        Forms whose columns unfold need memory for each vCPU, and forms without a writer can not \
        be tried at all. Where the destination's commands answer, they decide.
        """,
      example: "65,536 vCPUs with a handler each, and --max-memory 1M"
    ),
    Rule(
      id: "SDEI-T255",
      kind: .target,
      severity: .note,
      title: "left-overs that stay behind",
      source: "schemas/profiles.md",
      problem: "the destination's form does not carry what no guest sees",
      action: "nothing: no guest sees it",
      explanation: "Entry points of handlers that are gone, and extras of the dialect.",
      example: "events[0x400000].entry of an event that nobody has registered"
    ),
    Rule(
      id: "SDEI-T256",
      kind: .target,
      severity: .warning,
      title: "several occurrences that become one",
      source: "DEN0054C 5.1.16.1",
      problem: "the destination has one bit for what waits: several occurrences become one",
      action: "let the guest handle the others before the move, if it counts them",
      explanation: "As SDEI-T136, of forms that have no commands.",
      example: "pending 3, for qemu-rfc"
    ),
    Rule(
      id: "SDEI-T257",
      kind: .target,
      severity: .error,
      title: "no SDEI state",
      source: "verify --to",
      problem: "the input holds no SDEI state, so that there is nothing to load",
      action: "make sure that it is the right file, and that its guest has no SDEI",
      explanation: """
        A stream of a guest without SDEI is no fault, but a yes would say that its state can be \
        loaded.
        """,
      example: "a QEMU stream without cpu/sdei, SDEI registers and qemu_sdei"
    ),
    Rule(
      id: "SDEI-T258",
      kind: .target,
      severity: .note,
      title: "what the destination has by itself",
      source: "schemas/profiles.md",
      problem: "the destination has an event, or its definition, that the state does not tell",
      action: "nothing: a guest that was not told of it does not use it",
      explanation: "KVM v2 to v4 have 0x40400000 from the start, and v7 has events 0 and 1.",
      example: "events[0x40400000].definition"
    ),
    Rule(
      id: "SDEI-T260",
      kind: .target,
      severity: .warning,
      title: "an acceptance that is over",
      source: "schemas/profiles.md",
      problem: "the profile accepted a hazard until a day that is past",
      action: "resolve the hazard, or decide anew and set another day",
      explanation: """
        Accepting a hazard is a decision for a while; the entry names the day and the reason. \
        Until then its findings are notes.
        """,
      example: "SDEI-T101 until 2025-12-31, on 2026-01-01"
    ),
    Rule(
      id: "SDEI-T261",
      kind: .target,
      severity: .warning,
      title: "an acceptance that may be over",
      source: "schemas/profiles.md",
      problem: "the profile accepts a hazard until a day, and what day it is was not told",
      action: "name the day with --today YYYY-MM-DD",
      explanation: """
        The tool asks no clock, so that the same input has the same answer. The hazard is accepted \
        here, and this warning keeps that from passing as a yes.
        """,
      example: "SDEI-T101 until 2025-12-31, without --today"
    ),
    Rule(
      id: "SDEI-T262",
      kind: .target,
      severity: .warning,
      title: "an acceptance of a refusal",
      source: "schemas/profiles.md",
      problem: "the profile accepts what is a command's refusal",
      action: "remove the entry",
      explanation: "A refused state is not loaded, whoever accepts it.",
      example: "defects names SDEI-T007"
    ),
  ]

  /// What a state's own ABI can not carry.
  static let ownLimits: [Rule] = [
    Rule(
      id: "SDEI-T020",
      kind: .target,
      severity: .note,
      title: "more vCPUs than the arrays have",
      source: """
        KVM/arm64 SDEI series v2 and v5, struct kvm_sdei_kvm_event_state and \
        kvm_sdei_registered_event_state
        """,
      problem: "the VM has more vCPUs than the structures of its own ABI",
      action: "use a destination whose ABI has no such limit",
      explanation: """
        The arrays and bitmaps end at vCPU 511. Such a VM runs, and can not be moved through its \
        own ioctls.
        """,
      example: "a kvm-v5 state with 513 vCPUs"
    )
  ]
}
