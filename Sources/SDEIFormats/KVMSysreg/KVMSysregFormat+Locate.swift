internal import SDEIModel
internal import SDEIWire

extension KVMSysregFormat: LocatingFormat {
  static func locate(_ table: inout PlaceTable, in bytes: RawSpan) throws(DecodeError) {
    var cursor = 0
    _ = try table.noteHeader(bytes, transcript, &cursor)
    var first = cursor
    while bytes.byteCount - cursor >= SysregLayout.writeSize {
      let register = UInt32(bytes.littleEndian(at: cursor + 4, count: 4))
      if register == SysregLayout.commandRegister {
        SysregWrites(bytes, first: first, command: cursor)?.note(&table)
        first = cursor + SysregLayout.writeSize
      }
      cursor += SysregLayout.writeSize
    }
  }
}

/// A command with the writes of its operands in front of it.
private struct SysregWrites {
  private let command: SysregCommand
  /// Where the command's own write stands.
  private let offset: Int
  /// Where the value of the first operand stands.
  private let first: Int
  private let values: [UInt64]
  private let vcpu: UInt32?

  /// Nil where the operands are not the command's.
  init?(_ bytes: RawSpan, first: Int, command offset: Int) {
    let size = SysregLayout.writeSize
    let index = UInt32(bytes.littleEndian(at: offset, count: 4))
    vcpu = index == SysregLayout.vm ? nil : index
    guard let command = SysregCommand(rawValue: bytes.littleEndian(at: offset + 8, count: 8)),
      command.operands(onVM: vcpu == nil) == (offset - first) / size
    else { return nil }
    (self.command, self.offset, self.first) = (command, offset, first + 8)
    values = stride(from: first, to: offset, by: size).map {
      bytes.littleEndian(at: $0 + 8, count: 8)
    }
  }

  /// Where the value of an operand stands.
  private func place(_ operand: Int) -> Int { first + operand * SysregLayout.writeSize }

  func note(_ table: inout PlaceTable) {
    switch command.kind {
    case .vm: noteVM(&table)
    case .eventMark, .eventValue: noteSlots(&table)
    case .vcpuMark, .vcpuValue: noteVCPUs(&table)
    case .context: noteContext(&table)
    }
  }

  private func noteVM(_ table: inout PlaceTable) {
    switch command {
    case .setVersion: table.note(.state, "instance.version", at: place(0))
    case .setFeatures:
      table.note(.state, "instance.clientEL", at: place(0))
      table.note(.state, "instance.features", at: place(0))
    case .setDialect: table.note(.state, "instance.dialect", at: place(0))
    case .setRouting:
      let key = PlaceKey.event(EventNumber(values[0]))
      for name in ["routing", "routing.mode"] { table.note(key, name, at: place(1)) }
      table.note(key, "routing.affinity", at: place(2))
    default:
      let key = PlaceKey.event(EventNumber(values[0]))
      table.note(key, at: place(0))
      guard command == .defineEvent else { return }
      // The parts of a definition are bytes of one operand.
      let parts = ["type", "priority", "signalable", "origin"]
      for (byte, name) in parts.enumerated() { table.note(key, name, at: place(1) + byte) }
      table.note(key, "definition", at: place(1))
      table.note(key, "trigger", at: place(1) + 2)
      table.note(key, "interrupt", at: place(2))
    }
  }

  /// The vCPUs, of which an operand tells on the VM.
  private func range(_ operand: Int) -> IndexRange? {
    vcpu.map { IndexRange($0, $0) } ?? SysregLayout.range(values[operand])
  }

  private func noteSlots(_ table: inout PlaceTable) {
    let number = EventNumber(values[0])
    guard let range = range(1) else { return }
    // A mark has no byte of its own: it is the command.
    let mark = SysregLayout.marks.firstIndex { $0.0 == command }.map { Event.bitmaps[$0].name }
    let value = SysregLayout.values.firstIndex { $0.0 == command }.map { Event.columns[$0].name }
    let at = mark == nil ? place(vcpu == nil ? 2 : 1) : offset
    guard let name = mark ?? value else { return }
    for slot in table.slots(of: number, in: range) { table.note(.slot(number, slot), name, at: at) }
  }

  private func noteVCPUs(_ table: inout PlaceTable) {
    guard let range = range(0) else { return }
    let (name, at): (String, Int) =
      switch command {
      case .maskVCPU: ("masked", offset)
      case .requestDelivery: ("deliveryRequest", offset)
      case .setPower: ("power", place(vcpu == nil ? 1 : 0))
      default: ("affinity", place(vcpu == nil ? 1 : 0))
      }
    for vcpu in table.vcpus(in: range) { table.note(.vcpu(vcpu), name, at: at) }
  }

  private func noteContext(_ table: inout PlaceTable) {
    let level = vcpu == nil ? 1 : 0
    guard let vcpu = vcpu ?? UInt32(exactly: values[0]), table.wants(.vcpu(vcpu)) else { return }
    let name = (values[level] & 1 == 1 ? Level.critical : .normal).name
    table.note(.vcpu(vcpu), name, at: place(level))
    table.note(.vcpu(vcpu), name + ".event", at: place(level + 1))
    for word in 0..<18 {
      table.note(.vcpu(vcpu), "\(name).x[\(word)]", at: place(level + 2 + word))
    }
    table.note(.vcpu(vcpu), name + ".x", at: place(level + 2))
    table.note(.vcpu(vcpu), name + ".pc", at: place(level + 20))
    table.note(.vcpu(vcpu), name + ".pstate", at: place(level + 21))
  }
}
