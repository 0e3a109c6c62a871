public import SDEIModel

/// Anything that can be done to an engine, as a value: what a journal records and a replay does
/// again.
public enum Action: Hashable, Sendable {
  /// A guest calls.
  case call(Call, vcpu: UInt32)
  /// A VMM enters a vCPU and lets the engine deliver what is due there.
  case deliver(vcpu: UInt32, force: Bool, registers: LiveRegisters)
  /// An event's source fires.
  case fire(EventNumber, vcpu: UInt32)
  /// A level source is cleared.
  case clear(EventNumber, vcpu: UInt32)
  /// An event's interrupt is taken by a vCPU.
  case arrive(EventNumber, vcpu: UInt32, registers: LiveRegisters)
  /// Firmware dispatches an event.
  case dispatch(EventNumber, vcpu: UInt32, registers: LiveRegisters)
  /// A host pends an event.
  case inject(EventNumber, vcpu: UInt32, immediately: Bool)
  /// A host takes a pended event back.
  case cancel(EventNumber, vcpu: UInt32)
  /// A vCPU's power changes.
  case power(PowerTransition, vcpu: UInt32)
  /// The caller states an interrupt's owner and activity.
  case interrupt(UInt32, vcpu: UInt32, owner: InterruptTable.Owner, isActive: Bool)
  /// A VMM defines an event, or changes one's definition.
  case define(EventNumber, EventDefinition)
  /// The instance migrates through its dialect's own commands: what they save is loaded into a new
  /// one, which goes on when everything was accepted.
  case migrate
  /// The state is replaced by another one.
  case restore(Snapshot)
}

extension Action {
  /// The vCPU that acts, nil where it is the VM.
  public var vcpu: UInt32? {
    switch self {
    case .call(_, let vcpu), .deliver(let vcpu, _, _), .fire(_, let vcpu), .clear(_, let vcpu),
      .arrive(_, let vcpu, _), .dispatch(_, let vcpu, _), .inject(_, let vcpu, _),
      .cancel(_, let vcpu), .power(_, let vcpu), .interrupt(_, let vcpu, _, _):
      vcpu
    case .define, .migrate, .restore: nil
    }
  }
}

/// What became of an action: its outcome, and the registers that go on where it changed them.
public struct Performed: Hashable, Sendable {
  /// The outcome.
  public var outcome: Outcome
  /// The registers with which the vCPU goes on, nil where the action left them alone.
  public var registers: LiveRegisters?

  /// Makes a result.
  public init(outcome: Outcome, registers: LiveRegisters? = nil) {
    self.outcome = outcome
    self.registers = registers
  }
}
