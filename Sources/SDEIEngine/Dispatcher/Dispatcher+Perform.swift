public import SDEIModel

extension Dispatcher {
  /// Does one action.
  ///
  /// A restore or a migration throws where the engine can not be started from the new state; all
  /// else is told by the outcome.
  public mutating func perform(_ action: Action) throws(StartError) -> Performed {
    switch action {
    case .call(let call, let vcpu):
      var registers = LiveRegisters()
      let outcome = self.call(call, on: vcpu, registers: &registers)
      return Performed(
        outcome: outcome,
        registers: outcome.answer == .resumes ? registers : nil
      )
    case .deliver(let vcpu, let force, var registers):
      let outcome = deliver(vcpu, force: force, registers: &registers)
      return entered(outcome, registers)
    case .arrive(let number, let vcpu, var registers):
      let outcome = arrive(number, on: vcpu, registers: &registers)
      return entered(outcome, registers)
    case .dispatch(let number, let vcpu, var registers):
      let outcome = dispatch(number, on: vcpu, registers: &registers)
      return entered(outcome, registers)
    case .fire(let number, let vcpu): return Performed(outcome: fire(number, on: vcpu))
    case .clear(let number, let vcpu): return Performed(outcome: clear(number, on: vcpu))
    case .inject(let number, let vcpu, let immediately):
      return Performed(outcome: inject(number, on: vcpu, immediately: immediately))
    case .cancel(let number, let vcpu): return Performed(outcome: cancel(number, on: vcpu))
    case .power(let transition, let vcpu):
      return Performed(outcome: power(transition, on: vcpu))
    case .interrupt(let interrupt, let vcpu, let owner, let isActive):
      interrupts.setOwner(owner, of: interrupt, on: vcpu)
      interrupts.setActive(isActive, interrupt, on: vcpu)
      return Performed(outcome: Outcome(.value(0)))
    case .define(let number, let definition):
      return Performed(outcome: Outcome(.value(expose(number, definition) ? 0 : -1)))
    case .migrate: return Performed(outcome: try migrate())
    case .restore(let snapshot):
      let old = self
      self = try Dispatcher(snapshot, dialect: dialect, maxMemory: maxMemory)
      interrupts = old.interrupts
      return Performed(outcome: Outcome(.value(0)))
    }
  }

  private func entered(_ outcome: Outcome, _ registers: LiveRegisters) -> Performed {
    Performed(outcome: outcome, registers: outcome.entry == nil ? nil : registers)
  }

  /// Defines an event, or changes one's definition; where KVM keeps a list it is listed.
  ///
  /// False, and nothing is changed, for an event whose handler is not unregistered everywhere: what
  /// a number means is fixed while it is used (DEN0054C 4.3.2.1).
  @discardableResult
  public mutating func expose(_ number: EventNumber, _ definition: EventDefinition) -> Bool {
    let known = position(of: number)
    if known >= 0, events[known].definition != definition, isInUse(known) { return false }
    define(number, definition)
    if rules.has(.kernelObjects) && !exposedList.contains(number) { exposedList.append(number) }
    return true
  }

  /// Migrates to a new instance; 0 where that goes on, -1 where a command was refused and this one
  /// does.
  private mutating func migrate() throws(StartError) -> Outcome {
    // A dialect without a migration ABI has nothing to migrate by.
    if save().isEmpty { return Outcome(.value(-1)) }
    let outcome = try migrated()
    guard outcome.isLoaded else { return Outcome(.value(-1)) }
    self = outcome.destination
    return Outcome(.value(0))
  }
}
