internal import SDEIModel

extension StateRule {
  static let registersOfIdleLevel = StateRule(
    Rule(
      id: "SDEI-V042a",
      kind: .state,
      severity: .error.but(
        nil,
        in: .kvm + [.qemuRFC],
        "completion leaves the registers where they are: they are told as what must not travel"
      ),
      title: "registers of a level that runs nothing",
      source: "DEN0054C 5.1.5.3, 5.2.1.2",
      problem: "registers are saved for a level at which nothing runs",
      action: "drop the context; `diff --canonical` compares states without it",
      explanation: """
        A context is what a running handler interrupted; it ends with the handler. What remains is \
        of no use to a dispatcher and tells addresses and data of the guest. In the specification's \
        terms such a context does not exist. The levels of a vCPU that does not exist run nothing \
        either.
        """,
      example: "contexts has a normal level for vCPU 3 with registers and no event"
    )
  ) { state, report in
    var places = ContextPlaces()
    for context in state.contexts where !state.runs(context) {
      places.append(context, key: context.vcpu < state.vcpus.count ? 0 : 1)
    }
    places.report(&report, "") { group in
      group.key == 0 ? "" : "the VM has \(state.vcpus.count) vCPUs"
    }
  }
}
