internal import SDEIModel

extension SysregDecoder {
  /// Performs a command on a vCPU, or on the VM where there is none.
  mutating func perform(
    _ command: SysregCommand,
    _ vcpu: UInt32?,
    _ operands: [UInt64],
    at offset: Int
  ) throws(DecodeError) {
    switch command.kind {
    case .vm: try performOnVM(command, operands, at: offset)
    case .eventMark, .eventValue, .vcpuMark, .vcpuValue:
      try performOnRange(command, vcpu, operands, at: offset)
    case .context: try setContext(vcpu, operands, at: offset)
    }
  }

  private mutating func performOnVM(
    _ command: SysregCommand,
    _ operands: [UInt64],
    at offset: Int
  ) throws(DecodeError) {
    switch command {
    case .setVersion:
      try once(command, at: offset)
      snapshot.instance.version = SDEIVersion(rawValue: operands[0])
    case .setFeatures:
      try once(command, at: offset)
      try setFeatures(operands[0], at: offset)
    case .setDialect:
      try once(command, at: offset)
      guard let known = SysregLayout.dialects.first(where: { $0.code == operands[0] }) else {
        throw refusal(command, at: offset, "dialect \(operands[0])", "the number of a dialect")
      }
      snapshot.instance.dialect = known.dialect
    case .declareEvent, .defineEvent:
      try addEvent(command, operands, at: offset)
    case .setRouting:
      let rank = try rank(command, operands[0], at: offset)
      try once(command, rank, at: offset)
      guard let mode = UInt8(exactly: operands[1]) else {
        throw refusal(command, at: offset, "mode \(hex(operands[1]))", "at most 0xff")
      }
      events[rank].routing = Routing(
        mode: RoutingMode(rawValue: mode),
        affinity: Affinity(rawValue: operands[2])
      )
    default: break  // All others concern vCPUs.
    }
  }

  private mutating func setFeatures(_ word: UInt64, at offset: Int) throws(DecodeError) {
    let client = UInt8(truncatingIfNeeded: word)
    guard word & 0xFFFF_0000_0000_FE00 == 0, client == 1 || client == 2 else {
      let expected = "EL 1 or 2 in bits 7:0, relative mode 8, private 31:16, shared slots 47:32"
      throw refusal(.setFeatures, at: offset, hex(word), expected)
    }
    snapshot.instance.clientEL = client
    snapshot.instance.features = Features(
      privateSlots: UInt16(truncatingIfNeeded: word >> 16),
      sharedSlots: UInt16(truncatingIfNeeded: word >> 32),
      relativeMode: word >> 8 & 1 == 1
    )
  }

  private mutating func addEvent(
    _ command: SysregCommand,
    _ operands: [UInt64],
    at offset: Int
  ) throws(DecodeError) {
    let number = EventNumber(operands[0])
    var event = Event(number)
    if command == .defineEvent {
      let definition = SysregLayout.definition(operands[1], interrupt: operands[2])
      guard let definition else {
        let found = "properties \(hex(operands[1])) and interrupt \(hex(operands[2]))"
        throw refusal(command, at: offset, found, "bits that have a meaning, at most 32 of both")
      }
      event.definition = definition
    }
    guard ranks.updateValue(events.count, forKey: number) == nil else {
      throw DecodeError(
        .duplicate,
        at: offset,
        command.name,
        found: "event \(number) again",
        expected: "each event once"
      )
    }
    events.append(event)
  }

  private mutating func performOnRange(
    _ command: SysregCommand,
    _ vcpu: UInt32?,
    _ operands: [UInt64],
    at offset: Int
  ) throws(DecodeError) {
    var rest = operands[...]
    var ranked = 0
    switch command.kind {
    case .eventMark, .eventValue: ranked = try rank(command, rest.removeFirst(), at: offset)
    default: break
    }
    var range: IndexRange
    if let vcpu {
      range = IndexRange(vcpu, vcpu)
    } else {
      let word = rest.removeFirst()
      guard let told = SysregLayout.range(word) else {
        throw refusal(command, at: offset, "range \(hex(word))", "first 31:0 up to last 63:32")
      }
      range = told
    }
    let base = rest.popFirst() ?? 0
    let stride = rest.popFirst() ?? 0
    let setting = Setting(
      command: command,
      rank: ranked,
      range: range,
      base: base,
      stride: stride,
      offset: offset
    )
    try check(setting)
    settings.append(setting)
  }

  /// Refuses values that the field can not have, and zeros within a range: a column would be cut at
  /// each of them.
  private func check(_ setting: Setting) throws(DecodeError) {
    let (base, stride, count) = (setting.base, setting.stride, setting.range.count)
    if base == 0 && stride == 0 { return }
    guard ColumnBuilder.zeros(base: base, stride: stride, count: count) == 0 else {
      let found = "a 0 in \(hex(base)) + i * \(hex(stride))"
      throw refusal(setting.command, at: setting.offset, found, "no 0, or nothing else")
    }
    let largest: UInt64
    switch setting.command {
    case .setPending: largest = UInt64(UInt32.max)
    case .setPower: largest = UInt64(PowerState.standby.rawValue)
    default: return
    }
    var builder = ColumnBuilder()
    builder.append(setting.range, base: base, stride: stride)
    let bounds = builder.finish().bounds
    guard bounds.upperBound <= largest else {
      let found = "values up to \(hex(bounds.upperBound))"
      throw refusal(setting.command, at: setting.offset, found, "at most \(hex(largest))")
    }
  }

  private mutating func setContext(
    _ vcpu: UInt32?,
    _ operands: [UInt64],
    at offset: Int
  ) throws(DecodeError) {
    var rest = operands[...]
    var index = vcpu
    if index == nil { index = UInt32(exactly: rest.removeFirst()) }
    guard let index else {
      throw refusal(.setContext, at: offset, "vCPU \(hex(operands[0]))", "an index of 32 bits")
    }
    let (flags, number) = (rest.removeFirst(), rest.removeFirst())
    guard flags & ~0x101 == 0, flags >> 8 == 1 || number == 0 else {
      let found = "level \(hex(flags)) and number \(hex(number))"
      throw refusal(.setContext, at: offset, found, "level 0 or 1, and 0x100 where a handler runs")
    }
    var context = Context(vcpu: index, level: flags & 1 == 1 ? .critical : .normal)
    if flags >> 8 == 1 { context.event = EventNumber(number) }
    for (word, value) in rest.enumerated() { context.frame[word: word] = value }
    contexts.append((context, offset))
  }

  private func rank(
    _ command: SysregCommand,
    _ number: UInt64,
    at offset: Int
  ) throws(DecodeError) -> Int {
    guard let rank = ranks[EventNumber(number)] else {
      let expected = "an event that was defined or declared before"
      throw refusal(command, at: offset, "event \(EventNumber(number))", expected)
    }
    return rank
  }

  private func refusal(
    _ command: SysregCommand,
    at offset: Int,
    _ found: String,
    _ expected: String
  ) -> DecodeError {
    DecodeError(.value, at: offset, command.name, found: found, expected: expected)
  }
}
