import SDEIModel

/// Snapshots of any shape that the model can hold, by seed.
package struct RandomSnapshot {
  private var random: SplitMix64
  private let vcpus: UInt32

  /// A snapshot with `vcpus` vCPUs, or a random number of them, of a dialect, or of any.
  package static func make(
    seed: UInt64,
    vcpus: UInt32? = nil,
    dialect: DialectID? = nil
  ) -> Snapshot {
    var random = SplitMix64(seed: seed)
    let sizes: [UInt32] = [0, 1, 2, 3, 8, 63, 64, 65, 128, 300, 512, 513]
    let count = vcpus ?? (random.oneIn(40) ? UInt32(random.below(5001)) : random.pick(sizes))
    var maker = RandomSnapshot(random: random, vcpus: count)
    return maker.snapshot(dialect)
  }

  private init(random: SplitMix64, vcpus: UInt32) {
    self.random = random
    self.vcpus = vcpus
  }

  private mutating func snapshot(_ dialect: DialectID?) -> Snapshot {
    var snapshot = Snapshot()
    snapshot.instance = instance()
    if let dialect { snapshot.instance.dialect = dialect }
    snapshot.vcpus = vcpuColumns()
    let dialect = snapshot.instance.dialect
    for _ in 0..<random.below(7) { snapshot.events.insert(event(dialect)) }
    for _ in 0..<random.below(5) {
      let context = Context(
        vcpu: index(),
        level: random.pick(Level.allCases),
        event: random.oneIn(3) ? nil : number(),
        frame: frame()
      )
      snapshot.contexts.insert(context)
    }
    addExtras(of: dialect, to: &snapshot)
    return snapshot
  }

  private mutating func instance() -> Instance {
    Instance(
      version: random.oneIn(4) ? SDEIVersion(rawValue: random.next()) : .v1_1,
      clientEL: UInt8(1 + random.below(2)),
      features: random.oneIn(2)
        ? Features()
        : Features(
          privateSlots: UInt16(random.below(65536)),
          sharedSlots: UInt16(random.below(9)),
          relativeMode: random.oneIn(2)
        ),
      dialect: random.oneIn(2) ? .kvmV5 : random.pick(DialectID.allCases),
      producer: random.pick(["", "test", "qemu 7.0 \"über\" \\ linux 5.17", "λ"])
    )
  }

  private mutating func vcpuColumns() -> VCPUs {
    var result = VCPUs(count: vcpus)
    result.masked = bitmap()
    if random.oneIn(2) { result.deliveryRequest = bitmap() }
    if random.oneIn(2) {
      for index in bitmap().ranges.prefix(6) {
        let state = random.below(4) + 1
        result.power = result.power.overlaid(with: Column(state, at: Bitmap(index)))
      }
    }
    if random.oneIn(2) {
      result.affinityKnown = bitmap()
      result.affinity = column().restricted(to: result.affinityKnown)
    }
    return result
  }

  private mutating func event(_ dialect: DialectID) -> Event {
    var event = Event(number())
    if !random.oneIn(5) {
      event.definition = EventDefinition(
        type: EventType(rawValue: random.oneIn(9) ? 7 : UInt8(random.below(2))),
        priority: EventPriority(rawValue: random.oneIn(9) ? 255 : UInt8(random.below(2))),
        isSignalable: random.oneIn(2),
        trigger: random.oneIn(4) ? .level : .edge,
        origin: random.oneIn(2) ? .platform : random.pick(EventOrigin.allCases),
        interrupt: random.oneIn(4) ? UInt32(random.below(1 << 32)) : nil,
        notifier: random.oneIn(4) ? "async-pf" : nil
      )
    }
    if random.oneIn(2) {
      event.routing = Routing(
        mode: RoutingMode(rawValue: UInt8(random.below(256))),
        affinity: Affinity(rawValue: value())
      )
    }
    for (_, path) in Event.bitmaps where random.oneIn(2) { event[keyPath: path] = bitmap() }
    if random.oneIn(2) { event.entry = column() }
    if random.oneIn(2) { event.argument = column() }
    if random.oneIn(2) { event.pending = small(below: 1 << 32) }
    return event
  }

  private mutating func addExtras(of dialect: DialectID, to snapshot: inout Snapshot) {
    for field in ExtraField.allCases where field.dialects.contains(dialect) && random.oneIn(3) {
      switch field.scope {
      case .vmValue: snapshot.extras.values[field] = 1 + random.below(5)
      case .vmEvents: snapshot.extras.lists[field] = list()
      case .eventValue:
        snapshot.events.updateAll { event in
          if random.oneIn(2) { event.extras[field] = fieldValue(field) }
        }
      case .vcpuValue:
        let column = fieldColumn(field)
        snapshot.extras.vcpuValues[field] = column.isEmpty ? nil : column
      case .vcpuEvents:
        var lists = VCPULists()
        for range in bitmap().ranges.prefix(5) { lists.append(range, list()) }
        snapshot.extras.vcpuLists[field] = lists.isEmpty ? nil : lists
      case .slotValue:
        snapshot.events.updateAll { event in
          let column = fieldColumn(field)
          if random.oneIn(2) { event.slotExtras[field] = column.isEmpty ? nil : column }
        }
      }
    }
  }

  private mutating func fieldValue(_ field: ExtraField) -> UInt64 {
    if field == .mpidrFlags { return 1 << 31 | (random.oneIn(2) ? 1 << 30 : 0) }
    return field.minimum + random.below(field.maximum - field.minimum + 1)
  }

  private mutating func fieldColumn(_ field: ExtraField) -> Column {
    var column = Column()
    for range in bitmap().ranges.prefix(4) {
      column = column.overlaid(with: Column(fieldValue(field), at: Bitmap(range)))
    }
    return column
  }

  private mutating func list() -> [EventNumber] {
    var list: [EventNumber] = []
    for _ in 0..<random.below(5) {
      let number = number()
      if !list.contains(number) { list.append(number) }
    }
    return list
  }

  private mutating func number() -> EventNumber {
    switch random.below(8) {
    case 0: EventNumber(0)
    case 1: EventNumber(0x8040_0000)
    case 2: EventNumber(random.next())
    default: EventNumber(0x4040_0000 + random.below(6))
    }
  }

  private mutating func value() -> UInt64 {
    switch random.below(6) {
    case 0: random.below(4)
    case 1: .max - random.below(4)
    case 2: random.next()
    case 3: 1 << random.below(64)
    default: 0xFFFF_8000_0800_0000 | random.below(1 << 24) << 2
    }
  }

  private mutating func frame() -> RegisterFrame {
    var frame = RegisterFrame()
    if random.oneIn(6) { return frame }
    for word in 0..<RegisterFrame.wordCount where random.oneIn(2) { frame[word: word] = value() }
    return frame
  }

  /// Mostly a vCPU that exists.
  private mutating func index() -> UInt32 {
    vcpus == 0 || random.oneIn(12)
      ? UInt32(random.below(1 << 32)) : UInt32(random.below(UInt64(vcpus)))
  }

  private mutating func bitmap() -> Bitmap {
    switch random.below(7) {
    case 0: return Bitmap()
    case 1, 2: return Bitmap(below: vcpus)
    case 3:
      let words = (0..<Int(random.below(UInt64(vcpus) / 64 + 2))).map { _ in random.next() }
      return Bitmap(words: words)
    case 4: return Bitmap(indexes: (0..<random.below(6)).map { _ in index() })
    default:
      return Bitmap(
        (0..<1 + random.below(3)).map { _ in
          let (a, b) = (index(), index())
          return IndexRange(min(a, b), max(a, b))
        }
      )
    }
  }

  private mutating func column() -> Column {
    var column = Column()
    for _ in 0..<random.below(4) {
      var builder = ColumnBuilder()
      switch random.below(4) {
      case 0: builder.append(range(), base: value(), stride: 0)
      case 1: builder.append(range(), base: value(), stride: random.below(1 << 20))
      case 2: builder.append(range(), base: value(), stride: 0 &- random.below(1 << 12))
      default:
        var next = UInt64(index())
        for _ in 0..<random.below(9) where next < 1 << 32 {
          builder.append(UInt32(next), value())
          next += 1 + (random.oneIn(3) ? random.below(4) : 0)
        }
      }
      column = column.overlaid(with: builder.finish())
    }
    return column
  }

  private mutating func small(below limit: UInt64) -> Column {
    var column = Column()
    for range in bitmap().ranges.prefix(5) {
      let value = random.oneIn(4) ? random.below(limit) : 1 + random.below(3)
      column = column.overlaid(with: Column(value, at: Bitmap(range)))
    }
    return column
  }

  private mutating func range() -> IndexRange {
    let (a, b) = (index(), index())
    return IndexRange(min(a, b), max(a, b))
  }
}
