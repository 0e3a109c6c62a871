internal import SDEIModel
internal import SDEIWire

/// Makes a snapshot of what was taken of the vCPUs' sections.
enum QEMUState {
  /// The state, in the one ABI that the sections speak of; a stream may have none.
  static func document(_ walk: QEMUWalk, _ cpus: QEMUCPUs) throws(DecodeError) -> Document {
    let cpus = cpus.all.sorted { $0.index < $1.index }
    let subsections = cpus.first { $0.sdei != nil }
    let registers = cpus.first(where: \.hasSDEIRegisters)
    var snapshot = common(cpus)
    var findings = commonFindings(cpus)
    switch (subsections, registers) {
    case (let first?, let second?): throw both(first, second)
    case (_?, nil):
      var decoder = QEMUSubsectionDecoder(snapshot)
      try decoder.read(cpus)
      snapshot = decoder.snapshot
      findings += decoder.findings
    case (nil, _?):
      var decoder = QEMURegisterDecoder(snapshot)
      decoder.read(cpus)
      snapshot = decoder.snapshot
      findings += decoder.findings
    case (nil, nil): break
    }
    snapshot.instance.producer = walk.machine.map { "QEMU, machine \($0)" } ?? "QEMU"
    if subsections == nil, registers == nil {
      snapshot.instance.producer = ""
      findings.insert(.noState(cpus.count), at: 0)
    }
    var document = Document(format: .qemu, snapshot: snapshot, findings: findings)
    document.hasState = subsections != nil || registers != nil
    document.facts = QEMUFacts.facts(walk, cpus)
    return document
  }

  /// What every stream tells: how many vCPUs, their power, and with KVM their affinities.
  private static func common(_ cpus: [QEMUCPU]) -> Snapshot {
    var snapshot = Snapshot(instance: Instance(version: .v1_0))
    // An instance is below 2^32 - 1.
    snapshot.vcpus.count = cpus.last.map { $0.index + 1 } ?? 0
    var (power, affinity, flags) = (ColumnBuilder(), ColumnBuilder(), ColumnBuilder())
    var known = BitmapBuilder()
    for cpu in cpus {
      if let state = cpu.power.flatMap(powerState) {
        power.append(cpu.index, UInt64(state.rawValue))
      }
      guard let mpidr = cpu.word(QEMURegisterID.mpidr) else { continue }
      known.append(IndexRange(cpu.index, cpu.index))
      affinity.append(cpu.index, mpidr & Affinity.fieldMask)
      flags.append(cpu.index, mpidr & ~Affinity.fieldMask)
    }
    snapshot.vcpus.power = power.finish()
    snapshot.vcpus.affinityKnown = known.finish()
    snapshot.vcpus.affinity = affinity.finish()
    let column = flags.finish()
    snapshot.extras.vcpuValues[.mpidrFlags] = column.isEmpty ? nil : column
    return snapshot
  }

  /// QEMU's `power_state`: one that is about to be switched on is loaded as on.
  private static func powerState(_ value: UInt8) -> PowerState? {
    switch value {
    case 0, 2: .on
    case 1: .off
    default: nil
    }
  }

  private static func commonFindings(_ cpus: [QEMUCPU]) -> [Finding] {
    var findings: [Finding] = []
    let present = Bitmap(indexes: cpus.map(\.index))
    let missing = Bitmap(below: cpus.last.map { $0.index + 1 } ?? 0).subtracting(present)
    if !missing.isEmpty { findings.append(.noSection(missing)) }
    let odd = cpus.filter { $0.power ?? 0 > 1 }
    if !odd.isEmpty {
      findings.append(.oddPower(Bitmap(indexes: odd.map(\.index)), odd[0].power ?? 0))
    }
    return findings
  }

  private static func both(_ first: QEMUCPU, _ second: QEMUCPU) -> DecodeError {
    DecodeError(
      .structure,
      at: first.sdeiOffset,
      "section \"cpu\"",
      found: "cpu/sdei of vCPU \(first.index) (KVM v2 to v4) and the SDEI registers of vCPU "
        + "\(second.index) at byte \(second.list?.lowerBound ?? 0) (KVM v7)",
      expected: "the state of one ABI: which one the guest saw can not be told"
    )
  }
}

/// What is noticed in a stream and kept.
extension Finding {
  static func noState(_ vcpus: Int) -> Finding {
    Finding(
      id: "SDEI-D050",
      severity: .note,
      problem: "the stream has no SDEI state: none of its \(vcpus) vCPU sections has a cpu/sdei "
        + "subsection (KVM v2 to v4) or SDEI registers (KVM v7)",
      action: "take it from a guest whose KVM and QEMU have SDEI"
    )
  }

  static func noSection(_ vcpus: Bitmap) -> Finding {
    Finding(
      id: "SDEI-D051",
      severity: .warning,
      path: "vcpus[\(vcpus)]",
      problem: "the stream has no section of these vCPUs, but of later ones",
      action: "check that they were unplugged; nothing of them is known"
    )
  }

  static func oddPower(_ vcpus: Bitmap, _ value: UInt8) -> Finding {
    Finding(
      id: "SDEI-D052",
      severity: .note,
      path: ModelPath.vcpus(vcpus, "power"),
      problem: value == 2
        ? "the vCPUs are about to be switched on (power_state 2), and are taken for on"
        : "power_state \(value) has no meaning, and the power is taken for unknown",
      action: "nothing, where a CPU_ON was on its way"
    )
  }

  static func partlyThere(_ vcpus: Bitmap, _ what: String, _ place: String) -> Finding {
    Finding(
      id: "SDEI-D053",
      severity: .warning,
      path: ModelPath.vcpus(vcpus, place),
      problem: "other vCPUs have \(what), and these do not: their state is shown as unmasked and "
        + "idle, and is not known",
      action: "look at the log of the QEMU that wrote the stream: a failed ioctl leaves it out"
    )
  }
}
