internal import SDEIModel

extension Rule {
  /// Whether a destination takes the state at all, and has room for it.
  static let room: [Rule] = [
    Rule(
      id: "SDEI-T200",
      kind: .target,
      severity: .error,
      title: "one part of a state",
      source: "schemas/profiles.md",
      problem: "a part was given, and a destination loads a whole VM",
      action: "put the parts together: sdeictl convert PART... --to sdei -o WHOLE",
      explanation: """
        A part (what one vCPU's file descriptor gives) lacks what most checks compare: \
        definitions, other vCPUs, routing targets. No answer about it would hold for the VM.
        """,
      example: "kvm-split's part of vCPU 3"
    ),
    Rule(
      id: "SDEI-T201",
      kind: .target,
      severity: .error,
      title: "more vCPUs than there is room for",
      source: "schemas/profiles.md",
      problem: "the VM has more vCPUs than the destination has room for",
      action: "use a destination with more room",
      explanation: """
        KVM v2 to v5 have arrays of 512 in their ABI, which is what the review of v5 objected to \
        first. Other limits are a host's own, and stand in its profile.
        """,
      example: "600 vCPUs for kvm-v5"
    ),
    Rule(
      id: "SDEI-T202",
      kind: .target,
      severity: .error.or(.warning, "where those that the guest has registered or runs have room"),
      title: "more events than there is room for",
      source: "schemas/profiles.md",
      problem: "the state has more events than the destination has room for",
      action: "let the guest unregister some, or use a destination with more room",
      explanation: """
        An event that is only defined counts as well: a guest that was offered it may register it. \
        But nothing is lost at once, so it is a warning where the events in use have room.
        """,
      example: "130 events for a host with 128"
    ),
    Rule(
      id: "SDEI-T203",
      kind: .target,
      severity: .error.or(.warning, "where those that the guest has registered or runs have room"),
      title: "more private events than there is room for",
      source: "schemas/profiles.md",
      problem: "the state has more private events than the destination has room for",
      action: "let the guest unregister some, or use a destination with more room",
      explanation: "As SDEI-T202, of private events.",
      example: "3 private events for kvm-v7, which has 2"
    ),
    Rule(
      id: "SDEI-T204",
      kind: .target,
      severity: .error.or(.warning, "where those that the guest has registered or runs have room"),
      title: "more shared events than there is room for",
      source: "schemas/profiles.md",
      problem: "the state has more shared events than the destination has room for",
      action: "let the guest unregister some, or use a destination with more room",
      explanation: """
        As SDEI-T202, of shared events. KVM v6 and v7 have none, because nobody needed one.
        """,
      example: "a shared event for kvm-v7"
    ),
    Rule(
      id: "SDEI-T205",
      kind: .target,
      severity: .error.or(.warning, "where those that the guest has registered or runs have room"),
      title: "more critical events than there is room for",
      source: "schemas/profiles.md",
      problem: "the state has more critical events than the destination has room for",
      action: "let the guest unregister some, or use a destination with more room",
      explanation: "As SDEI-T202, of critical events. KVM v7 has none.",
      example: "a critical event for kvm-v7"
    ),
    Rule(
      id: "SDEI-T206",
      kind: .target,
      severity: .error.or(.warning, "where the guest does not use the event"),
      title: "a number beyond the slots",
      source: "schemas/profiles.md",
      problem: "the event's number names a slot that the destination does not have",
      action: "use a destination without this rule: a guest can not be given another number",
      explanation: """
        Implementations that keep events in an array take the low bits of the number as its place \
        (QEMU's RFC: the low 24 bits).
        """,
      example: "0x40000200 for qemu-rfc, which has 128 slots"
    ),
    Rule(
      id: "SDEI-T207",
      kind: .target,
      severity: .error.or(.warning, "where the guest does not use the event"),
      title: "two numbers for one slot",
      source: "schemas/profiles.md",
      problem: "the event's number names the slot of another event",
      action: "use a destination without this rule: a guest can not be given another number",
      explanation: "As SDEI-T206: only the low bits tell events apart there.",
      example: "0x5 and 0x40000005 for qemu-rfc"
    ),
  ]
}
