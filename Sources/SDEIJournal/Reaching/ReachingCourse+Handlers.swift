internal import SDEIEngine
internal import SDEIModel

extension ReachingCourse {
  /// Unmasks the vCPUs that end unmasked, and those on which something must be brought about first;
  /// then leaves the requests behind that nothing in the state accounts for.
  mutating func wake() throws(Unreachable) {
    let unmasked = existing.subtracting(target.vcpus.masked)
    for vcpu in unmasked.union(busy).union(takers.stale).indexes {
      try call(Call(.peUnmask), on: vcpu, for: ModelPath.vcpus(.one(vcpu), "masked"))
    }
    // An occurrence that was asked for is gone before anyone looks: its request stays.
    for vcpu in takers.stale.indexes {
      func path() -> String { ModelPath.vcpus(.one(vcpu), "deliveryRequest") }
      try call(Call(.eventRegister), on: vcpu, for: path())
      try call(Call(.eventEnable), on: vcpu, for: path())
      try perform(.fire(.softwareSignalled, vcpu: vcpu), gives: 1, for: path())
      try call(Call(.eventUnregister), on: vcpu, for: path())
    }
  }

  /// Registers what is registered or was when its handler was entered; enables what is enabled or
  /// was then.
  mutating func register() throws(Unreachable) {
    let runners = self.runners
    for event in target.events where event.hasHandlerState {
      try checkDefinition(of: event.number)
      for slot in event.registered.union(event.running).intersection(slots(of: event)).indexes {
        let vcpu = event.isShared ? runners[event.number] ?? 0 : slot
        func path(_ field: String) -> String {
          ModelPath.event(event.number, vcpus: .one(slot), field)
        }
        let isRouted =
          event.isShared && event.registered.contains(slot) && event.routing.mode == .pe
        var flags: RegistrationFlags = isRouted ? .routeToPE : []
        if event.relative.contains(slot) { flags.insert(.relative) }
        let registration = Call(
          .eventRegister,
          event.number.rawValue,
          event.entry[slot],
          event.argument[slot],
          flags.rawValue,
          isRouted ? event.routing.affinity.rawValue : 0
        )
        try call(registration, on: vcpu, for: path(isRouted ? "routing" : "registered"))
        guard event.enabled.contains(slot) || event.running.contains(slot) else { continue }
        let enabling = Call(.eventEnable, event.number.rawValue)
        try call(enabling, on: vcpu, for: path("enabled"))
      }
    }
  }

  /// Enters the handlers that run, each with the registers that it interrupted: the normal ones first,
  /// as the table has them.
  mutating func enterHandlers() throws(Unreachable) {
    for context in target.contexts {
      func path() -> String { ModelPath.context(context.vcpu, context.level) }
      guard let number = context.event else {
        throw Unreachable(path: path(), reason: "a completion leaves no registers behind")
      }
      let registers = LiveRegisters(frame: context.frame)
      try perform(.dispatch(number, vcpu: context.vcpu, registers: registers), for: path())
    }
  }

  /// Disables and unregisters what a handler that runs has, from inside.
  mutating func leaveHandlers() throws(Unreachable) {
    for context in target.contexts {
      guard let number = context.event, let event = target.events[number] else { continue }
      let slot = event.isShared ? 0 : context.vcpu
      func path() -> String { ModelPath.event(number, vcpus: .one(slot), "registered") }
      if !event.registered.contains(slot) {
        try call(
          Call(.eventUnregister, number.rawValue),
          on: context.vcpu,
          gives: ReturnCode.pending.rawValue,
          for: path()
        )
      } else if !event.enabled.contains(slot) {
        try call(Call(.eventDisable, number.rawValue), on: context.vcpu, for: path())
      }
    }
  }

  /// Masks what was unmasked on the way, then changes the power of what is not on.
  mutating func fallAsleep() throws(Unreachable) {
    for vcpu in target.vcpus.masked.intersection(busy.union(takers.stale)).indexes {
      try call(Call(.peMask), on: vcpu, gives: 1, for: ModelPath.vcpus(.one(vcpu), "masked"))
    }
    let transitions: [(PowerState, PowerTransition)] = [
      (.off, .off), (.suspended, .suspend), (.standby, .standby),
    ]
    for (state, transition) in transitions {
      for vcpu in target.vcpus.vcpus(in: state).indexes {
        try perform(.power(transition, vcpu: vcpu), for: ModelPath.vcpus(.one(vcpu), "power"))
      }
    }
  }

  /// Lets the source fire of everything that waits.
  mutating func fire() throws(Unreachable) {
    for event in target.events where !event.pending.isEmpty {
      for slot in event.pending.support.intersection(slots(of: event)).indexes {
        let vcpu = event.isShared ? takers.near(event) ?? 0 : slot
        let path = ModelPath.event(event.number, vcpus: .one(slot), "pending")
        try perform(.fire(event.number, vcpu: vcpu), gives: 1, for: path)
      }
    }
  }

  /// The vCPUs that run handlers.
  private var busy: Bitmap {
    Bitmap(indexes: target.contexts.vcpus).intersection(existing)
  }

  /// The vCPU that runs each event's handler, one of them for a private event.
  private var runners: [EventNumber: UInt32] {
    var result: [EventNumber: UInt32] = [:]
    for context in target.contexts {
      if let number = context.event { result[number] = context.vcpu }
    }
    return result
  }

  private var existing: Bitmap { Bitmap(below: target.vcpus.count) }

  private func slots(of event: Event) -> Bitmap {
    event.isShared ? existing.below(1) : existing
  }
}

extension Bitmap {
  fileprivate static func one(_ index: UInt32) -> Bitmap { Bitmap(IndexRange(index, index)) }

  /// The indexes, ascending.
  fileprivate var indexes: some Sequence<UInt32> {
    ranges.lazy.flatMap { $0.first...$0.last }
  }
}
