import SDEIEngine
import SDEIJournal
import SDEIModel
import SDEITestSupport

/// Journals of any shape, by seed; of any state of an engine they know nothing.
struct RandomJournal {
  private var random: SplitMix64

  /// A journal with `steps` steps, or a random number of them.
  static func make(seed: UInt64, steps: Int? = nil) -> Journal {
    var maker = RandomJournal(random: SplitMix64(seed: seed))
    let count = steps ?? Int(maker.random.below(12))
    let header = JournalHeader(
      start: maker.start(),
      producer: maker.random.pick(["", "test", "qemu \"9\" \\ über"])
    )
    return Journal(header: header, steps: (0..<count).map { _ in maker.step() })
  }

  private mutating func start() -> JournalHeader.Start {
    let snapshot = snapshot()
    return random.oneIn(2)
      ? .snapshot(snapshot)
      : .digest(digest(), snapshot.instance, vcpus: UInt32(random.below(1 << 32)))
  }

  private mutating func step() -> JournalStep {
    switch random.below(12) {
    case 0: .checkpoint(.digest(digest()))
    case 1: random.oneIn(3) ? .checkpoint(.snapshot(snapshot())) : .action(action(), recorded())
    default: .action(action(), recorded())
    }
  }

  private mutating func action() -> Action {
    let vcpu = random.oneIn(20) ? UInt32.max : UInt32(random.below(9))
    return switch random.below(14) {
    case 0: .deliver(vcpu: vcpu, force: random.oneIn(2), registers: registers())
    case 1: .fire(number(), vcpu: vcpu)
    case 2: .clear(number(), vcpu: vcpu)
    case 3: .arrive(number(), vcpu: vcpu, registers: registers())
    case 4: .dispatch(number(), vcpu: vcpu, registers: registers())
    case 5: .inject(number(), vcpu: vcpu, immediately: random.oneIn(2))
    case 6: .cancel(number(), vcpu: vcpu)
    case 7: .power(random.pick(PowerTransition.allCases), vcpu: vcpu)
    case 8:
      .interrupt(
        UInt32(random.below(1 << 32)),
        vcpu: vcpu,
        owner: random.pick(InterruptTable.Owner.allCases),
        isActive: random.oneIn(2)
      )
    case 9: .define(number(), definition())
    case 10: random.oneIn(3) ? .restore(snapshot()) : .migrate
    default: .call(call(), vcpu: vcpu)
    }
  }

  private mutating func call() -> Call {
    let function =
      random.oneIn(6)
      ? UInt32(random.below(1 << 32)) : random.pick(FunctionID.allCases).rawValue
    var x: [UInt64] = [0, 0, 0, 0, 0]
    for index in 0..<Int(random.below(6)) where !random.oneIn(4) { x[index] = value() }
    var call = Call(function: function, x[0], x[1], x[2], x[3], x[4])
    if random.oneIn(5) { call.level = UInt8(random.below(256)) }
    return call
  }

  private mutating func definition() -> EventDefinition {
    EventDefinition(
      type: EventType(rawValue: random.oneIn(9) ? 7 : UInt8(random.below(2))),
      priority: EventPriority(rawValue: random.oneIn(9) ? 255 : UInt8(random.below(2))),
      isSignalable: random.oneIn(2),
      trigger: random.oneIn(4) ? .level : .edge,
      origin: random.pick(EventOrigin.allCases),
      interrupt: random.oneIn(2) ? UInt32(random.below(1 << 32)) : nil,
      notifier: random.oneIn(3) ? "async-pf \"λ\"" : nil
    )
  }

  private mutating func recorded() -> Recorded {
    var recorded = Recorded()
    recorded.answer =
      switch random.below(8) {
      case 0: nil
      case 1: .resumes
      case 2: .some(.none)
      case 3: .undefined(random.pick(Undefined.allCases))
      case 4: .value(random.pick(ReturnCode.allCases).rawValue)
      case 5: .value(random.pick(Errno.allCases).result)
      case 6: .value(0)
      default: .value(Int64(bitPattern: value()))
      }
    if random.oneIn(3) { recorded.entered = number() }
    if random.oneIn(3) { recorded.registers = registers() }
    return recorded
  }

  private mutating func registers() -> LiveRegisters {
    var registers = LiveRegisters()
    if random.oneIn(4) { return registers }
    for word in 0..<20 where random.oneIn(2) { registers.frame[word: word] = value() }
    if random.oneIn(2) { registers.elr = value() }
    if random.oneIn(3) { registers.spsr = value() }
    if random.oneIn(3) { registers.vbar = value() }
    return registers
  }

  private mutating func snapshot() -> Snapshot {
    RandomSnapshot.make(seed: random.next(), vcpus: UInt32(random.below(5)))
  }

  private mutating func digest() -> SnapshotDigest {
    SnapshotDigest(rawValue: random.oneIn(4) ? random.below(256) : random.next())
  }

  private mutating func number() -> EventNumber {
    EventNumber(
      random.oneIn(6) ? random.next() : random.oneIn(3) ? 0 : 0x4040_0000 + random.below(6)
    )
  }

  private mutating func value() -> UInt64 {
    switch random.below(5) {
    case 0: random.below(4)
    case 1: .max - random.below(12)
    case 2: random.next()
    case 3: 1 << random.below(64)
    default: 0xFFFF_8000_0800_0000 | random.below(1 << 24) << 2
    }
  }
}
