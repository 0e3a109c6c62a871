import SDEIEngine
import SDEIModel

/// An engine and the registers of its vCPUs, as a VMM has them.
struct LivePlayer {
  var engine: Dispatcher
  var registers: [LiveRegisters]

  /// One step: what the guest did to its registers, and what happens then.
  struct Step {
    var action: Action
    var guest: LiveRegisters?
  }

  /// Plays a step; the registers that an action carries are those of its vCPU.
  mutating func play(_ step: Step) throws -> Outcome {
    let vcpu = Int(step.action.vcpu ?? 0)
    let exists = vcpu < registers.count
    if exists, let guest = step.guest { registers[vcpu] = guest }
    if case .call(let call, let caller) = step.action {
      var none = LiveRegisters()
      return exists
        ? engine.call(call, on: caller, registers: &registers[vcpu])
        : engine.call(call, on: caller, registers: &none)
    }
    let performed = try engine.perform(withRegisters(step.action))
    if exists, let changed = performed.registers { registers[vcpu] = changed }
    return performed.outcome
  }

  private func withRegisters(_ action: Action) -> Action {
    func live(_ vcpu: UInt32) -> LiveRegisters {
      vcpu < registers.count ? registers[Int(vcpu)] : LiveRegisters()
    }
    return switch action {
    case .deliver(let vcpu, let force, _):
      .deliver(vcpu: vcpu, force: force, registers: live(vcpu))
    case .arrive(let number, let vcpu, _): .arrive(number, vcpu: vcpu, registers: live(vcpu))
    case .dispatch(let number, let vcpu, _): .dispatch(number, vcpu: vcpu, registers: live(vcpu))
    default: action
    }
  }
}
