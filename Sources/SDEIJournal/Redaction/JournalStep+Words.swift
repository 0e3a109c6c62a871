internal import SDEIEngine
internal import SDEIModel

extension JournalStep {
  /// Visits the words of the step, and gives the step that they make; a digest stays.
  func visitedWords<Visitor: WordVisitor>(
    by visitor: inout Visitor
  ) throws(Visitor.Failure) -> JournalStep {
    switch self {
    case .action(let before, var recorded):
      let action = try before.visitedWords(recorded.answer, by: &visitor)
      if case .value(let value)? = recorded.answer {
        let word = try visitor.word(UInt64(bitPattern: value), before.kind(ofResult: value))
        recorded.answer = .value(Int64(bitPattern: word))
      }
      try recorded.entered?.visit(by: &visitor)
      recorded.registers = try recorded.registers?.visitedWords(by: &visitor)
      return .action(action, recorded)
    case .checkpoint(.snapshot(let snapshot)):
      return .checkpoint(.snapshot(try snapshot.visitedWords(by: &visitor)))
    case .checkpoint(.digest): return self
    }
  }
}

extension LiveRegisters {
  fileprivate func visitedWords<Visitor: WordVisitor>(
    by visitor: inout Visitor
  ) throws(Visitor.Failure) -> LiveRegisters {
    LiveRegisters(
      frame: try frame.visitedWords(by: &visitor),
      elr: try visitor.word(elr, .address),
      spsr: try visitor.word(spsr, .pstate),
      vbar: try visitor.word(vbar, .address)
    )
  }
}

extension Action {
  fileprivate func visitedWords<Visitor: WordVisitor>(
    _ answer: Answer?,
    by visitor: inout Visitor
  ) throws(Visitor.Failure) -> Action {
    switch self {
    case .call(let call, let vcpu):
      return .call(try call.visitedWords(answer, by: &visitor), vcpu: vcpu)
    case .deliver(let vcpu, let force, let registers):
      let after = try registers.visitedWords(by: &visitor)
      return .deliver(vcpu: vcpu, force: force, registers: after)
    case .arrive(let event, let vcpu, let registers):
      try event.visit(by: &visitor)
      return .arrive(event, vcpu: vcpu, registers: try registers.visitedWords(by: &visitor))
    case .dispatch(let event, let vcpu, let registers):
      try event.visit(by: &visitor)
      return .dispatch(event, vcpu: vcpu, registers: try registers.visitedWords(by: &visitor))
    case .fire(let event, _), .clear(let event, _), .inject(let event, _, _),
      .cancel(let event, _):
      try event.visit(by: &visitor)
      return self
    case .define(let event, let definition):
      try event.visit(by: &visitor)
      return .define(event, try definition.visitedWords(by: &visitor))
    case .restore(let snapshot): return .restore(try snapshot.visitedWords(by: &visitor))
    case .power, .interrupt, .migrate: return self
    }
  }

  /// What a value is that the action answered.
  fileprivate func kind(ofResult value: Int64) -> WordKind {
    guard case .call(let call, _) = self else { return .plain }
    switch FunctionID(rawValue: call.function) {
    case .eventContext: return .register
    case .eventGetInfo:
      let selector = UInt32(truncatingIfNeeded: call.x2)
      return selector == InfoSelector.routingAffinity.rawValue && value > 0xFFFF
        ? .affinity : .plain
    case .interruptBind: return (0...Int64(UInt32.max)).contains(value) ? .identifier : .plain
    default: return .plain
    }
  }
}

extension Call {
  fileprivate func visitedWords<Visitor: WordVisitor>(
    _ answer: Answer?,
    by visitor: inout Visitor
  ) throws(Visitor.Failure) -> Call {
    var result = self
    _ = try visitor.word(UInt64(function), .identifier)
    if FunctionID(rawValue: function) == .eventRegister, answer == nil || answer == .value(0) {
      // A handler that was registered gets its event's number in X0, even where no state tells it.
      _ = try visitor.word(UInt64(UInt32(truncatingIfNeeded: x1)), .identifier)
    }
    let kinds = argumentKinds
    result.x1 = try visitor.word(x1, kinds[0])
    result.x2 = try visitor.word(x2, kinds[1])
    result.x3 = try visitor.word(x3, kinds[2])
    result.x4 = try visitor.word(x4, .plain)
    result.x5 = try visitor.word(x5, kinds[3])
    return result
  }

  /// What X1, X2, X3 and X5 are (DEN0054C 5.1).
  private var argumentKinds: [WordKind] {
    switch FunctionID(rawValue: function) {
    case .eventRegister:
      let isRelative = RegistrationFlags(rawValue: x4).contains(.relative)
      return [.selector, isRelative ? .offset : .address, .register, .affinity]
    case .eventRoutingSet: return [.selector, .plain, .affinity, .plain]
    case .eventSignal: return [.selector, .affinity, .plain, .plain]
    case .eventGetInfo: return [.selector, .selector, .plain, .plain]
    case .eventCompleteAndResume: return [.address, .plain, .plain, .plain]
    case .eventEnable, .eventDisable, .eventUnregister, .eventStatus, .eventContext,
      .eventComplete, .interruptBind, .interruptRelease, .features:
      return [.selector, .plain, .plain, .plain]
    case .version, .peMask, .peUnmask, .privateReset, .sharedReset, nil:
      return [.plain, .plain, .plain, .plain]
    }
  }
}
