internal import SDEIEngine
internal import SDEIModel

/// A scenario while it runs: the engine, and registers such as a guest would have.
struct ScenarioRun {
  var dispatcher: Dispatcher
  var random: ScenarioRandomness
  private let record: (Action, Recorded) -> Void
  private var ticks: UInt64 = 0

  init(dispatcher: Dispatcher, seed: UInt64, record: @escaping (Action, Recorded) -> Void) {
    self.dispatcher = dispatcher
    self.record = record
    random = ScenarioRandomness(state: seed)
  }

  var vcpus: UInt32 { dispatcher.vcpuCount }

  /// Does an action and records what became of it.
  ///
  /// Actions that could not be done at all (a restore) are not made by scenarios.
  @discardableResult
  mutating func perform(_ action: Action) -> Int64? {
    guard let performed = try? dispatcher.perform(action) else { return nil }
    record(action, Recorded(of: performed))
    return performed.outcome.value
  }

  @discardableResult
  mutating func call(
    _ function: FunctionID,
    _ arguments: UInt64...,
    on vcpu: UInt32
  ) -> Int64? {
    func argument(_ index: Int) -> UInt64 {
      index < arguments.count ? arguments[index] : 0
    }
    let call = Call(
      function,
      argument(0),
      argument(1),
      argument(2),
      argument(3),
      argument(4)
    )
    return perform(.call(call, vcpu: vcpu))
  }

  /// Registers and enables an event, with an entry point of its own and a per-vCPU argument.
  mutating func register(
    _ number: EventNumber,
    on vcpu: UInt32,
    flags: UInt64 = 0,
    affinity: UInt64 = 0
  ) {
    let index = number.rawValue & 0xFF
    let entry = 0xFFFF_8000_0801_0E40 + index << 7
    let argument = 0xFFFF_0000_4000_0000 + index << 12 + UInt64(vcpu) * 0x1_F000
    call(.eventRegister, number.rawValue, entry, argument, flags, affinity, on: vcpu)
    call(.eventEnable, number.rawValue, on: vcpu)
  }

  /// Lets a vCPU enter what is due.
  mutating func deliver(_ vcpu: UInt32) {
    perform(.deliver(vcpu: vcpu, force: false, registers: guest(vcpu)))
  }

  /// What a guest's registers may be at the moment: kernel code, or a program.
  mutating func guest(_ vcpu: UInt32) -> LiveRegisters {
    ticks += 1
    let isKernel = ticks % 3 != 0
    var frame = RegisterFrame(
      pc: isKernel ? 0xFFFF_8000_0802_0000 + ticks * 4 : 0xAAAA_0000_0000 + ticks * 4,
      pstate: isKernel ? 0x6040_0005 : 0x6000_0000
    )
    frame.x[0] = ticks
    frame.x[1] = UInt64(vcpu)
    frame.x[2] = isKernel ? 0xFFFF_0000_0800_0000 + UInt64(vcpu) << 12 : 0xFFFF_DEAD_0000 + ticks
    frame.x[17] = ticks << 8
    return LiveRegisters(frame: frame, vbar: 0xFFFF_8000_0801_0800)
  }
}

/// Random numbers that are the same everywhere (SplitMix64).
struct ScenarioRandomness {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
    return z ^ z >> 31
  }

  /// A number below `bound`, which must not be 0.
  mutating func below(_ bound: UInt64) -> UInt64 { next() % bound }
}
