internal import SDEIModel

extension StateRule {
  static let leftovers = StateRule(
    Rule(
      id: "SDEI-V023",
      kind: .state,
      severity: .error.but(
        .note,
        in: .kvm,
        "KVM keeps what was registered last (recorded with series v4, v5 and v7)"
      ).but(
        .warning,
        in: [.tfA, .qemuRFC],
        "the document demands zeros behind a reset only; TF-A clears at UNREGISTER"
      ),
      title: "leftovers of a handler",
      source: "DEN0054C 5.1.8, 5.1.18",
      problem: "nothing is registered and no handler runs, and something of a handler is left",
      action: "clear it, or leave it: `diff --canonical` compares states without it",
      explanation: """
        Without a registration an entry point, an argument, the relative flag and a routing mean \
        nothing, and in the specification's own form they are 0, so that equal states are equal. \
        TF-A clears them. KVM does not: v7 keeps the handler's registers behind UNREGISTER, v4 and \
        v5 the arrays of the event.
        """,
      example: "registered {}, entry 0xffff800008100000 at vCPU 2"
    )
  ) { state, report in
    for event in state.events {
      // What is enabled without a registration is a rule of its own.
      let dead = state.slots(of: event).subtracting(event.registered)
        .subtracting(state.running(event)).subtracting(event.enabled)
      if dead.isEmpty { continue }
      var parts = [
        ("entry", event.entry.support), ("argument", event.argument.support),
        ("relative", event.relative),
      ].map { ($0, $1.intersection(dead)) }.filter { !$1.isEmpty }
      if event.isShared && state.routing(of: event) != Routing() { parts.append(("routing", dead)) }
      let all = parts.reduce(Bitmap()) { $0.union($1.1) }
      report.add(event, all, "", found: parts.map(\.0).joined(separator: ", "))
    }
  }
}
