internal import SDEIModel

/// MPIDR_EL1 as a register has it, and as a snapshot keeps it: the affinity fields apart from the
/// other bits.
extension Snapshot {
  /// Whether all vCPUs have a known affinity.
  var hasMPIDRs: Bool {
    let all = Bitmap(below: vcpus.count)
    return vcpus.count > 0 && vcpus.affinityKnown.below(vcpus.count) == all
  }

  /// The register of a vCPU whose affinity is known.
  func mpidr(_ vcpu: UInt32) -> UInt64 {
    vcpus.affinity[vcpu] | (extras.vcpuValues[.mpidrFlags]?[vcpu] ?? 0)
  }

  /// Takes the registers of all vCPUs.
  mutating func take(mpidrs: [UInt64]) {
    vcpus.affinityKnown = Bitmap(below: vcpus.count)
    vcpus.affinity = Column(mpidrs.map { $0 & Affinity.fieldMask })
    let flags = Column(mpidrs.map { $0 & ~Affinity.fieldMask })
    extras.vcpuValues[.mpidrFlags] = flags.isEmpty ? nil : flags
  }
}
