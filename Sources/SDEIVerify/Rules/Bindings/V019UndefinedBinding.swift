extension Rule {
  static let undefinedBinding = Rule(
    id: "SDEI-V019",
    kind: .decoder,
    severity: .error,
    title: "a binding without an event",
    source: "DEN0054C 5.1.14",
    problem: "an interrupt is bound to a number that has no definition",
    action: "add the definition, or remove the binding",
    explanation: """
      A binding is a part of the event's definition in a state, so it can not stand alone. A file \
      in which it does is refused while it is read (SDEI-D005, SDEI-D006): in JSON an interrupt \
      without a type, in the QEMU series' section an interrupt in a slot without an event.
      """,
    example: "qemu-rfc: event_id -1 and interrupt 40 in slot 16"
  )
}
