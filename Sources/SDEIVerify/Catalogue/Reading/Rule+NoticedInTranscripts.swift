extension Rule {
  /// In snapshots, transcripts and files of definitions.
  static let inAnyForm: [Rule] = [
    Rule(
      id: "SDEI-D020",
      kind: .decoding,
      severity: .note,
      title: "an optional record that is not known",
      source: "schemas/sdei-snapshot.md",
      problem: "an optional record is not understood",
      action: "use a newer program to see it; it is kept when the file is rewritten unchanged",
      explanation: """
        A record says whether a reader must understand it. One that need not be understood is \
        kept, byte for byte, where its bits say that copying is safe.
        """,
      example: "a record of type 0x42 without the must-understand bit"
    ),
    Rule(
      id: "SDEI-D021",
      kind: .decoding,
      severity: .note,
      title: "structures behind the last one",
      source: "KVM/arm64 SDEI series v5, patches 18 and 19",
      problem: """
        all-zero structures stand at the end of a list: GET was asked for more than there are
        """,
      action: "ask for as many as GET_…_COUNT told",
      explanation: """
        v5's GET fills the rest of the buffer with zeros and does not say how many entries are \
        valid. They are counted and kept, and SDEI-T113 tells what SET makes of them.
        """,
      example: "2 all-zero structures behind 3 exposed events"
    ),
    Rule(
      id: "SDEI-D022",
      kind: .decoding,
      severity: .note,
      title: "a running number that means none",
      source: "KVM/arm64 SDEI series v2 and v5, arch/arm64/kvm/sdei.c",
      problem: "a running number is none that the ABI supports, so it means that nothing runs",
      action: "write the ABI's number for none",
      explanation: """
        The kernel asks whether the number is one that it supports. Nothing says whether the \
        number is left over or damaged.
        """,
      example: "normal_num 0x5 in a kvm-v5 transcript"
    ),
    Rule(
      id: "SDEI-D023",
      kind: .decoding,
      severity: .note,
      title: "zeros that are taken for event 0",
      source: "KVM/arm64 SDEI series v5, patch 18",
      problem: "a structure of zeros is taken for event 0, of which nothing else speaks",
      action: "ask for as many as GET_EXPOSED_EVENT_COUNT told",
      explanation: """
        An all-zero structure is both a valid event 0 (private, normal) and what a GET with too \
        large a count leaves. The first one at the end of the list is event 0 unless that came \
        before.
        """,
      example: "one exposed structure, of zeros"
    ),
    Rule(
      id: "SDEI-D024",
      kind: .decoding,
      severity: .warning,
      title: "findings that are not listed",
      source: "sdeictl's bound on memory",
      problem: "more findings of these kinds were made than are listed",
      action: "resolve the ones that are",
      explanation: """
        A hostile transcript can ask for a finding with every 16 bytes; 4,096 are listed and the \
        others are counted.
        """,
      example: "5,000 queue entries with non-zero padding"
    ),
    Rule(
      id: "SDEI-D025",
      kind: .decoding,
      severity: .note,
      title: "an event of unknown definition",
      source: "KVM/arm64 SDEI series v2, patch 16",
      problem: "type and priority of the event are unknown: this form does not tell them",
      action: "supply the definitions with --events FILE",
      explanation: """
        v2 to v4 have no GET for what a VMM exposed. Without the definition slot 0 may be a shared \
        event's or vCPU 0's.
        """,
      example: "a QEMU stream whose cpu/sdei has 0x40400001 registered"
    ),
    Rule(
      id: "SDEI-D026",
      kind: .decoding,
      severity: .warning,
      title: "a definition that contradicts the state's",
      source: "schemas/events.schema.json",
      problem: """
        the definition that was supplied is another one than the state's own, which stays
        """,
      action: "correct one of the two",
      explanation: "The state was told by the host that ran it; a file is somebody's memory of it.",
      example: "--events says shared, and the state private"
    ),
    Rule(
      id: "SDEI-D027",
      kind: .decoding,
      severity: .note,
      title: "a definition of no event",
      source: "schemas/events.schema.json",
      problem: "a definition was supplied for an event that the state does not have",
      action: "nothing is added: this form tells all events that there are",
      explanation: "Only the forms of KVM v2 to v4 lack events that are merely exposed.",
      example: "--events names 0x40400007 for a kvm-v5 transcript"
    ),
  ]
}
