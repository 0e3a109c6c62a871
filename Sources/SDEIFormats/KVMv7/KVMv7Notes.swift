internal import SDEIModel

/// What is noticed in lists of registers, folded over vCPUs.
struct KVMv7Notes {
  /// How many registers were neither SDEI's nor looked at.
  var skipped: UInt64 = 0
  /// Whether one of SDEI's registers was there.
  var hasState = false
  /// By register, the vCPUs that did not have it.
  var missing = [BitmapBuilder](
    repeating: BitmapBuilder(),
    count: FirmwareRegister.allCases.count
  )
  private var told: [UInt64: FactValues] = [:]

  /// Notes the value of a register that says something about the VM.
  mutating func addFact(_ id: UInt64, _ value: UInt64, _ vcpu: UInt32) {
    told[id, default: FactValues()].add(value, vcpu)
  }

  consuming func facts(vcpus: UInt32) -> [Fact] {
    let told = told
    return RegisterID.facts.compactMap { id, label in
      told[id].map { Fact(label, $0.text(vcpus: vcpus) { Self.text(id, $0) }) }
    }
  }

  private static func text(_ id: UInt64, _ value: UInt64) -> String {
    switch id {
    case RegisterID.facts[0].id where value >> 32 == 0: "\(value >> 16).\(value & 0xFFFF)"
    case RegisterID.standardServices:
      hex(value) + (value & 0b10 == 0 ? " (SDEI calls off)" : " (SDEI calls on)")
    default: hex(value)
    }
  }

  func findings(_ snapshot: Snapshot) -> [Finding] {
    var list = hasState ? missingRegisters : [.noRegister]
    for event in snapshot.events where event.definition == nil {
      list.append(.noSuchEvent(event))
    }
    if skipped > 0 { list.append(.skipped(skipped)) }
    return list
  }

  private var missingRegisters: [Finding] {
    FirmwareRegister.allCases.compactMap { register in
      let builder = missing[register.rawValue]
      let vcpus = builder.finish()
      return vcpus.isEmpty ? nil : .missing(register, vcpus)
    }
  }
}

/// The values of one register on all vCPUs: the first few of them, and whether there are more.
private struct FactValues {
  private static let limit = 4
  private var values: [(value: UInt64, vcpus: BitmapBuilder)] = []
  private var hasMore = false

  mutating func add(_ value: UInt64, _ vcpu: UInt32) {
    let range = IndexRange(vcpu, vcpu)
    if let place = values.firstIndex(where: { $0.value == value }) {
      values[place].vcpus.append(range)
    } else if values.count < Self.limit {
      var builder = BitmapBuilder()
      builder.append(range)
      values.append((value, builder))
    } else {
      hasMore = true
    }
  }

  func text(vcpus: UInt32, _ text: (UInt64) -> String) -> String {
    let parts = values.map { item -> String in
      let builder = item.vcpus
      let told = builder.finish()
      return told == Bitmap(below: vcpus)
        ? text(item.value) : text(item.value) + " on vCPU \(told)"
    }
    return parts.joined(separator: ", ") + (hasMore ? " ..." : "")
  }
}

extension Finding {
  fileprivate static let noRegister = Finding(
    id: "SDEI-D031",
    severity: .note,
    problem: "none of the ten SDEI registers is in the list: there is no SDEI state in it",
    action: "check that the kernel has SDEI, and that all of KVM_GET_REG_LIST was read"
  )

  fileprivate static func missing(_ register: FirmwareRegister, _ vcpus: Bitmap) -> Finding {
    Finding(
      id: "SDEI-D032",
      severity: .warning,
      path: ModelPath.vcpus(vcpus, register.name),
      problem: "the register is not in the list; its reset value, "
        + (register == .peState ? "1 (masked)" : "0") + ", is taken",
      action: "read all of KVM_GET_REG_LIST"
    )
  }

  fileprivate static func noSuchEvent(_ event: Event) -> Finding {
    Finding(
      id: "SDEI-D033",
      severity: .note,
      path: ModelPath.event(event.number),
      problem: "v7 has the events 0 and 1 only; what the registers say of this one is kept",
      action: "clear it: KVM_SET_ONE_REG drops it without a word"
    )
  }

  fileprivate static func skipped(_ count: UInt64) -> Finding {
    Finding(
      id: "SDEI-D034",
      severity: .note,
      problem: "\(count) register\(count == 1 ? " is" : "s are") not SDEI's and "
        + "\(count == 1 ? "is" : "are") not kept",
      action: "keep the list for the rest of the vCPUs' state"
    )
  }
}
