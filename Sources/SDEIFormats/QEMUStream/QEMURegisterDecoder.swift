internal import SDEIModel
internal import SDEIWire

/// Reads the SDEI registers in the vCPUs' lists: the state of KVM v7.
struct QEMURegisterDecoder {
  private(set) var snapshot: Snapshot
  private(set) var findings: [Finding] = []
  private var masked = BitmapBuilder()
  private var contexts: [Context] = []
  private var values: [ExtraField: ColumnBuilder] = [:]
  /// By event number: what its slots have.
  private var events: [Columns]
  /// The vCPUs by the registers that their lists lack, one bit for each.
  private var lacking: [UInt16: [UInt32]] = [:]

  private struct Columns {
    var registered = BitmapBuilder()
    var enabled = BitmapBuilder()
    var running = BitmapBuilder()
    var pending = ColumnBuilder()
    var entry = ColumnBuilder()
    var argument = ColumnBuilder()
  }

  init(_ common: Snapshot) {
    snapshot = common
    // What v7 tells every guest (SDEI_VERSION): no register carries it.
    snapshot.instance.version = SDEIVersion(major: 1, minor: 1, vendor: 0x564B_CAA9)
    snapshot.instance.dialect = .kvmV7
    events = Array(repeating: Columns(), count: 64)
  }

  /// Reads all vCPUs, ascending.
  mutating func read(_ cpus: [QEMUCPU]) {
    for cpu in cpus { read(cpu) }
    snapshot.vcpus.masked = masked.finish()
    snapshot.contexts = ContextTable(contexts)
    for (field, builder) in values {
      let column = builder.finish()
      snapshot.extras.vcpuValues[field] = column.isEmpty ? nil : column
    }
    snapshot.events = collectedEvents()
    for missing in lacking.keys.sorted() {
      let names = QEMURegisterID.sdeiNames.indices.filter { missing >> UInt16($0) & 1 == 1 }
        .map { QEMURegisterID.sdeiNames[$0] }
      findings.append(.lacks(names, Bitmap(indexes: lacking[missing] ?? [])))
    }
  }

  private mutating func read(_ cpu: QEMUCPU) {
    let vcpu = cpu.index
    var missing: UInt16 = 0
    for (place, id) in QEMURegisterID.sdei.enumerated() {
      guard let words = cpu.registers.first(where: { $0.id == id })?.words else {
        missing |= 1 << UInt16(place)
        continue
      }
      switch place {
      case 0...3:
        events[place].entry.append(vcpu, words[0])
        events[place].argument.append(vcpu, words[1])
      case 4: mark(\.registered, words[0], vcpu)
      case 5: mark(\.enabled, words[0], vcpu)
      case 6: mark(\.running, words[0], vcpu)
      case 7: for bit in Self.bits(words[0]) { events[bit].pending.append(vcpu, 1) }
      case 8: readContext(words, vcpu)
      default:
        if words[0] != 0 { masked.append(IndexRange(vcpu, vcpu)) }
        if words[0] > 1 { values[.peState, default: ColumnBuilder()].append(vcpu, words[0]) }
      }
    }
    if missing != 0 { lacking[missing, default: []].append(vcpu) }
  }

  private mutating func mark(
    _ path: WritableKeyPath<Columns, BitmapBuilder>,
    _ word: UInt64,
    _ vcpu: UInt32
  ) {
    for bit in Self.bits(word) { events[bit][keyPath: path].append(IndexRange(vcpu, vcpu)) }
  }

  private static func bits(_ word: UInt64) -> [Int] { (0..<64).filter { word >> $0 & 1 == 1 } }

  /// Reads SDEI_EVENT_CONTEXT: PC, PSTATE, X0 to X17, and what the kernel does not write.
  private mutating func readContext(_ words: [UInt64], _ vcpu: UInt32) {
    var context = Context(vcpu: vcpu, level: .normal)
    (context.frame.pc, context.frame.pstate) = (words[0], words[1])
    for register in 0..<18 { context.frame.x[register] = words[2 + register] }
    if !context.isIdle { contexts.append(context) }
    for (field, word) in zip(ExtraField.contextTail, words.dropFirst(RegisterFrame.wordCount))
    where word != 0 {
      values[field, default: ColumnBuilder()].append(vcpu, word)
    }
  }

  /// Events 0 and 1, which v7 defines, and those of which something is said.
  private func collectedEvents() -> EventTable {
    var result: [Event] = []
    for (number, columns) in events.enumerated() {
      var event = Event(EventNumber(UInt64(number)))
      if number < 2 {
        event.definition = EventDefinition(type: .private, priority: .normal, isSignalable: true)
      }
      event.registered = columns.registered.finish()
      event.enabled = columns.enabled.finish()
      event.running = columns.running.finish()
      event.pending = columns.pending.finish()
      event.entry = columns.entry.finish()
      event.argument = columns.argument.finish()
      if event.definition != nil || event.hasHandlerState { result.append(event) }
    }
    return EventTable(result)
  }
}

extension Finding {
  fileprivate static func lacks(_ names: [String], _ vcpus: Bitmap) -> Finding {
    Finding(
      id: "SDEI-D055",
      severity: .warning,
      path: "vcpus[\(vcpus)]",
      problem: "the lists of registers lack SDEI_" + names.joined(separator: ", SDEI_")
        + "; what they hold is shown as 0 and is not known",
      action: "write the stream with a QEMU whose cpu section (version 23) has room for registers "
        + "wider than 64 bits"
    )
  }
}
