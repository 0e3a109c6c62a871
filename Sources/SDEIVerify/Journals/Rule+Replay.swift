/// What there is to say about replaying a journal (`SDEI-R`).
extension Rule {
  static let replay: [Rule] = [
    diverged, torn, astray, notPlayed, startMissing, otherStart, otherInstance,
  ]

  static let diverged = Rule(
    id: "SDEI-R001",
    kind: .replay,
    severity: .error,
    title: "replay diverges",
    source: "schemas/journal.md, section 2",
    problem: "the engine does something else than was recorded",
    action: "see sdeictl replay for the state before the step, and what explains it",
    explanation: """
      A journal is walked with the engine in the journal's own dialect, and everything that was \
      recorded is compared. At the first difference the walk ends: what stands behind it follows \
      from another state. Either the implementation has a defect that its dialect does not know, or \
      the recorder left out a step, or it noted something wrong.
      """,
    example: "steps[12].result: PENDING was recorded, the engine answers SUCCESS"
  )

  static let torn = Rule(
    id: "SDEI-R002",
    kind: .replay,
    severity: .warning,
    title: "torn tail",
    source: "schemas/journal.md, section 5",
    problem: "the last bytes of a journal are no whole record, and later steps may be missing",
    action: "replay what is there; to go on, let the recorder cut the end off",
    explanation: """
      A recorder that is killed while it writes leaves the beginning of a record. The steps before \
      it are whole. A damaged record with a whole one behind it is no torn tail, and is refused.
      """,
    example: "the last 37 bytes, from byte 4711 on, are not a whole record"
  )

  static let astray = Rule(
    id: "SDEI-R003",
    kind: .replay,
    severity: .error,
    title: "original goes astray",
    source: "schemas/journal.md, section 2",
    problem: "the original implementation crashes, hangs or corrupts memory at this step",
    action: "move the guest to a host without the defect before it does this again",
    explanation: """
      Known defects of KVM's series and of TF-A end a journal: an event that is freed while a vCPU \
      runs it, a search that never ends, an assertion. The engine never invents what came next, so \
      no step behind it can be judged.
      """,
    example: "steps[11]: the kernel uses an event that it has freed"
  )

  static let notPlayed = Rule(
    id: "SDEI-R004",
    kind: .replay,
    severity: .warning,
    title: "state not playable",
    source: "schemas/journal.md, section 2",
    problem:
      "the engine can not go on from a state of the journal, so the steps behind it are not judged",
    action: "give the engine more memory, or record in a dialect that it plays",
    explanation: """
      The engine plays the specification, KVM v4, v5 and v7, and TF-A, and takes no more memory than \
      it is allowed. The states in the journal up to this place are checked all the same.
      """,
    example: "start: the engine can not play the dialect qemu-rfc"
  )

  static let startMissing = Rule(
    id: "SDEI-R005",
    kind: .replay,
    severity: .warning,
    title: "start not given",
    source: "schemas/journal.md, section 1",
    problem: "the journal has only a digest of its starting state, so its steps are not judged",
    action: "give the state that the recorder started from",
    explanation: """
      A recorder may write a digest in place of a large state. Whoever replays the journal brings \
      the state, which must have that digest.
      """,
    example: "startDigest: the digest is 6f2a90ccf1e1a1b3"
  )

  static let otherStart = Rule(
    id: "SDEI-R006",
    kind: .replay,
    severity: .error,
    title: "other start",
    source: "schemas/journal.md, section 1",
    problem: "the state given is not the one that the journal starts from",
    action: "give the state that the recorder started from",
    explanation: """
      The digest in the journal's header is that of the state before the first step. From another \
      state the steps mean something else, so none is judged.
      """,
    example: "startDigest: the journal has 6f2a90ccf1e1a1b3, the state given 0011223344556677"
  )

  static let otherInstance = Rule(
    id: "SDEI-R007",
    kind: .replay,
    severity: .error,
    title: "other instance",
    source: "DEN0054C 3.2, 5.1.1",
    problem: "two states that should be an operation apart are of different instances",
    action: "compare states of one VM",
    explanation: """
      The number of vCPUs, the version that the guest was told and the client's exception level are \
      fixed for the life of an instance. Where they differ nothing else is compared.
      """,
    example: "vcpus.count: 8 vCPUs, and 4 before"
  )
}
