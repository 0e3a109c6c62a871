internal import SDEIModel

extension Rule {
  static let slotCountWidth = Rule(
    id: "SDEI-V002a",
    kind: .decoder,
    severity: .error,
    title: "a slot count beyond 16 bits",
    source: "DEN0054C 5.1.17.2",
    problem: "a count of bind slots does not fit 16 bits",
    action: "report it to the producer of the file",
    explanation: """
      SDEI_FEATURES tells both counts in one word, 16 bits each. A state has no room for a larger \
      one: a file in which a count could be larger is refused while it is read (SDEI-D006), and the \
      binary formats have 16 bits for it.
      """,
    example: "JSON: \"privateSlots\": 65536"
  )
}

extension StateRule {
  static let fewSlots = StateRule(
    Rule(
      id: "SDEI-V002b",
      kind: .state,
      severity: .warning.but(
        nil,
        in: .kvm,
        "KVM has no INTERRUPT_BIND, and its guests are told of no slots"
      ),
      title: "fewer bind slots than recommended",
      source: "DEN0054C 5.1.17, 6.3",
      problem: "the instance has fewer than 2 private or 2 shared bind slots",
      action: "expect BIND to answer OUT_OF_RESOURCE; give the platform more slots if guests bind",
      explanation: """
        The document recommends at least two bind slots of each type, and Arm's compliance suite \
        asks for them. Fewer are legal. TF-A has what its platform declares, the QEMU series 8 and \
        16; Gunyah and KVM offer none.
        """,
      example: "privateSlots 0, sharedSlots 0"
    )
  ) { state, report in
    let features = state.instance.features
    if features.privateSlots < 2 || features.sharedSlots < 2 {
      report.add(
        "instance.features",
        found: "\(features.privateSlots) private, \(features.sharedSlots) shared"
      )
    }
  }
}
