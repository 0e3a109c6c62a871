internal import SDEIModel

/// What a stream tells beside the SDEI state, for `info`.
enum QEMUFacts {
  static func facts(_ walk: QEMUWalk, _ cpus: [QEMUCPU]) -> [Fact] {
    var facts = [Fact("machine", walk.machine ?? "not told")]
    if !walk.capabilities.isEmpty {
      facts.append(Fact("capabilities", walk.capabilities.joined(separator: ", ")))
    }
    let memory = walk.memory
    facts.append(
      Fact(
        "memory",
        "\(memory.size) bytes in \(memory.blocks) blocks; \(memory.pages) pages and "
          + "\(memory.zeroPages) zero pages of \(walk.pageSize) bytes in \(memory.sections) sections"
      )
    )
    facts.append(
      Fact(
        "sections",
        "\(walk.sections.count) of devices, as many as the description at byte "
          + "\(walk.descriptionOffset) tells of"
      )
    )
    facts += places(walk, cpus) + registers(cpus) + affinities(walk, cpus)
    return facts
  }

  // MARK: Where the state lies

  private static func places(_ walk: QEMUWalk, _ cpus: [QEMUCPU]) -> [Fact] {
    let rfc = walk.sections.filter { $0.name == QEMUCPUs.rfcSection }.map {
      Fact($0.name, "\($0.bodyLength) bytes at byte \($0.bodyOffset)")
    }
    let subsections = cpus.compactMap { cpu in
      cpu.sdei.map { (cpu.index, cpu.sdeiOffset, $0.count) }
    }
    let lists = cpus.filter(\.hasSDEIRegisters).compactMap { cpu in
      cpu.list.map { (cpu.index, $0.lowerBound, $0.count) }
    }
    return rfc + lines(subsections).map { Fact("cpu/sdei", $0) }
      + lines(lists).map { Fact("registers", $0) }
  }

  /// Places of vCPUs, those in one line whose lengths are equal and whose offsets are as far apart.
  private static func lines(_ places: [(vcpu: UInt32, offset: Int, length: Int)]) -> [String] {
    var lines: [String] = []
    var start = 0
    while start < places.count {
      var end = start + 1
      let first = places[start]
      let stride = end < places.count ? places[end].offset - first.offset : 0
      while end < places.count, places[end].length == first.length,
        places[end].vcpu == places[end - 1].vcpu + 1,
        places[end].offset - places[end - 1].offset == stride
      {
        end += 1
      }
      if end - start > 2 {
        lines.append(
          "vCPUs \(first.vcpu)-\(places[end - 1].vcpu): \(first.length) bytes each, the first at byte "
            + "\(first.offset), then every \(stride) bytes"
        )
      } else {
        end = start + 1
        lines.append("vCPU \(first.vcpu): \(first.length) bytes at byte \(first.offset)")
      }
      start = end
    }
    return lines
  }

  // MARK: Registers of the machine

  /// PSCI version and feature bitmaps, as lists of registers tell them.
  private static func registers(_ cpus: [QEMUCPU]) -> [Fact] {
    var notes = KVMv7Notes()
    for cpu in cpus {
      for fact in RegisterID.facts {
        if let word = cpu.word(fact.id) { notes.addFact(fact.id, word, cpu.index) }
      }
    }
    return notes.facts(vcpus: cpus.last.map { $0.index + 1 } ?? 0)
  }

  // MARK: Affinities

  /// What MPIDR_EL1 told, else what follows from the rule of QEMU's `virt`, said to be derived.
  private static func affinities(_ walk: QEMUWalk, _ cpus: [QEMUCPU]) -> [Fact] {
    let told = cpus.filter { $0.word(RegisterID.mpidr) != nil }
    if !told.isEmpty {
      return [Fact("affinities", "told by MPIDR_EL1 of \(told.count) of \(cpus.count) vCPUs")]
    }
    guard let machine = walk.machine, machine.hasPrefix("virt"), let last = cpus.last,
      let width = clusterWidth(walk)
    else { return [Fact("affinities", "not told")] }
    // QEMU numbers clusters in Aff1 and, from 256 of them on, in Aff2.
    let cluster = last.index / width
    let affinity = Affinity(
      rawValue: UInt64(cluster & 0xFF) << 8 | UInt64(cluster >> 8 & 0xFF) << 16
        | UInt64(last.index % width)
    )
    return [
      Fact(
        "affinities",
        "not told; derived from the machine's rule: Aff1 = index / \(width), Aff0 = index % "
          + "\(width), so vCPU \(last.index) is \(affinity)"
      )
    ]
  }

  private static func clusterWidth(_ walk: QEMUWalk) -> UInt32? {
    for section in walk.sections {
      if section.name == "arm_gicv3" { return 16 }
      if section.name == "arm_gic" { return 8 }
    }
    return nil
  }
}
