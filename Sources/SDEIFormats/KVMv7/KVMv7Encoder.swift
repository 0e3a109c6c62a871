internal import SDEIModel
internal import SDEIWire

/// The registers of each vCPU of a state, as both forms write them.
struct KVMv7Source {
  let snapshot: Snapshot
  /// The events that bits tell of.
  private let events: [Event]
  /// The vCPUs whose MPIDR_EL1 is known.
  private let known: Bitmap
  private let tails: [Column]

  init(_ snapshot: Snapshot) {
    self.snapshot = snapshot
    events = snapshot.events.filter { $0.number.rawValue < KVMv7.eventBits }
    known = snapshot.vcpus.affinityKnown.below(snapshot.vcpus.count)
    tails = ExtraField.contextTail.map { snapshot.extras.vcpuValues[$0] ?? Column() }
  }

  /// How many vCPUs have a known MPIDR_EL1.
  var knownCount: UInt64 { known.count }

  /// MPIDR_EL1 of a vCPU, nil where it is not known.
  func mpidr(_ vcpu: UInt32) -> UInt64? { known.contains(vcpu) ? snapshot.mpidr(vcpu) : nil }

  /// The words of a register's payload.
  func words(_ register: FirmwareRegister, _ vcpu: UInt32) -> [UInt64] {
    switch register {
    case .handler0, .handler1, .handler2, .handler3:
      let number = EventNumber(UInt64(register.rawValue))
      let event = events.first { $0.number == number }
      return [event?.entry[vcpu] ?? 0, event?.argument[vcpu] ?? 0]
    case .registered: return [bits { $0.registered.contains(vcpu) }]
    case .enabled: return [bits { $0.enabled.contains(vcpu) }]
    case .running: return [bits { $0.running.contains(vcpu) }]
    case .pending: return [bits { $0.pending[vcpu] != 0 }]
    case .context:
      let frame = snapshot.contexts[vcpu, .normal]?.frame ?? .zero
      return [frame.pc, frame.pstate] + (0..<18).map { frame.x[$0] } + tails.map { $0[vcpu] }
    case .peState:
      guard snapshot.vcpus.masked.contains(vcpu) else { return [0] }
      return [snapshot.extras.vcpuValues[.peState]?[vcpu] ?? 0].map { $0 == 0 ? 1 : $0 }
    }
  }

  private func bits(_ isSet: (Event) -> Bool) -> UInt64 {
    events.reduce(0) { $0 | (isSet($1) ? 1 << $1.number.rawValue : 0) }
  }
}

/// Writes a list of registers.
struct KVMv7Encoder {
  private let source: KVMv7Source
  private let header: TranscriptHeader

  static func encode(
    _ snapshot: Snapshot,
    _ options: EncodeOptions
  ) throws(EncodeError) -> [UInt8] {
    let encoder = KVMv7Encoder(
      source: KVMv7Source(snapshot),
      header: TranscriptHeader(KVMv7Format.transcript, snapshot)
    )
    let size = encoder.size
    guard size <= options.maxBytes else {
      throw .tooLarge(.kvmV7, bytes: size, limit: options.maxBytes)
    }
    return encoder.write(size: Int(size))
  }

  /// The size in bytes; vCPUs are below 2^32, so that nothing overflows.
  private var size: UInt64 {
    let registerHeader = UInt64(KVMv7Decoder.registerHeaderSize)
    let registers = FirmwareRegister.allCases.reduce(UInt64(KVMv7Decoder.vcpuHeaderSize)) {
      $0 + registerHeader + UInt64($1.size)
    }
    let mpidrs = header.hasMPIDRs ? 0 : source.knownCount * (registerHeader + 8)
    return header.sizeInFile + UInt64(source.snapshot.vcpus.count) * registers + mpidrs
  }

  private func write(size: Int) -> [UInt8] {
    var writer = ByteWriter(size: size)
    header.write(source.snapshot, into: &writer)
    for vcpu in 0..<source.snapshot.vcpus.count {
      // The header has those of all vCPUs only; where some are unknown, the lists have the others.
      let mpidr = header.hasMPIDRs ? nil : source.mpidr(vcpu)
      writer.write(vcpu)
      writer.write(UInt32(FirmwareRegister.allCases.count + (mpidr == nil ? 0 : 1)))
      for register in FirmwareRegister.allCases {
        write(register.id, source.words(register, vcpu), &writer)
      }
      if let mpidr { write(RegisterID.mpidr, [mpidr], &writer) }
    }
    return writer.finish()
  }

  private func write(_ id: UInt64, _ words: [UInt64], _ writer: inout ByteWriter) {
    writer.write(id)
    writer.write(UInt32(words.count * 8))
    writer.write(UInt32(0))
    for word in words { writer.write(word) }
  }
}
