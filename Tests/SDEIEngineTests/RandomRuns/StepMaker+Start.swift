import SDEIEngine
import SDEIModel
import SDEITestSupport

extension StepMaker {
  /// An engine at a start, and registers that its vCPUs have.
  mutating func player() throws -> LivePlayer {
    let start = start()
    let vbar = random.next() & ~0x7FF
    let registers = (0..<start.vcpus.count).map { _ in
      self.registers(clientEL: start.instance.clientEL, vbar: vbar)
    }
    return LivePlayer(engine: try Dispatcher(start), registers: registers)
  }

  /// A start: 1 to 8 vCPUs, events of every kind, nothing registered.
  mutating func start() -> Snapshot {
    let count = UInt32(1 + random.below(8))
    var snapshot = Snapshot.fresh(vcpus: count)
    let isOld = random.oneIn(8)
    if isOld { snapshot.instance.version = .v1_0 }
    snapshot.instance.clientEL = random.oneIn(4) ? 2 : 1
    snapshot.instance.features = Features(
      privateSlots: UInt16(random.below(4)),
      sharedSlots: UInt16(random.below(4)),
      relativeMode: !isOld && !random.oneIn(4)
    )
    if !random.oneIn(4) { snapshot.vcpus.masked = Bitmap() }
    let perCluster = UInt32(1 + random.below(4))
    let high = random.below(3)
    snapshot.vcpus.affinityKnown = Bitmap(below: count)
    snapshot.vcpus.affinity = Column(
      (0..<count).map { high << 32 | UInt64($0 / perCluster) << 8 | UInt64($0 % perCluster) }
    )
    for index in 0..<(1 + random.below(5)) {
      let isStandard = random.oneIn(5)
      let number = EventNumber((isStandard ? 0x320 : 0x4000_0000) + index)
      let definition = EventDefinition(
        type: random.oneIn(2) ? .shared : .private,
        priority: random.oneIn(2) ? .critical : .normal,
        isSignalable: false,
        trigger: random.oneIn(3) ? .level : .edge,
        origin: random.oneIn(4) ? .firmware : .platform,
        interrupt: random.oneIn(4) ? UInt32(50 + index) : nil,
        notifier: random.oneIn(6) ? "async-pf" : nil
      )
      snapshot.events.insert(Event(number, definition: definition))
    }
    return snapshot
  }

  /// Registers with which a guest of an exception level may be interrupted.
  mutating func registers(clientEL: UInt8, vbar: UInt64? = nil) -> LiveRegisters {
    var frame = RegisterFrame(pc: random.next() & ~3, pstate: 0)
    for index in 0..<18 {
      frame.x[index] = random.oneIn(6) ? UInt64(bitPattern: -3) : random.next()
    }
    var modes: [UInt64] = [0x0, 0x0, 0x4, 0x5, 0x5, 0x10]
    if clientEL == 2 { modes += [0x8, 0x9, 0x9, 0x13, 0x1F] }
    let mode = random.pick(modes)
    // Flags and DAIF; PAN, DIT, SS, IL; and what only AArch32 has.
    frame.pstate = mode | random.next() & 0xF000_03C0
    if random.oneIn(3) { frame.pstate |= random.next() & 0x0170_0000 }
    if mode & 0x10 != 0 { frame.pstate |= random.next() & 0x0E0F_FE20 }
    return LiveRegisters(
      frame: frame,
      elr: random.next(),
      spsr: random.next(),
      vbar: vbar ?? random.next() & ~0x7FF
    )
  }
}
