internal import SDEIModel
internal import SDEIWire

extension QEMURFCDecoder {
  /// Reads the masks and the contexts.
  mutating func readVCPUs(into snapshot: inout Snapshot) throws(DecodeError) {
    typealias Layout = QEMURFCLayout.VCPU
    var masked = BitmapBuilder()
    var contexts: [Context] = []
    for level in Level.allCases {
      for vcpu in 0..<vcpus {
        let context = try readContext(vcpu, level)
        if !context.isIdle { contexts.append(context) }
      }
    }
    for vcpu in 0..<vcpus {
      let offset = QEMURFCLayout.vcpus + Int(vcpu) * Layout.size + Layout.masked
      if try bool(offset, "qemu_sdei.sde_cpus[\(vcpu)].masked") {
        masked.append(IndexRange(vcpu, vcpu))
      }
    }
    snapshot.vcpus.masked = masked.finish()
    snapshot.contexts = ContextTable(contexts)
  }

  private func readContext(_ vcpu: UInt32, _ level: Level) throws(DecodeError) -> Context {
    typealias Layout = QEMURFCLayout.VCPU
    let start = QEMURFCLayout.vcpus + Int(vcpu) * Layout.size
    let isNormal = level == .normal
    let registers = start + (isNormal ? Layout.normalRegisters : Layout.criticalRegisters)
    var context = Context(vcpu: vcpu, level: level)
    for register in 0..<18 {
      context.frame[word: register] = bytes.bigEndian(at: registers + register * 8, count: 8)
    }
    let pc = start + (isNormal ? Layout.normalPC : Layout.criticalPC)
    context.frame.pc = bytes.bigEndian(at: pc, count: 8)
    let pstate = start + (isNormal ? Layout.normalPState : Layout.criticalPState)
    context.frame.pstate = bytes.bigEndian(at: pstate, count: 4)
    let offset = start + (isNormal ? Layout.normalEvent : Layout.criticalEvent)
    let number = bytes.bigEndian(at: offset, count: 4)
    if number != QEMURFCLayout.none {
      guard number <= QEMURFCLayout.largest else {
        let field = isNormal ? "normal_running_event" : "critical_running_event"
        throw refusal(
          "qemu_sdei.sde_cpus[\(vcpu)].\(field)",
          offset,
          hex(number),
          "an event number, or -1"
        )
      }
      context.event = EventNumber(number)
    }
    return context
  }

  /// Takes the affinity of each vCPU from its registered private instances, as far as they agree.
  mutating func readAffinities(into snapshot: inout Snapshot) {
    var known = BitmapBuilder()
    var affinities = ColumnBuilder()
    let events = snapshot.events.filter {
      QEMURFCSlot.slot(of: $0.number).map { $0 < QEMURFCLayout.privateSlots } ?? false
    }
    for vcpu in 0..<vcpus {
      var told: UInt64?
      var isDisputed = false
      for event in events where event.registered.contains(vcpu) {
        let affinity = event.routeAffinity(vcpu)
        isDisputed = isDisputed || told.map { $0 != affinity } ?? false
        told = affinity
      }
      guard let told else { continue }
      if isDisputed {
        findings.append(.disputedAffinity(vcpu))
      } else {
        known.append(IndexRange(vcpu, vcpu))
        affinities.append(vcpu, told)
      }
    }
    snapshot.vcpus.affinityKnown = known.finish()
    snapshot.vcpus.affinity = affinities.finish()
  }
}

extension Finding {
  static func disputedAffinity(_ vcpu: UInt32) -> Finding {
    Finding(
      id: "SDEI-D040",
      severity: .warning,
      path: ModelPath.vcpus(Bitmap(IndexRange(vcpu, vcpu)), "affinity"),
      problem: "the registered handlers of private events on the vCPU name different PEs, so its "
        + "affinity is unknown",
      action: "compare cpu_affinity of the vCPU's private events with its MPIDR"
    )
  }
}
