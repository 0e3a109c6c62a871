internal import SDEIModel

extension StateRule {
  static let affinities = [affinityUnique, affinityReserved]

  private static let affinityUnique = StateRule(
    Rule(
      id: "SDEI-V005a",
      kind: .state,
      severity: .error,
      title: "two vCPUs with one affinity",
      source: "DEN0054C 5.1.2",
      problem: "an affinity is that of more than one vCPU",
      action: "restore MPIDR_EL1 of these vCPUs from the source",
      explanation: """
        An affinity names one PE: RM_PE and the target of EVENT_SIGNAL find it by its affinity. Two \
        vCPUs with one affinity are a VMM that restored the same MPIDR_EL1 twice, or columns of \
        a file that were mixed up. vCPUs whose affinity is unknown are not compared.
        """,
      example: "vCPUs 0 and 1 both have affinity 0.0.0.0"
    )
  ) { state, report in
    let index = AffinityIndex(state.vcpus)
    let isComplete = index.forEachDuplicate { value, vcpus in
      report.add(
        ModelPath.vcpus(vcpus, "affinity"),
        found: "\(Affinity(rawValue: value)) on \(vcpus.count) vCPUs"
      )
    }
    if !isComplete {
      report.addUnchecked(
        "vcpus.affinity",
        because: "the affinities are too many progressions that overlap"
      )
    }
  }

  private static let affinityReserved = StateRule(
    Rule(
      id: "SDEI-V005b",
      kind: .state,
      severity: .error,
      title: "reserved bits of an affinity are set",
      source: "DEN0054C 5.1.2",
      problem: "a vCPU's affinity has bits of 63:40 or 31:24 set",
      action: "keep the fields Aff3 to Aff0 of MPIDR_EL1 only",
      explanation: """
        An affinity has four fields and zeros elsewhere. MPIDR_EL1 has more: bit 31 is always 1, \
        bit 30 tells a uniprocessor, bit 24 tells threads. Readers of KVM's formats take the fields \
        and keep the rest apart; a file made by hand from raw registers breaks this.
        """,
      example: "affinity 0x80000001, MPIDR_EL1 as it was read"
    )
  ) { state, report in
    let vcpus = state.vcpus
    let known = vcpus.affinityKnown.intersection(state.existing)
    let broken = vcpus.affinity.offenders(
      in: known,
      literal: { $0 & ~Affinity.fieldMask != 0 },
      progression: \.leavesAffinityFields
    )
    if let first = broken.first {
      report.add(
        ModelPath.vcpus(broken.slots, "affinity"),
        found: Affinity(rawValue: first).rawAndFields
      )
    }
  }
}

extension ColumnProgression {
  /// Whether some member has a bit that is reserved in affinities.
  ///
  /// What is allowed are 256 blocks of 2^24 values, 2^32 apart. Steps that are no longer than the gap
  /// between two blocks stay in one block or step into a gap; longer ones are past the last block
  /// within 258 members, which are looked at.
  fileprivate var leavesAffinityFields: Bool {
    guard !wraps else { return true }
    let gap = (1 << 32 - 1 << 24) as UInt64
    if highest & ~Affinity.fieldMask != 0 || lowest & ~Affinity.fieldMask != 0 { return true }
    if step <= gap { return lowest >> 32 != highest >> 32 }
    return (0..<min(count, 258)).contains { (lowest + $0 * step) & ~Affinity.fieldMask != 0 }
  }
}
