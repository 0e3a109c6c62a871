import SDEIEngine
import SDEIModel
import SDEITestSupport

extension WellBehavedClient {
  /// An engine on a sensible platform, and registers that its vCPUs have.
  mutating func player() throws -> LivePlayer {
    let count = UInt32(1 + random.below(6))
    var start = Snapshot.fresh(vcpus: count)
    start.instance.clientEL = random.oneIn(4) ? 2 : 1
    start.instance.features = Features(
      privateSlots: UInt16(2 + random.below(3)),
      sharedSlots: UInt16(2 + random.below(3)),
      relativeMode: !random.oneIn(4)
    )
    start.vcpus.affinityKnown = Bitmap(below: count)
    start.vcpus.affinity = Column((0..<UInt64(count)).map { ($0 / 4) << 8 | $0 % 4 })
    for index in 0..<(1 + random.below(5)) {
      let definition = EventDefinition(
        type: random.oneIn(2) ? .shared : .private,
        priority: random.oneIn(2) ? .critical : .normal,
        isSignalable: false,
        trigger: random.oneIn(3) ? .level : .edge,
        origin: random.oneIn(4) ? .firmware : .platform
      )
      start.events.insert(Event(EventNumber(0x4000_0000 + index), definition: definition))
    }
    let registers = (0..<count).map { _ in self.registers(clientEL: start.instance.clientEL) }
    return LivePlayer(engine: try Dispatcher(start), registers: registers)
  }

  /// An address in the upper half that an instruction can be fetched from.
  mutating func address() -> UInt64 { 0xFFFF_8000_0800_0000 | random.below(1 << 22) << 2 }

  /// Registers of a program or of the client's own code.
  mutating func registers(clientEL: UInt8) -> LiveRegisters {
    let isProgram = random.oneIn(2)
    var frame = RegisterFrame(
      pc: isProgram ? 0xAAAA_0000_0000 | random.below(1 << 22) << 2 : address(),
      pstate: random.next() & 0xF000_0000
    )
    for index in 0..<18 { frame.x[index] = random.next() }
    if !isProgram { frame.pstate |= (clientEL == 2 ? 9 : 5) | random.next() & 0x3C0 }
    return LiveRegisters(
      frame: frame,
      elr: address(),
      spsr: 0x6000_0000,
      vbar: 0xFFFF_8000_0801_0800
    )
  }
}
