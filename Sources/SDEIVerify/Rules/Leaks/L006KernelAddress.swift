internal import SDEIModel

extension StateRule {
  static let kernelAddress = StateRule(
    Rule(
      id: "SDEI-L006",
      kind: .leak,
      severity: .warning,
      title: "address of a kernel where none belongs",
      source: "Arm DDI 0487, D8: the upper half of the address space is the kernel's",
      problem: """
        a field that holds no address holds what looks like a kernel's: memory of a host or VMM \
        got there, or a field was mixed up
        """,
      action: "find out what wrote it, and clear it before the state leaves the host",
      explanation: """
        An address of a kernel tells where it is loaded, which is what its randomisation hides. \
        Looked at are fields in which no address belongs: the bytes behind SDEI_EVENT_CONTEXT, \
        MPIDRs, SDEI_PE_STATE, affinities of routings, and numbers of events. PCs, registers, \
        entry points and arguments are the guest's own addresses; notifiers and paddings have \
        rules of their own (SDEI-L001 to SDEI-L003), which tell what their bytes are.
        """,
      example: "routing.affinity 0xffff800010a31c40"
    )
  ) { state, report in
    for event in state.events {
      if event.number.rawValue.looksLikeKernelAddress { report.add(ModelPath.event(event.number)) }
      if event.routing.affinity.rawValue.looksLikeKernelAddress {
        report.add(
          ModelPath.event(event.number, "routing.affinity"),
          found: hex(event.routing.affinity.rawValue)
        )
      }
      let slots = event.slotExtras[.slotRouteAffinity]?.kernelAddresses ?? Bitmap()
      report.add(event, slots, "slotRouteAffinity")
    }
    for level in Level.allCases {
      let vcpus = state.contexts.level(level).filter {
        $0.event?.rawValue.looksLikeKernelAddress == true
      }
      if vcpus.isEmpty { continue }
      report.add(ModelPath.contexts(Bitmap(indexes: vcpus.map(\.vcpu)), level, "event"))
    }
    for item in state.snapshot.extras.vcpuValues.items where item.field.mayLeak {
      let vcpus = item.value.kernelAddresses.intersection(state.existing)
      guard let first = vcpus.ranges.first?.first else { continue }
      report.add(
        ModelPath.vcpus(vcpus, item.field.name),
        found: "\(hex(item.value[first])) on vCPU \(first)"
      )
    }
  }
}

extension ExtraField {
  /// Whether 64 bits of it are a value in which no address belongs.
  fileprivate var mayLeak: Bool {
    self == .mpidrFlags || self == .peState || Self.contextTail.contains(self)
  }
}
