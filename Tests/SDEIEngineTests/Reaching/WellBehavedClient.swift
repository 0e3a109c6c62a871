import SDEIEngine
import SDEIModel
import SDEITestSupport

/// A guest that does what the specification asks of a client, and a host that does what a platform
/// should: what they do by chance gives no reason for a warning.
///
/// Entry points are canonical and aligned, targets are on, an affinity is given where it counts; a
/// vCPU goes off without handlers, without registrations of its own and masked.
struct WellBehavedClient {
  var random: SplitMix64
  /// What is to be done before anything else is thought of.
  private var plan: [Action] = []

  init(seed: UInt64) { random = SplitMix64(seed: seed) }

  mutating func step(_ facts: StateFacts) -> LivePlayer.Step {
    let action = plan.isEmpty ? next(facts) : plan.removeFirst()
    let vcpu = Int(action.vcpu ?? 0)
    let isInside = facts.vcpus[vcpu].innermost != nil
    // A handler goes on as it began, with interrupts masked; outside of it anything may run.
    let guest = isInside ? nil : registers(clientEL: facts.snapshot.instance.clientEL)
    return LivePlayer.Step(action: action, guest: guest)
  }

  // MARK: What comes next

  private mutating func next(_ facts: StateFacts) -> Action {
    let requested = facts.vcpus.indices.filter { facts.vcpus[$0].isRequested }
    if !requested.isEmpty, !random.oneIn(4) {
      return .deliver(
        vcpu: UInt32(random.pick(requested)),
        force: false,
        registers: LiveRegisters()
      )
    }
    let on = facts.vcpus.indices.filter { facts.vcpus[$0].power == .on }
    guard !on.isEmpty, !random.oneIn(12) else { return wakeUp(facts) ?? power(0, facts) }
    let vcpu = UInt32(random.pick(on))
    switch random.below(20) {
    case 0: return power(vcpu, facts)
    case 1, 2: return .call(binding(facts), vcpu: vcpu)
    case 3: return .call(Call(.eventGetInfo, random.pick(facts.events).number.rawValue), vcpu: vcpu)
    case 4, 5:
      let isMasked = facts.vcpus[Int(vcpu)].isMasked
      return .call(Call(isMasked || random.oneIn(6) ? .peUnmask : .peMask), vcpu: vcpu)
    case 6 where facts.vcpus.allSatisfy({ $0.innermost == nil }):
      return .call(Call(random.oneIn(2) ? .privateReset : .sharedReset), vcpu: vcpu)
    default: return next(random.pick(facts.events), vcpu, facts)
    }
  }

  private mutating func next(
    _ event: StateFacts.Event,
    _ vcpu: UInt32,
    _ facts: StateFacts
  ) -> Action {
    let number = event.number.rawValue
    switch event.slots[event.slot(of: Int(vcpu))].state ?? .unregistered {
    case .unregistered: return .call(registration(event, facts), vcpu: vcpu)
    case .registered:
      switch random.below(8) {
      case 0: return .call(Call(.eventUnregister, number), vcpu: vcpu)
      case 1: return .fire(event.number, vcpu: vcpu)
      case 2 where event.isShared:
        let target = target(facts)
        return .call(Call(.eventRoutingSet, number, target == nil ? 0 : 1, target ?? 0), vcpu: vcpu)
      default: return .call(Call(.eventEnable, number), vcpu: vcpu)
      }
    case .enabled:
      switch random.below(10) {
      case 0: return .call(Call(.eventDisable, number), vcpu: vcpu)
      case 1: return .call(Call(.eventUnregister, number), vcpu: vcpu)
      case 2: return .arrive(event.number, vcpu: vcpu, registers: LiveRegisters())
      case 3: return .dispatch(event.number, vcpu: vcpu, registers: LiveRegisters())
      case 4: return .clear(event.number, vcpu: vcpu)
      case 5 where event.number == .softwareSignalled:
        return .call(Call(.eventSignal, 0, facts.vcpus[Int(vcpu)].affinity ?? 0), vcpu: vcpu)
      default: return .fire(event.number, vcpu: vcpu)
      }
    case .unregisterPending, .registeredRunning, .enabledRunning:
      guard let here = runner(of: event, vcpu, facts) else {
        return .fire(event.number, vcpu: vcpu)
      }
      switch random.below(8) {
      case 0: return .call(Call(.eventDisable, number), vcpu: here)
      case 1: return .call(Call(.eventUnregister, number), vcpu: here)
      case 2: return .call(Call(.eventContext, random.below(18)), vcpu: here)
      case 3: return .call(Call(.peMask), vcpu: here)
      default: return .call(completion(here, facts), vcpu: here)
      }
    }
  }

  /// The vCPU that runs an event's handler, as seen from one that asks.
  private func runner(of event: StateFacts.Event, _ vcpu: UInt32, _ facts: StateFacts) -> UInt32? {
    let found = facts.vcpus.indices.first {
      let contexts = [facts.vcpus[$0].normal, facts.vcpus[$0].critical]
      return contexts.contains { $0?.event == event.number } && (event.isShared || $0 == vcpu)
    }
    return found.map { UInt32($0) }
  }

  // MARK: Calls

  /// Sometimes a vCPU that is on, to be the target of a shared event; nil for any.
  private mutating func target(_ facts: StateFacts) -> UInt64? {
    let on = facts.vcpus.filter { $0.power == .on }.compactMap(\.affinity)
    return on.isEmpty || random.oneIn(2) ? nil : random.pick(on)
  }

  private mutating func registration(_ event: StateFacts.Event, _ facts: StateFacts) -> Call {
    let isRelative = facts.snapshot.instance.features.relativeMode && random.oneIn(4)
    let entry = isRelative ? 0x400 + random.below(256) * 4 : address()
    let target = event.isShared ? target(facts) : nil
    let flags: UInt64 = (isRelative ? 2 : 0) | (target == nil ? 0 : 1)
    return Call(.eventRegister, event.number.rawValue, entry, random.next(), flags, target ?? 0)
  }

  /// A critical handler on top of a normal one completes plainly: resuming would leave that one.
  private mutating func completion(_ vcpu: UInt32, _ facts: StateFacts) -> Call {
    let vcpu = facts.vcpus[Int(vcpu)]
    let isNested = vcpu.normal?.event != nil && vcpu.critical?.event != nil
    return isNested || !random.oneIn(4)
      ? Call(.eventComplete, random.below(2)) : Call(.eventCompleteAndResume, address())
  }

  private mutating func binding(_ facts: StateFacts) -> Call {
    let free = facts.events.filter { event in
      event.isBound && event.slots.allSatisfy { $0.state == .unregistered }
    }
    if !free.isEmpty, random.oneIn(2) {
      return Call(.interruptRelease, random.pick(free).number.rawValue)
    }
    return Call(.interruptBind, random.pick([20, 21, 40, 41, 1060, 4100] as [UInt64]))
  }

  // MARK: Power

  /// Wakes a vCPU that is not on; it unmasks itself when it likes.
  private mutating func wakeUp(_ facts: StateFacts) -> Action? {
    let asleep = facts.vcpus.indices.filter { facts.vcpus[$0].power != .on }
    guard !asleep.isEmpty else { return nil }
    let vcpu = random.pick(asleep)
    return .power(facts.vcpus[vcpu].power == .off ? .on : .wake, vcpu: UInt32(vcpu))
  }

  /// Prepares a vCPU for a sleep: what is registered for it alone goes first (DEN0054C 6.5.2).
  private mutating func power(_ vcpu: UInt32, _ facts: StateFacts) -> Action {
    let mine = facts.vcpus[Int(vcpu)]
    let registered = facts.events.filter { event in
      let isMine =
        !event.isShared
        || event.routing.mode == .pe
          && event.routing.affinity.rawValue == mine.affinity
      return isMine && event.slots[event.slot(of: Int(vcpu))].isRegistered
    }
    let isBusy =
      mine.innermost != nil
      || registered.contains { event in
        event.slots[event.slot(of: Int(vcpu))].isRunning
      }
    if isBusy || mine.power != .on { return .call(Call(.version), vcpu: vcpu) }
    plan = registered.map { .call(Call(.eventUnregister, $0.number.rawValue), vcpu: vcpu) }
    plan.append(.call(Call(.peMask), vcpu: vcpu))
    plan.append(.power(random.pick([.off, .off, .suspend, .standby]), vcpu: vcpu))
    return plan.removeFirst()
  }
}
