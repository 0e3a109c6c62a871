import SDEIEngine
import SDEIModel

/// One step of a case.
enum Step: Sendable {
  case act(Action)
  /// The vCPU's own code changes its registers.
  case edit(vcpu: UInt32, @Sendable (inout LiveRegisters) -> Void)
}

/// Calls, on vCPU 0 where nothing else is said.
extension Step {
  static func call(_ call: Call, on vcpu: UInt32 = 0) -> Step { .act(.call(call, vcpu: vcpu)) }

  static func register(
    _ number: EventNumber,
    on vcpu: UInt32 = 0,
    entry: UInt64 = 0x8000,
    flags: UInt64 = 0,
    affinity: UInt64 = 0
  ) -> Step {
    .call(Call(.eventRegister, number.rawValue, entry, 0xA, flags, affinity), on: vcpu)
  }

  static func enable(_ number: EventNumber, on vcpu: UInt32 = 0) -> Step {
    .call(Call(.eventEnable, number.rawValue), on: vcpu)
  }

  static func disable(_ number: EventNumber, on vcpu: UInt32 = 0) -> Step {
    .call(Call(.eventDisable, number.rawValue), on: vcpu)
  }

  static func unregister(_ number: EventNumber, on vcpu: UInt32 = 0) -> Step {
    .call(Call(.eventUnregister, number.rawValue), on: vcpu)
  }

  static func status(_ number: EventNumber, on vcpu: UInt32 = 0) -> Step {
    .call(Call(.eventStatus, number.rawValue), on: vcpu)
  }

  static func info(_ number: EventNumber, _ selector: InfoSelector) -> Step {
    .call(Call(.eventGetInfo, number.rawValue, UInt64(selector.rawValue)))
  }

  static func routingSet(_ number: EventNumber, mode: UInt64 = 0, affinity: UInt64 = 0) -> Step {
    .call(Call(.eventRoutingSet, number.rawValue, mode, affinity))
  }

  static func context(_ register: UInt64) -> Step { .call(Call(.eventContext, register)) }

  static func complete(_ status: UInt64 = 0, on vcpu: UInt32 = 0) -> Step {
    .call(Call(.eventComplete, status), on: vcpu)
  }

  static func resume(_ address: UInt64) -> Step { .call(Call(.eventCompleteAndResume, address)) }

  static func mask(_ vcpu: UInt32 = 0) -> Step { .call(Call(.peMask), on: vcpu) }

  static func unmask(_ vcpu: UInt32 = 0) -> Step { .call(Call(.peUnmask), on: vcpu) }

  static func bind(_ interrupt: UInt64) -> Step { .call(Call(.interruptBind, interrupt)) }

  static func release(_ number: EventNumber) -> Step {
    .call(Call(.interruptRelease, number.rawValue))
  }

  static func signal(_ number: EventNumber = .softwareSignalled, to target: UInt64 = 0) -> Step {
    .call(Call(.eventSignal, number.rawValue, target))
  }

  static let features = Step.call(Call(.features))
  static let privateReset = Step.call(Call(.privateReset))
  static let sharedReset = Step.call(Call(.sharedReset))
}

/// What happens outside the guest.
extension Step {
  static func fire(_ number: EventNumber, on vcpu: UInt32 = 0) -> Step {
    .act(.fire(number, vcpu: vcpu))
  }

  /// Delivers what is due, asked for or not.
  static func deliver(_ vcpu: UInt32 = 0) -> Step {
    .act(.deliver(vcpu: vcpu, force: true, registers: LiveRegisters()))
  }

  static func arrive(_ number: EventNumber, on vcpu: UInt32 = 0) -> Step {
    .act(.arrive(number, vcpu: vcpu, registers: LiveRegisters()))
  }

  static func dispatch(_ number: EventNumber, on vcpu: UInt32 = 0) -> Step {
    .act(.dispatch(number, vcpu: vcpu, registers: LiveRegisters()))
  }

  static func inject(_ number: EventNumber, immediately: Bool = false) -> Step {
    .act(.inject(number, vcpu: 0, immediately: immediately))
  }

  static func cancel(_ number: EventNumber) -> Step { .act(.cancel(number, vcpu: 0)) }

  static func power(_ transition: PowerTransition, _ vcpu: UInt32 = 0) -> Step {
    .act(.power(transition, vcpu: vcpu))
  }

  static func foreign(_ interrupt: UInt32) -> Step {
    .act(.interrupt(interrupt, vcpu: 0, owner: .dispatcher, isActive: false))
  }

  static func active(_ interrupt: UInt32) -> Step {
    .act(.interrupt(interrupt, vcpu: 0, owner: .client, isActive: true))
  }
}

extension [Step] {
  /// Registers and enables an event.
  static func ready(_ number: EventNumber, on vcpu: UInt32 = 0) -> [Step] {
    [.register(number, on: vcpu), .enable(number, on: vcpu)]
  }

  /// Registers and enables an event, and enters its handler.
  static func running(_ number: EventNumber, on vcpu: UInt32 = 0) -> [Step] {
    ready(number, on: vcpu) + [.unmask(vcpu), .fire(number, on: vcpu), .deliver(vcpu)]
  }

  /// Enters a critical handler inside a normal one.
  static let nested =
    ready(.normal) + ready(.critical) + [.unmask(), .fire(.normal), .deliver()]
    + [.fire(.critical), .deliver()]
}
