internal import SDEIEngine
internal import SDEIModel

extension JournalStep {
  /// Visits the fields of the step in their order, and gives the step that they make.
  @_lifetime(visitor: copy visitor)
  func visited<Visitor: StepVisitor & ~Copyable & ~Escapable>(
    by visitor: inout Visitor
  ) throws(Visitor.Failure) -> JournalStep {
    switch self {
    case .action(let before, var recorded):
      let action = try before.visited(by: &visitor)
      try visitor.answer(&recorded.answer, AnswerStyle(action))
      try visitor.event("entered", &recorded.entered)
      // A call that goes on elsewhere has completed a handler; anything else has entered one.
      let key = StepKind(action) == .call ? "resumed" : "handler"
      try visitor.registers(key, &recorded.registers)
      return .action(action, recorded)
    case .checkpoint(.snapshot(var snapshot)):
      try visitor.snapshot(StepKind(self).key, &snapshot)
      return .checkpoint(.snapshot(snapshot))
    case .checkpoint(.digest(var digest)):
      try visitor.digest(StepKind(self).key, &digest)
      return .checkpoint(.digest(digest))
    }
  }
}

extension Action {
  /// Visits the fields of the action in their order, and gives the action that they make.
  @_lifetime(visitor: copy visitor)
  func visited<Visitor: StepVisitor & ~Copyable & ~Escapable>(
    by visitor: inout Visitor
  ) throws(Visitor.Failure) -> Action {
    let key = StepKind(self).key
    switch self {
    case .call(var call, var vcpu):
      try visitor.function(key, &call.function)
      try visitor.vcpu(&vcpu)
      var x = call.arguments
      try visitor.arguments("args", &x)
      (call.x1, call.x2, call.x3, call.x4, call.x5) = (x[0], x[1], x[2], x[3], x[4])
      try visitor.level("el", &call.level)
      return .call(call, vcpu: vcpu)
    case .deliver(var vcpu, var force, var registers):
      try visitor.mark(key)
      try visitor.vcpu(&vcpu)
      try visitor.flag("force", &force)
      try visitor.registers("registers", &registers)
      return .deliver(vcpu: vcpu, force: force, registers: registers)
    case .fire(let event, let vcpu):
      let (event, vcpu) = try Self.at(key, event, vcpu, &visitor)
      return .fire(event, vcpu: vcpu)
    case .clear(let event, let vcpu):
      let (event, vcpu) = try Self.at(key, event, vcpu, &visitor)
      return .clear(event, vcpu: vcpu)
    case .arrive(let event, let vcpu, var registers):
      let (event, vcpu) = try Self.at(key, event, vcpu, &visitor)
      try visitor.registers("registers", &registers)
      return .arrive(event, vcpu: vcpu, registers: registers)
    case .dispatch(let event, let vcpu, var registers):
      let (event, vcpu) = try Self.at(key, event, vcpu, &visitor)
      try visitor.registers("registers", &registers)
      return .dispatch(event, vcpu: vcpu, registers: registers)
    case .inject(let event, let vcpu, var immediately):
      let (event, vcpu) = try Self.at(key, event, vcpu, &visitor)
      try visitor.flag("immediately", &immediately)
      return .inject(event, vcpu: vcpu, immediately: immediately)
    case .cancel(let event, let vcpu):
      let (event, vcpu) = try Self.at(key, event, vcpu, &visitor)
      return .cancel(event, vcpu: vcpu)
    case .power, .interrupt, .define, .migrate, .restore:
      return try hostVisited(key, by: &visitor)
    }
  }

  /// The rest of `visited`: what the host does to a vCPU, to an interrupt or to the state.
  @_lifetime(visitor: copy visitor)
  private func hostVisited<Visitor: StepVisitor & ~Copyable & ~Escapable>(
    _ key: String,
    by visitor: inout Visitor
  ) throws(Visitor.Failure) -> Action {
    switch self {
    case .power(var transition, var vcpu):
      try visitor.name(key, &transition)
      try visitor.vcpu(&vcpu)
      return .power(transition, vcpu: vcpu)
    case .interrupt(var interrupt, var vcpu, var owner, var isActive):
      try visitor.interrupt(key, &interrupt)
      try visitor.vcpu(&vcpu)
      try visitor.name("owner", &owner)
      try visitor.flag("active", &isActive)
      return .interrupt(interrupt, vcpu: vcpu, owner: owner, isActive: isActive)
    case .define(var event, var definition):
      try visitor.event(key, &event)
      try visitor.definition("definition", &definition)
      return .define(event, definition)
    case .restore(var snapshot):
      try visitor.snapshot(key, &snapshot)
      return .restore(snapshot)
    case .migrate, .call, .deliver, .fire, .clear, .arrive, .dispatch, .inject, .cancel:
      try visitor.mark(key)
      return self
    }
  }

  @_lifetime(visitor: copy visitor)
  private static func at<Visitor: StepVisitor & ~Copyable & ~Escapable>(
    _ key: String,
    _ event: EventNumber,
    _ vcpu: UInt32,
    _ visitor: inout Visitor
  ) throws(Visitor.Failure) -> (EventNumber, UInt32) {
    var (event, vcpu) = (event, vcpu)
    try visitor.event(key, &event)
    try visitor.vcpu(&vcpu)
    return (event, vcpu)
  }
}
