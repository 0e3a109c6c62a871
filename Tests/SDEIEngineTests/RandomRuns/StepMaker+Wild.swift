import SDEIEngine
import SDEIModel
import SDEITestSupport

extension StepMaker {
  /// Anything: numbers, registers and vCPUs that do not exist, functions of other levels.
  mutating func wild(_ facts: StateFacts) -> Action {
    let vcpu = UInt32(random.below(UInt64(facts.vcpus.count) + 1))
    let number = EventNumber(random.oneIn(2) ? value() : random.pick(facts.events).number.rawValue)
    switch random.below(10) {
    case 0: return .deliver(vcpu: vcpu, force: random.oneIn(2), registers: LiveRegisters())
    case 1: return .fire(number, vcpu: vcpu)
    case 2: return .arrive(number, vcpu: vcpu, registers: LiveRegisters())
    case 3: return .dispatch(number, vcpu: vcpu, registers: LiveRegisters())
    case 4: return .inject(number, vcpu: vcpu, immediately: random.oneIn(2))
    case 5: return random.oneIn(2) ? .cancel(number, vcpu: vcpu) : .clear(number, vcpu: vcpu)
    default:
      let known = random.pick(FunctionID.allCases).rawValue
      let function = random.oneIn(12) ? UInt32(truncatingIfNeeded: value()) : known
      var call = Call(function: function, value(), value(), value(), value(), value())
      if random.oneIn(2) { call.x1 = number.rawValue | random.next() << 32 }
      if random.oneIn(20) { call.level = UInt8(random.below(4)) }
      return .call(call, vcpu: vcpu)
    }
  }

  private mutating func value() -> UInt64 {
    switch random.below(6) {
    case 0: random.below(4)
    case 1: .max - random.below(4)
    case 2: 1 << random.below(64)
    case 3: 0x4000_0000 + random.below(6)
    case 4: random.next()
    default: random.below(64)
    }
  }
}
