internal import SDEIModel

/// The columns of a v7 state while they are built, in ascending order of vCPUs.
struct KVMv7Columns {
  private static let marks: [FirmwareRegister] = [.registered, .enabled, .running, .pending]

  private var entries = [ColumnBuilder](repeating: ColumnBuilder(), count: 4)
  private var arguments = [ColumnBuilder](repeating: ColumnBuilder(), count: 4)
  /// By mark, the vCPUs with each bit.
  private var bits = [[BitmapBuilder]](
    repeating: [BitmapBuilder](repeating: BitmapBuilder(), count: Int(KVMv7.eventBits)),
    count: marks.count
  )
  /// By mark, all bits of the vCPU before.
  private var previous = [UInt64](repeating: 0, count: marks.count)
  /// All bits of all vCPUs.
  private var usedBits: UInt64 = 0
  private var masked = BitmapBuilder()
  private var values: [ExtraField: ColumnBuilder] = [:]
  private var contexts: [Context] = []
  private var known = BitmapBuilder()
  private var affinity = ColumnBuilder()
  /// What the bits take in memory, in bytes: a file can ask for 64 events with every 8 bytes.
  private(set) var cost = 0

  mutating func take(_ register: FirmwareRegister, _ words: [UInt64], _ vcpu: UInt32) {
    switch register {
    case .handler0, .handler1, .handler2, .handler3:
      entries[register.rawValue].append(vcpu, words[0])
      arguments[register.rawValue].append(vcpu, words[1])
    case .registered, .enabled, .running, .pending:
      take(register.rawValue - FirmwareRegister.registered.rawValue, words[0], vcpu)
    case .context: takeContext(words, vcpu)
    case .peState:
      if words[0] != 0 { masked.append(IndexRange(vcpu, vcpu)) }
      if words[0] > 1 { keep(words[0], .peState, vcpu) }
    }
  }

  mutating func take(mpidr: UInt64, _ vcpu: UInt32) {
    known.append(IndexRange(vcpu, vcpu))
    affinity.append(vcpu, mpidr & Affinity.fieldMask)
    keep(mpidr & ~Affinity.fieldMask, .mpidrFlags, vcpu)
  }

  private mutating func take(_ mark: Int, _ word: UInt64, _ vcpu: UInt32) {
    // A new range of a bitmap takes up to 16 bytes, and of a column with it 96.
    let runs = (word & ~previous[mark]).nonzeroBitCount
    cost += runs * (Self.marks[mark] == .pending ? 96 : 16)
    previous[mark] = word
    usedBits |= word
    var left = word
    while left != 0 {
      bits[mark][left.trailingZeroBitCount].append(IndexRange(vcpu, vcpu))
      left &= left - 1
    }
  }

  /// PC and PSTATE come first, then X0 to X17, then what the kernel neither writes nor reads.
  private mutating func takeContext(_ words: [UInt64], _ vcpu: UInt32) {
    var context = Context(vcpu: vcpu, level: .normal)
    (context.frame.pc, context.frame.pstate) = (words[0], words[1])
    for register in 0..<18 { context.frame.x[register] = words[2 + register] }
    if !context.isIdle { contexts.append(context) }
    for (word, field) in zip(words[RegisterFrame.wordCount...], ExtraField.contextTail) {
      keep(word, field, vcpu)
    }
  }

  private mutating func keep(_ value: UInt64, _ field: ExtraField, _ vcpu: UInt32) {
    if value != 0 { values[field, default: ColumnBuilder()].append(vcpu, value) }
  }

  consuming func finish(_ snapshot: inout Snapshot) {
    snapshot.vcpus.masked = masked.finish()
    let known = known.finish()
    if !known.isEmpty {
      snapshot.vcpus.affinityKnown = known
      snapshot.vcpus.affinity = affinity.finish()
    }
    for (field, builder) in values { snapshot.extras.vcpuValues[field] = builder.finish() }
    snapshot.contexts = ContextTable(contexts)
    var events: [Event] = []
    for number in 0..<KVMv7.eventBits {
      let place = Int(number)
      var event = Event(EventNumber(number), definition: KVMv7.definition(number))
      if place < entries.count {
        event.entry = entries[place].finish()
        event.argument = arguments[place].finish()
      }
      if usedBits >> number & 1 == 1 {
        event.registered = bits[0][place].finish()
        event.enabled = bits[1][place].finish()
        event.running = bits[2][place].finish()
        event.pending = Column(1, at: bits[3][place].finish())
      }
      if event.definition != nil || event.hasHandlerState { events.append(event) }
    }
    snapshot.events = EventTable(events)
  }
}
