internal import SDEIModel

extension Rule {
  /// Why a state is not written in a form at all.
  static let refusedForms: [Rule] = [
    Rule(
      id: "SDEI-C001",
      kind: .conversion,
      severity: .error,
      title: "a state that a form can not express",
      source: "the form's own document in schemas/",
      problem: "the form can not express the state at all",
      action: "use sdei or json, which hold any state",
      explanation: """
        Nothing is written. A field that is left out would be a loss that can be allowed; this is \
        a state for which the form has no bytes: a part where it holds whole VMs, a vCPU beyond \
        its arrays, two events for one slot.
        """,
      example: "a vCPU 512 in a kvm-v5 transcript"
    ),
    Rule(
      id: "SDEI-C002",
      kind: .conversion,
      severity: .error,
      title: "an output that is larger than allowed",
      source: "--max-memory",
      problem: "the output would be larger than allowed",
      action: "raise --max-memory, or use sdei, which stays folded",
      explanation: """
        A snapshot keeps columns folded; most forms unfold them. 65,536 vCPUs with one event each \
        are 400 bytes as sdei and 550 MB as KVM v5's arrays would be.
        """,
      example: "kvm-v7 registers of 2^20 vCPUs"
    ),
    Rule(
      id: "SDEI-C003",
      kind: .conversion,
      severity: .error,
      title: "an output that can not be read again",
      source: "sdeictl's account of losses",
      problem: "what was written could not be read again",
      action: "use sdei or json",
      explanation: """
        Whatever is written is read back, since what reading does not give back is lost. Bytes \
        that can not be read are never given out.
        """,
      example: "a state whose parts contradict each other"
    ),
    Rule(
      id: "SDEI-C004",
      kind: .conversion,
      severity: .error,
      title: "an extra that contradicts the state",
      source: "schemas/sdei-snapshot.md",
      problem: "an extra contradicts the state, or is none of its dialect's",
      action: "change one of the two",
      explanation: """
        Extras hold what only one implementation has. Edited by hand they can say what the rest of \
        the state denies.
        """,
      example: "extras.queueOrder without an event that is pending there"
    ),
    Rule(
      id: "SDEI-C006",
      kind: .conversion,
      severity: .error,
      title: "a stream that would have to be made up",
      source: "schemas/qemu-stream.md",
      problem: "a QEMU stream holds a whole machine, of which this is the SDEI state alone",
      action: "choose another format; streams are only read",
      explanation: "Guest memory and all other devices would have to be invented.",
      example: "convert --to qemu-stream"
    ),
  ]

  /// What a form does not keep of a state, or says otherwise.
  static let losses: [Rule] = [
    Rule(
      id: "SDEI-C010",
      kind: .conversion,
      severity: .error.or(.warning, "where a destination does not get what the guest does not use"),
      title: "a field that is lost",
      source: "sdeictl's account of losses",
      problem: "the form does not keep the field",
      action: "use sdei, or accept it with convert --allow-loss",
      explanation: """
        The account is no list of rules: what was written is read back, and each field that is \
        missing then is a loss. So it holds for what nobody thought of. verify --to makes a \
        warning of it where the guest does not use what is lost.
        """,
      example: "a kvm-v7 list of a state with a critical handler"
    ),
    Rule(
      id: "SDEI-C011",
      kind: .conversion,
      severity: .error.or(.warning, "where a destination does not get what the guest does not use"),
      title: "a field that is changed",
      source: "sdeictl's account of losses",
      problem: "the form gives the field back changed",
      action: "use sdei, or accept it with convert --allow-loss",
      explanation: """
        As SDEI-C010: the field is there, with another value. The change of the dialect is always \
        one, since everyone reads the bits by other rules from then on.
        """,
      example: "pending 3 becomes 1 as kvm-v7"
    ),
    Rule(
      id: "SDEI-C012",
      kind: .conversion,
      severity: .note,
      title: "a field that is spelt out",
      source: "sdeictl's account of losses",
      problem: """
        the field follows from other fields, and the form spells it out, or the reverse
        """,
      action: "nothing is lost",
      explanation: "The snapshot is another one, and says the same.",
      example: "a list in its usual order, stored"
    ),
    Rule(
      id: "SDEI-C013",
      kind: .conversion,
      severity: .note,
      title: "the same in other bits",
      source: "sdeictl's account of losses",
      problem: "the form's dialect says the same in other bits or counts",
      action: "nothing is lost",
      explanation: """
        KVM v2 to v5 count the occurrence that is being handled as pending, and v5 keeps \
        registered during an unregistration; other dialects do not.
        """,
      example: "pending 1 of a running event becomes 0"
    ),
  ]
}
