internal import SDEIModel

extension PairRule {
  static let definitionKept = PairRule(
    Rule(
      id: "SDEI-V060",
      kind: .pair,
      severity: .error,
      title: "definition changed",
      source: "DEN0054C 4.3.2.1",
      problem: "what an event is has changed while its number lived",
      action: "restore the definition that the client was told, or define a new number",
      explanation: """
        Type, priority and signalability are fixed for as long as a number names an event: a client \
        asks for them once and lays out its handlers by the answers. The number of a bind slot may \
        become another event when it was free in between. KVM v5 refuses to expose a number again \
        with other attributes (EEXIST); the other series and the VMMs do not look.
        """,
      example: "0x40400001 was normal, and is critical one call later"
    )
  ) { pair, report in
    for event in pair.events {
      guard let old = event.old.definition, let new = event.new.definition,
        !old.isFreeSlot, !new.isFreeSlot
      else { continue }
      func check(_ field: String, _ old: String, _ new: String) {
        if old == new { return }
        report.add(ModelPath.event(event.number, field), found: "\(old) before, \(new) now")
      }
      check("type", "\(old.type)", "\(new.type)")
      check("priority", "\(old.priority)", "\(new.priority)")
      check("signalable", "\(old.isSignalable)", "\(new.isSignalable)")
    }
  }
}
