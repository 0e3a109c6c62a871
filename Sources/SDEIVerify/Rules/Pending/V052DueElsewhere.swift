internal import SDEIModel

extension StateRule {
  static let dueElsewhere = StateRule(
    Rule(
      id: "SDEI-V052",
      kind: .state,
      severity: .warning.but(
        nil,
        in: [.kvmV4, .kvmV5],
        "shared events wait there for one vCPU, whatever their routing: SDEI-V050 says it"
      ),
      condition: .atRest,
      title: "a shared event waits, and a vCPU is free",
      source: "DEN0054C 5.1.12.2, 6.2",
      problem: "a shared event for any vCPU is pending and enabled, and some vCPU could take it",
      action:
        "let the source deliver it before the state is taken, or ask one of the vCPUs to look",
      explanation: """
        An event with RM_ANY waits only while every vCPU is masked or busy. When the one that was \
        chosen masks itself, another must be found; TF-A leaves that to the interrupt controller, \
        which may offer it again later, so the state is suspicious but not wrong.
        """,
      example: "event 0x40400003 (RM_ANY) is enabled and pending, and vCPU 2 is unmasked and idle"
    )
  ) { state, report in
    let takers = [Level.normal: state.takers(.normal), .critical: state.takers(.critical)]
    for event in state.events where event.isShared && event.routing.mode == .any {
      guard let level = event.level, let vcpus = takers[level], !vcpus.isEmpty,
        state.ready(event).contains(0)
      else { continue }
      report.add(
        ModelPath.event(event.number, "pending"),
        found: "vCPUs \(vcpus.listed) can take it"
      )
    }
  }
}
