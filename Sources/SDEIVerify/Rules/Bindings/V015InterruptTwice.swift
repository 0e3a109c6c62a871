internal import SDEIModel

extension StateRule {
  static let interruptTwice = StateRule(
    Rule(
      id: "SDEI-V015a",
      kind: .state,
      severity: .error,
      title: "one interrupt for two events",
      source: "DEN0054C 5.1.14.1",
      problem: "an interrupt produces more than one event",
      action: "release all but one of the events, or correct the platform's table",
      explanation: """
        INTERRUPT_BIND of an interrupt that is bound already returns the number that it has: there \
        is never a second one. A dispatcher that finds two knows only the first, and the other \
        event never comes. TF-A refuses to bind an interrupt that its platform has bound.
        """,
      example: "events 0x40000000 and 0x40000001 both bound to interrupt 40"
    )
  ) { state, report in
    let bound = state.events.compactMap { event in
      event.definition?.interrupt.map { (interrupt: $0, number: event.number) }
    }.sorted { ($0.interrupt, $0.number) < ($1.interrupt, $1.number) }
    for (one, other) in zip(bound, bound.dropFirst()) where one.interrupt == other.interrupt {
      report.add(
        ModelPath.event(other.number, "interrupt"),
        found: "interrupt \(other.interrupt) is also that of event \(one.number)"
      )
    }
  }
}

extension Rule {
  static let twoInterrupts = Rule(
    id: "SDEI-V015b",
    kind: .decoder,
    severity: .error,
    title: "two interrupts for one event",
    source: "DEN0054C 5.1.14.1",
    problem: "two interrupts are bound to one event",
    action: "remove one of the two",
    explanation: """
      A bind slot takes one interrupt, and a state has one field for it. A text in which an event \
      has two is refused while it is read (SDEI-D010: a member twice), and so is a list of them \
      (SDEI-D006).
      """,
    example: "JSON: \"interrupt\": \"0x28\", \"interrupt\": \"0x29\""
  )
}
