internal import SDEIModel
internal import SDEIWire

/// Makes a snapshot of what was taken of the vCPUs' sections.
enum QEMUState {
  /// The state, in the one ABI that the sections speak of; a stream may have none.
  static func document(_ walk: QEMUWalk, _ sections: QEMUCPUs) throws(DecodeError) -> Document {
    let cpus = sections.all.sorted { $0.index < $1.index }
    var snapshot = common(cpus)
    var findings = commonFindings(cpus)
    let source = try source(sections, cpus)
    switch source {
    case .subsections:
      var decoder = QEMUSubsectionDecoder(snapshot)
      try decoder.read(cpus)
      snapshot = decoder.snapshot
      findings += decoder.findings
    case .registers:
      var decoder = QEMURegisterDecoder(vcpus: snapshot.vcpus.count)
      decoder.read(cpus)
      let power = snapshot.vcpus.power
      snapshot = decoder.snapshot
      snapshot.vcpus.power = power
      findings += decoder.findings
    case .rfc(let body, let offset):
      let read = try body.withBytes { (bytes) throws(DecodeError) in
        try QEMURFCDecoder.decode(body: bytes, base: offset)
      }
      findings += read.findings
      if read.snapshot.vcpus.count != snapshot.vcpus.count {
        findings.append(.otherCount(read.snapshot.vcpus.count, snapshot.vcpus.count))
      }
      let power = snapshot.vcpus.power.restricted(to: Bitmap(below: read.snapshot.vcpus.count))
      snapshot = read.snapshot
      snapshot.vcpus.power = power
    case nil: findings.insert(.noState(cpus.count), at: 0)
    }
    if source != nil {
      snapshot.instance.producer = walk.machine.map { "QEMU, machine \($0)" } ?? "QEMU"
    }
    var document = Document(format: .qemu, snapshot: snapshot, findings: findings)
    document.hasState = source != nil
    document.facts = QEMUFacts.facts(walk, cpus)
    return document
  }

  /// Where a stream has its SDEI state.
  private enum Source {
    case subsections
    case registers
    case rfc([UInt8], Int)
  }

  /// The one place where the state is, nil for none.
  private static func source(
    _ sections: QEMUCPUs,
    _ cpus: [QEMUCPU]
  ) throws(DecodeError) -> Source? {
    var found: [(source: Source, text: String, offset: Int)] = []
    if let cpu = cpus.first(where: { $0.sdei != nil }) {
      let text = "cpu/sdei of vCPU \(cpu.index) (KVM v2 to v4)"
      found.append((.subsections, text, cpu.sdeiOffset))
    }
    if let cpu = cpus.first(where: \.hasSDEIRegisters) {
      let text = "the SDEI registers of vCPU \(cpu.index) (KVM v7)"
      found.append((.registers, text, cpu.list?.lowerBound ?? 0))
    }
    if let rfc = sections.rfc {
      found.append((.rfc(rfc.body, rfc.offset), "section qemu_sdei (the RFC of 2019)", rfc.offset))
    }
    guard found.count < 2 else {
      throw DecodeError(
        .structure,
        at: found[0].offset,
        "stream",
        found: found.map { "\($0.text) at byte \($0.offset)" }.joined(separator: " and "),
        expected: "the state of one ABI: which one the guest saw can not be told"
      )
    }
    return found.first?.source
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
      guard let mpidr = cpu.word(RegisterID.mpidr) else { continue }
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
}

/// What is noticed in a stream and kept.
extension Finding {
  static func noState(_ vcpus: Int) -> Finding {
    Finding(
      id: "SDEI-D050",
      severity: .note,
      problem: "the stream has no SDEI state: none of its \(vcpus) vCPU sections has a cpu/sdei "
        + "subsection (KVM v2 to v4) or SDEI registers (KVM v7), and there is no section qemu_sdei",
      action: "take it from a guest whose KVM and QEMU have SDEI"
    )
  }

  static func otherCount(_ told: UInt32, _ sections: UInt32) -> Finding {
    Finding(
      id: "SDEI-D054",
      severity: .warning,
      path: "vcpus.count",
      problem: "section qemu_sdei has \(told) vCPUs, and the stream has sections of \(sections)",
      action: "check which of the two the machine had"
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
      problem: "other vCPUs have \(what), and these do not: their state is shown as after reset "
        + "(masked, idle), and is not known",
      action: "look at the log of the QEMU that wrote the stream: a failed ioctl leaves it out"
    )
  }
}
