internal import SDEIModel
internal import SDEIWire

/// What the transcripts have alike, as fields of the model.
extension PlaceTable {
  private static let exposed: Fields = [
    "definition": FieldPlace(KVMLayout.Exposed.type), "type": FieldPlace(KVMLayout.Exposed.type),
    "signalable": FieldPlace(KVMLayout.Exposed.signaled),
    "signaled": FieldPlace(KVMLayout.Exposed.signaled),
    "priority": FieldPlace(KVMLayout.Exposed.priority),
    "exposedPadding": FieldPlace(KVMLayout.Exposed.padding),
    "notifier": FieldPlace(KVMLayout.Exposed.notifier),
  ]

  /// A registered event from its affinity to its enabled bitmap.
  static let handlers: Fields = [
    "routing.affinity": FieldPlace(KVMLayout.Registered.routeAffinity),
    "entry": FieldPlace(KVMLayout.Registered.entries, .words(KVMLayout.maxVCPUs)),
    "argument": FieldPlace(KVMLayout.Registered.arguments, .words(KVMLayout.maxVCPUs)),
    "registered": FieldPlace(KVMLayout.Registered.registered, .bits(KVMLayout.maxVCPUs)),
    "enabled": FieldPlace(KVMLayout.Registered.enabled, .bits(KVMLayout.maxVCPUs)),
  ]

  private static let queued: Fields = [
    "pending": FieldPlace(KVMLayout.Queued.count),
    "queuePadding": FieldPlace(KVMLayout.Queued.padding),
  ]

  private static let vcpuState: Fields = {
    typealias Layout = KVMLayout.VCPUState
    var fields: Fields = [
      "masked": FieldPlace(Layout.masked), "vcpuPadding": FieldPlace(Layout.padding),
    ]
    for (level, number, regs) in [
      (Level.critical, Layout.criticalNum, Layout.criticalRegs),
      (.normal, Layout.normalNum, Layout.normalRegs),
    ] {
      fields[level.name] = FieldPlace(number)
      fields[level.name + ".event"] = FieldPlace(number)
      for (name, place) in frame { fields["\(level.name).\(name)"] = place.moved(by: regs) }
    }
    return fields
  }()

  /// A frame as v2 to v5 have it: X0 to X17, PC, PSTATE.
  private static let frame: Fields = [
    "x": FieldPlace(0, .words(18)), "pc": FieldPlace(144), "pstate": FieldPlace(152),
  ]

  /// Notes the header, and gives it.
  mutating func noteHeader(
    _ bytes: RawSpan,
    _ kind: TranscriptKind,
    _ cursor: inout Int
  ) throws(DecodeError) -> TranscriptHeader {
    let header = try TranscriptHeader(reading: bytes, kind)
    note(.state, "instance", at: 8)
    note(.state, "vcpus", at: 20)
    note(.state, "vcpus.count", at: 20)
    note(.state, "instance.producer", at: 32)
    cursor = TranscriptHeader.size
    guard header.hasMPIDRs else { return header }
    _ = try header.mpidrs(bytes, &cursor)
    let words = FieldPlace(0, .words(header.vcpus))
    note(
      .state,
      at: TranscriptHeader.size,
      ["vcpus.affinity": words, "vcpus.affinityKnown": words, "vcpus.mpidrFlags": words]
    )
    return header
  }

  /// Notes exposed events; the first of `count` structures are events.
  mutating func noteExposed(_ bytes: RawSpan, _ array: StructArray) {
    note(.state, "extras.exposedOrder", at: array.offset)
    for position in 0..<array.count {
      note(.event(number(bytes, array, position)), at: array.start(position), Self.exposed)
    }
  }

  /// Notes registered events, of whose fields the dialect has its own.
  mutating func noteRegistered(_ bytes: RawSpan, _ array: StructArray, used: Int, _ own: Fields) {
    note(.state, "extras.registeredOrder", at: array.offset)
    let fields = Self.handlers.merging(own) { first, _ in first }
    for position in 0..<used {
      note(.event(number(bytes, array, position)), at: array.start(position), fields)
    }
  }

  /// Notes the queue of a vCPU.
  mutating func noteQueue(_ bytes: RawSpan, _ array: StructArray, used: Int, _ vcpu: UInt32) {
    note(.vcpu(vcpu), "queueOrder", at: array.offset)
    note(.state, "extras.queueOrder", at: array.offset)
    for position in 0..<used {
      let number = number(bytes, array, position)
      note(.slot(number, vcpu), at: array.start(position), Self.queued)
      note(.event(number), at: array.start(position), Self.queued)
    }
  }

  /// Notes the state of a vCPU.
  mutating func noteState(_ array: StructArray, _ vcpu: UInt32) {
    note(.vcpu(vcpu), at: array.offset, Self.vcpuState)
    note(.state, "contexts", at: array.offset)
    note(.state, "vcpus.masked", at: array.offset + KVMLayout.VCPUState.masked)
  }

  /// Notes where the structures of zeros behind a list begin.
  mutating func noteSurplus(_ array: StructArray, used: Int, _ key: PlaceKey, _ name: String) {
    if used < array.count { note(key, name, at: array.start(used)) }
  }

  /// All these structures begin with a number of 64 bits.
  private func number(_ bytes: RawSpan, _ array: StructArray, _ position: Int) -> EventNumber {
    EventNumber(bytes.littleEndian(at: array.start(position), count: 8))
  }
}
