import SDEIEngine
import SDEIModel
import SDEITestSupport

/// Makes steps by chance: mostly what a sensible guest or host does next, sometimes anything.
struct StepMaker {
  var random: SplitMix64

  mutating func step(_ facts: StateFacts) -> LivePlayer.Step {
    let action = random.oneIn(12) ? wild(facts) : sensible(facts)
    let guest =
      random.oneIn(3) ? registers(clientEL: facts.snapshot.instance.clientEL) : nil
    return LivePlayer.Step(action: action, guest: guest)
  }

  // MARK: Sensible steps

  private mutating func sensible(_ facts: StateFacts) -> Action {
    let requested = facts.vcpus.indices.filter { facts.vcpus[$0].isRequested }
    if !requested.isEmpty, !random.oneIn(3) {
      return .deliver(
        vcpu: UInt32(random.pick(requested)),
        force: false,
        registers: LiveRegisters()
      )
    }
    let vcpu = self.vcpu(facts)
    switch random.below(28) {
    case 0: return power(vcpu, facts)
    case 1: return interrupt(facts)
    case 2, 3: return .call(binding(facts), vcpu: vcpu)
    case 4: return .call(query(facts), vcpu: vcpu)
    case 5, 6: return .call(Call(mask(vcpu, facts)), vcpu: vcpu)
    case 7:
      guard random.oneIn(2) else { return .call(untimely(facts), vcpu: vcpu) }
      return .call(Call(random.oneIn(2) ? .privateReset : .sharedReset), vcpu: vcpu)
    default: return next(event(vcpu, facts), vcpu, facts)
    }
  }

  /// Mostly an event with a handler, and where a normal handler runs a critical one to nest.
  private mutating func event(_ vcpu: UInt32, _ facts: StateFacts) -> StateFacts.Event {
    let known = facts.events.filter {
      $0.slots[$0.slot(of: Int(vcpu))].state != .unregistered
    }
    let critical = known.filter(\.isCritical)
    let isNormal = facts.vcpus[Int(vcpu)].innermost?.level == .normal
    if isNormal, !critical.isEmpty, random.oneIn(2) { return random.pick(critical) }
    return known.isEmpty || random.oneIn(3) ? random.pick(facts.events) : random.pick(known)
  }

  /// A call of an event, whatever its state.
  private mutating func untimely(_ facts: StateFacts) -> Call {
    let functions: [FunctionID] = [
      .eventEnable, .eventDisable, .eventUnregister, .eventRoutingSet, .interruptRelease,
    ]
    let number = random.pick(facts.events).number
    if random.oneIn(5) { return registration(number, facts) }
    return Call(random.pick(functions), number.rawValue, random.below(2), affinity(facts))
  }

  /// What happens next to an event.
  private mutating func next(
    _ event: StateFacts.Event,
    _ vcpu: UInt32,
    _ facts: StateFacts
  ) -> Action {
    let number = event.number.rawValue
    switch event.slots[event.slot(of: Int(vcpu))].state ?? .unregistered {
    case .unregistered: return .call(registration(event.number, facts), vcpu: vcpu)
    case .registered:
      switch random.below(8) {
      case 0: return .call(Call(.eventUnregister, number), vcpu: vcpu)
      case 1: return .fire(event.number, vcpu: vcpu)
      case 2:
        return .call(Call(.eventRoutingSet, number, random.below(2), affinity(facts)), vcpu: vcpu)
      default: return .call(Call(.eventEnable, number), vcpu: vcpu)
      }
    case .enabled: return occurrence(event.number, vcpu, facts)
    case .unregisterPending, .registeredRunning, .enabledRunning:
      if random.oneIn(3) { return occurrence(event.number, vcpu, facts) }
      let running = facts.vcpus.indices.filter { facts.vcpus[$0].innermost != nil }
      guard let here = running.isEmpty ? nil : random.pick(running) else {
        return .fire(event.number, vcpu: vcpu)
      }
      return .call(completion(), vcpu: UInt32(here))
    }
  }

  private mutating func occurrence(
    _ number: EventNumber,
    _ vcpu: UInt32,
    _ facts: StateFacts
  ) -> Action {
    switch random.below(16) {
    case 0: return .call(Call(.eventDisable, number.rawValue), vcpu: vcpu)
    case 1: return .call(Call(.eventUnregister, number.rawValue), vcpu: vcpu)
    case 2: return .clear(number, vcpu: vcpu)
    case 3: return .cancel(number, vcpu: vcpu)
    case 4, 5: return .arrive(number, vcpu: vcpu, registers: LiveRegisters())
    case 6, 7: return .dispatch(number, vcpu: vcpu, registers: LiveRegisters())
    case 8: return .inject(number, vcpu: vcpu, immediately: random.oneIn(2))
    case 9, 10: return .call(Call(.eventSignal, 0, affinity(facts)), vcpu: vcpu)
    default: return .fire(number, vcpu: vcpu)
    }
  }

  private mutating func registration(_ number: EventNumber, _ facts: StateFacts) -> Call {
    let relative: UInt64 =
      facts.snapshot.instance.features.relativeMode && random.oneIn(4) ? 2 : 0
    let entry = relative != 0 ? random.below(1 << 12) & ~3 : random.next() & ~3
    return Call(
      .eventRegister,
      number.rawValue,
      entry,
      random.next(),
      relative | random.below(2),
      affinity(facts)
    )
  }

  private mutating func completion() -> Call {
    switch random.below(6) {
    case 0: Call(.eventCompleteAndResume, random.next())
    case 1, 2: Call(.eventCompleteAndResume, random.next() & ~3)
    default: Call(.eventComplete, random.below(2))
    }
  }

  private mutating func binding(_ facts: StateFacts) -> Call {
    let bound = facts.events.filter(\.isBound)
    if !bound.isEmpty, random.oneIn(3) {
      return Call(.interruptRelease, random.pick(bound).number.rawValue)
    }
    return Call(
      .interruptBind,
      random.pick([20, 21, 22, 23, 40, 41, 42, 43, 51, 1060, 4100, 7] as [UInt64])
    )
  }

  private mutating func query(_ facts: StateFacts) -> Call {
    let number = random.pick(facts.events).number.rawValue
    switch random.below(5) {
    case 0: return Call(.version)
    case 1: return Call(.features, random.below(3))
    case 2: return Call(.eventContext, random.below(19))
    case 3: return Call(.eventStatus, number)
    default: return Call(.eventGetInfo, number, random.below(6))
    }
  }

  private mutating func mask(_ vcpu: UInt32, _ facts: StateFacts) -> FunctionID {
    facts.vcpus[Int(vcpu)].isMasked != random.oneIn(5) ? .peUnmask : .peMask
  }

  private mutating func power(_ vcpu: UInt32, _ facts: StateFacts) -> Action {
    let vcpu = random.oneIn(2) ? vcpu : UInt32(random.below(UInt64(facts.vcpus.count)))
    let next: [PowerTransition] =
      switch facts.vcpus[Int(vcpu)].power {
      case .on, .unknown: [.off, .suspend, .standby, .on, .wake]
      case .off: [.on]
      case .suspended, .standby: [.wake]
      }
    return .power(random.pick(next), vcpu: vcpu)
  }

  private mutating func interrupt(_ facts: StateFacts) -> Action {
    .interrupt(
      random.pick([20, 21, 40, 41, 4100]),
      vcpu: vcpu(facts),
      owner: random.oneIn(4) ? .dispatcher : .client,
      isActive: random.oneIn(4)
    )
  }

  /// Mostly a vCPU that is on, and often one of the first two, so that much happens to one.
  private mutating func vcpu(_ facts: StateFacts) -> UInt32 {
    let reach = random.oneIn(3) ? facts.vcpus.count : 2
    let on = facts.vcpus.indices.prefix(reach).filter { facts.vcpus[$0].power == .on }
    let all = Array(facts.vcpus.indices)
    return UInt32(random.pick(on.isEmpty || random.oneIn(20) ? all : on))
  }

  /// Mostly the affinity of a vCPU, some with the other bits of an MPIDR.
  private mutating func affinity(_ facts: StateFacts) -> UInt64 {
    let known = random.pick(facts.vcpus).affinity ?? 0
    if random.oneIn(12) { return random.next() }
    return random.oneIn(6) ? known | 0x8100_0000 : known
  }
}
