extension Rule {
  static let flagBits = Rule(
    id: "SDEI-V027",
    kind: .decoder,
    severity: .error,
    title: "reserved registration flags are set",
    source: "DEN0054C 5.1.2.1",
    problem: "a bit of 63:2 of the registration flags is set",
    action: "report it to the producer of the file",
    explanation: """
      A state has no word of flags: bit 0 is the routing mode and bit 1 the relative mark. Formats \
      that have a wider word for the mode are refused where it is more than a byte (SDEI-D006: \
      kvm-sysreg, qemu-rfc); a byte above 1, which KVM v4 and v5 can store, is kept and found by \
      SDEI-V030. TF-A and KVM v7 refuse such flags in REGISTER, the QEMU series and Gunyah ignore \
      them.
      """,
    example: "kvm-sysreg: SET_ROUTING with mode 0x100"
  )
}
