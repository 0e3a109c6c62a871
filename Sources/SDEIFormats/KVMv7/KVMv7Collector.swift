internal import SDEIModel

/// Puts a state together from the registers of one vCPU after the other.
struct KVMv7Collector {
  /// The bytes that the registers come from: memory must not outgrow them.
  private let inputSize: Int
  private var vcpu: UInt32 = 0
  /// Where each register of the vCPU was found, by id.
  private var seen: [UInt64: Int] = [:]
  private(set) var columns = KVMv7Columns()
  var notes = KVMv7Notes()
  private let mpidrs: [UInt64]?

  /// Begins a state; `mpidrs` where the header told them.
  init(inputSize: Int, mpidrs: [UInt64]? = nil) {
    (self.inputSize, self.mpidrs) = (inputSize, mpidrs)
  }

  /// Begins a vCPU, ascending.
  mutating func begin(_ vcpu: UInt32) {
    self.vcpu = vcpu
    // A new dictionary: emptying one costs what it once held.
    seen = [:]
  }

  /// The place of a register in errors.
  func path(_ id: UInt64) -> String {
    "vCPU \(vcpu), " + (FirmwareRegister(id: id)?.name ?? "register \(hex(id))")
  }

  /// Whether more is asked of a register than that it is there.
  func isWanted(_ id: UInt64) -> Bool {
    FirmwareRegister(id: id) != nil || id == RegisterID.mpidr
      || RegisterID.facts.contains { $0.id == id }
  }

  /// Takes a register, with the words of its payload where it is wanted.
  mutating func take(_ id: UInt64, at offset: Int, _ words: [UInt64]) throws(DecodeError) {
    if let first = seen.updateValue(offset, forKey: id) {
      throw DecodeError(
        .duplicate,
        at: offset,
        path(id),
        found: "the register again, which is also at byte \(first)",
        expected: "each register once for each vCPU"
      )
    }
    if let register = FirmwareRegister(id: id) {
      columns.take(register, words, vcpu)
      guard columns.cost <= 48 * inputSize + 1 << 19 else {
        throw DecodeError(
          .tooLarge,
          at: offset,
          path(id),
          found: "so many scattered bits that the state takes \(columns.cost) bytes",
          expected: "at most 48 bytes for each byte of the input",
          action: "clear the bits of events that v7 does not have"
        )
      }
    } else if id == RegisterID.mpidr {
      try take(mpidr: words[0], at: offset)
    } else if RegisterID.facts.contains(where: { $0.id == id }) {
      notes.addFact(id, words[0], vcpu)
    } else {
      notes.skipped += 1
    }
  }

  private mutating func take(mpidr: UInt64, at offset: Int) throws(DecodeError) {
    guard let mpidrs else { return columns.take(mpidr: mpidr, vcpu) }
    guard mpidrs[Int(vcpu)] == mpidr else {
      throw DecodeError(
        .value,
        at: offset,
        path(RegisterID.mpidr),
        found: hex(mpidr),
        expected: "\(hex(mpidrs[Int(vcpu)])), as the header has it"
      )
    }
  }

  /// Ends a vCPU: registers that did not come have their reset value.
  mutating func end() {
    for register in FirmwareRegister.allCases {
      if seen[register.id] != nil {
        notes.hasState = true
      } else {
        columns.take(register, register.resetWords, vcpu)
        notes.missing[register.rawValue].append(IndexRange(vcpu, vcpu))
      }
    }
  }

  /// The state of all vCPUs.
  consuming func finish(_ format: FormatID, vcpus: UInt32, producer: String = "") -> Document {
    var snapshot = KVMv7.snapshot(vcpus: vcpus, producer: producer)
    if let mpidrs { snapshot.take(mpidrs: mpidrs) }
    columns.finish(&snapshot)
    var document = Document(format: format, snapshot: snapshot)
    document.findings = notes.findings(snapshot)
    document.facts = notes.facts(vcpus: vcpus)
    document.hasState = notes.hasState
    return document
  }
}
