internal import SDEIModel
internal import SDEIWire

/// KVM v7's registers as fields of the model.
extension PlaceTable {
  /// Notes a register of a vCPU whose payload lies at an offset; `isText` where digits stand there,
  /// the most significant first, so that a part of it has no place of its own.
  mutating func noteRegister(_ id: UInt64, _ vcpu: UInt32, at offset: Int, isText: Bool) {
    if id == RegisterID.mpidr {
      note(.vcpu(vcpu), "affinity", at: offset)
      note(.vcpu(vcpu), "mpidrFlags", at: offset)
    }
    guard let register = FirmwareRegister(id: id) else { return }
    switch register {
    case .handler0, .handler1, .handler2, .handler3:
      let number = EventNumber(UInt64(register.rawValue))
      note(number, vcpu, "entry", at: offset)
      note(number, vcpu, "argument", at: isText ? offset : offset + 8)
    case .registered, .enabled, .running, .pending:
      for number in bitEvents {
        let byte = isText ? 0 : Int(number.rawValue / 8)
        note(number, vcpu, String(describing: register), at: offset + byte)
      }
    case .context:
      note(.vcpu(vcpu), at: offset, isText ? ["normal": FieldPlace(0)] : Self.context)
    case .peState:
      note(.vcpu(vcpu), "masked", at: offset)
      note(.vcpu(vcpu), "peState", at: offset)
    }
  }

  private mutating func note(_ number: EventNumber, _ vcpu: UInt32, _ name: String, at offset: Int)
  {
    note(.slot(number, vcpu), name, at: offset)
    note(.event(number), name, at: offset)
  }

  /// PC, PSTATE, X0 to X17, and the bytes that the kernel leaves as they were.
  private static let context: Fields = {
    var fields: Fields = [
      "normal": FieldPlace(0), "normal.pc": FieldPlace(0), "normal.pstate": FieldPlace(8),
      "normal.x": FieldPlace(16, .words(18)),
    ]
    for (number, field) in ExtraField.contextTail.enumerated() {
      fields[field.name] = FieldPlace(160 + 8 * number)
    }
    return fields
  }()
}

extension KVMv7Format: LocatingFormat {
  static func locate(_ table: inout PlaceTable, in bytes: RawSpan) throws(DecodeError) {
    var cursor = 0
    let header = try table.noteHeader(bytes, transcript, &cursor)
    for vcpu in 0..<header.vcpus {
      guard bytes.byteCount - cursor >= KVMv7Decoder.vcpuHeaderSize else { return }
      table.note(.vcpu(vcpu), at: cursor)
      let count = bytes.littleEndian(at: cursor + 4, count: 4)
      cursor += KVMv7Decoder.vcpuHeaderSize
      for _ in 0..<count {
        guard bytes.byteCount - cursor >= KVMv7Decoder.registerHeaderSize else { return }
        let id = bytes.littleEndian(at: cursor, count: 8)
        cursor += KVMv7Decoder.registerHeaderSize
        guard bytes.byteCount - cursor >= RegisterID.size(id) else { return }
        table.noteRegister(id, vcpu, at: cursor, isText: false)
        cursor += RegisterID.size(id)
      }
    }
  }
}

extension KVMv7TextFormat: LocatingFormat {
  static func locate(_ table: inout PlaceTable, in bytes: RawSpan) throws(DecodeError) {
    var cursor = 0
    var vcpu: UInt32 = 0
    while let line = TextLine(bytes, &cursor) {
      if line.isVCPU(bytes) {
        vcpu = UInt32(truncatingIfNeeded: line.vcpu(bytes) ?? 0)
        table.note(.vcpu(vcpu), at: line.words[0].lowerBound)
      } else if line.words.count == 2, let id = HexText.number(bytes.extracting(line.words[0])) {
        table.noteRegister(id, vcpu, at: line.words[1].lowerBound, isText: true)
      }
    }
  }
}
