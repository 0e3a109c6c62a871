extension Rule {
  static let numberTwice = Rule(
    id: "SDEI-V007",
    kind: .decoder,
    severity: .error,
    title: "one number for two events",
    source: "DEN0054C 4.4; KVM v5 SET_EXPOSED_EVENT",
    problem: "two events have the same number",
    action: "remove one of the two",
    explanation: """
      Everything names an event by its number, and a state files events under their numbers, so \
      there is no room for a second one. Files in which a number stands twice are refused while \
      they are read (SDEI-D009; SDEI-D010 where a JSON text has the same key twice). TF-A \
      requires sorted tables, KVM v5 refuses a number that is twice in one command.
      """,
    example: "kvm-sysreg: DEFINE_EVENT 0x40400000 twice"
  )
}
