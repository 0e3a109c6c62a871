internal import SDEIModel

/// Reads the SDEI registers in the vCPUs' lists: the state of KVM v7.
struct QEMURegisterDecoder {
  private(set) var snapshot: Snapshot
  private(set) var findings: [Finding] = []
  private var columns = KVMv7Columns()
  /// The vCPUs by the registers that their lists lack, one bit for each.
  private var lacking: [UInt16: [UInt32]] = [:]

  init(vcpus: UInt32) { snapshot = KVMv7.snapshot(vcpus: vcpus, producer: "") }

  /// Reads all vCPUs, ascending; one without a section is masked, as after reset.
  ///
  /// A vCPU's section and what describes it take more bytes than the ranges that scattered bits of
  /// its bitmaps can ask for, so that memory needs no bound of its own.
  mutating func read(_ cpus: [QEMUCPU]) {
    for cpu in cpus {
      var missing: UInt16 = 0
      for register in FirmwareRegister.allCases {
        let words = cpu.registers.first { $0.id == register.id }?.words
        if words == nil { missing |= 1 << UInt16(register.rawValue) }
        columns.take(register, words ?? register.resetWords, cpu.index)
      }
      if let mpidr = cpu.word(RegisterID.mpidr) { columns.take(mpidr: mpidr, cpu.index) }
      if missing != 0 { lacking[missing, default: []].append(cpu.index) }
    }
    columns.finish(&snapshot)
    let there = Bitmap(indexes: cpus.map(\.index))
    snapshot.vcpus.masked.formUnion(Bitmap(below: snapshot.vcpus.count).subtracting(there))
    for missing in lacking.keys.sorted() {
      let names = FirmwareRegister.allCases.filter { missing >> UInt16($0.rawValue) & 1 == 1 }
      findings.append(.lacks(names.map(\.name), Bitmap(indexes: lacking[missing] ?? [])))
    }
  }
}

extension Finding {
  fileprivate static func lacks(_ names: [String], _ vcpus: Bitmap) -> Finding {
    Finding(
      id: "SDEI-D055",
      severity: .warning,
      path: "vcpus[\(vcpus)]",
      problem:
        "the lists of registers lack \(names.joined(separator: ", ")); their reset values are "
        + "shown, and what they held is not known",
      action: "write the stream with a QEMU whose cpu section (version 23) has room for registers "
        + "wider than 64 bits"
    )
  }
}
