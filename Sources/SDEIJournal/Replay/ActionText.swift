public import SDEIEngine
internal import SDEIModel

extension Action {
  /// The action in words, without the vCPU: `EVENT_REGISTER 0x0 entry 0x1000 argument 0xaa`.
  public var text: String {
    switch self {
    case .call(let call, _): call.text
    case .deliver(_, let force, _): force ? "deliver, requested or not" : "deliver"
    case .fire(let number, _): "the source of \(number) fires"
    case .clear(let number, _): "the source of \(number) is cleared"
    case .arrive(let number, _, _): "the interrupt of \(number) arrives"
    case .dispatch(let number, _, _): "firmware dispatches \(number)"
    case .inject(let number, _, let immediately):
      "inject \(number)" + (immediately ? " immediately" : "")
    case .cancel(let number, _): "cancel \(number)"
    case .power(let transition, _): "power \(transition.rawValue)"
    case .interrupt(let interrupt, _, let owner, let isActive):
      "interrupt \(interrupt) is the \(owner.rawValue)'s, \(isActive ? "active" : "inactive")"
    case .define(let number, let definition):
      "define \(number): \(definition.type), \(definition.priority)"
    case .migrate: "migrate"
    case .restore: "restore"
    }
  }
}

extension Call {
  /// The call in words: `EVENT_GET_INFO 0x0 EV_TYPE`.
  public var text: String {
    guard let id = FunctionID(rawValue: function) else {
      let given = arguments.reversed().drop { $0 == 0 }.reversed().map(hex)
      return (["function " + hex(UInt64(function))] + given).joined(separator: " ")
    }
    let name = String(id.name.dropFirst("SDEI_".count))
    let words = [name] + words(of: id)
    return words.joined(separator: " ") + (level.map { " from EL\($0)" } ?? "")
  }

  private func words(of id: FunctionID) -> [String] {
    switch id {
    case .version, .peMask, .peUnmask, .privateReset, .sharedReset: []
    case .eventRegister: [hex(x1), "entry", hex(x2), "argument", hex(x3)] + routing(x4, x5)
    case .eventEnable, .eventDisable, .eventUnregister, .eventStatus, .interruptRelease: [hex(x1)]
    case .eventContext: ["x\(UInt32(truncatingIfNeeded: x1))"]
    case .eventComplete: x1 == 0 ? [] : [x1 == 1 ? "EV_FAILED" : "status \(hex(x1))"]
    case .eventCompleteAndResume: ["at", hex(x1)]
    case .eventGetInfo: [hex(x1), InfoSelector(rawValue: UInt32(truncatingIfNeeded: x2)).name(x2)]
    case .eventRoutingSet: [hex(x1)] + (x2 == 0 ? ["RM_ANY"] : routing(x2, x3))
    case .interruptBind: ["interrupt", "\(UInt32(truncatingIfNeeded: x1))"]
    case .eventSignal: [hex(x1), "to", hex(x2)]
    case .features:
      [FeatureSelector(rawValue: UInt32(truncatingIfNeeded: x1)).name(x1)]
    }
  }

  private func routing(_ flags: UInt64, _ affinity: UInt64) -> [String] {
    if flags == 0 { return [] }
    if flags > 3 { return ["flags", hex(flags)] }
    return (flags & 1 != 0 ? ["RM_PE", hex(affinity)] : []) + (flags & 2 != 0 ? ["relative"] : [])
  }

  /// What the call answered, in words: a code's name, or the value.
  public func text(of value: Int64) -> String {
    switch FunctionID(rawValue: function) {
    case .eventContext: return hex(UInt64(bitPattern: value))
    case .version where value >= 0:
      let version = SDEIVersion(rawValue: UInt64(bitPattern: value))
      return "\(version) vendor \(hex(UInt64(version.vendor)))"
    case .eventStatus, .eventGetInfo, .features, .peMask, .interruptBind:
      if value >= 0 { return hex(UInt64(bitPattern: value)) }
    default: break
    }
    return ReturnCode(rawValue: value)?.name ?? hex(UInt64(bitPattern: value))
  }
}

extension InfoSelector? {
  fileprivate func name(_ raw: UInt64) -> String {
    switch self {
    case .type: "EV_TYPE"
    case .signaled: "EV_SIGNALED"
    case .priority: "EV_PRIORITY"
    case .routingMode: "EV_ROUTING_MODE"
    case .routingAffinity: "EV_ROUTING_AFF"
    case nil: "info \(hex(raw))"
    }
  }
}

extension FeatureSelector? {
  fileprivate func name(_ raw: UInt64) -> String {
    switch self {
    case .bindSlots: "BIND_SLOTS"
    case .relativeMode: "RELATIVE_MODE"
    case nil: "feature \(hex(raw))"
    }
  }
}

extension Action {
  /// An answer to the action in words.
  public func text(of answer: Answer) -> String {
    switch answer {
    case .resumes: return "the handler ends"
    case .none: return "no result"
    case .undefined(let reason): return "undefined: \(reason.sentence)"
    case .value(let value):
      switch self {
      case .call(let call, _): return call.text(of: value)
      case .deliver, .arrive: return value == 0 ? "nothing is entered" : "entered"
      case .fire: return value == 0 ? "dropped" : "pending"
      case .migrate: return value == 0 ? "goes on in the new instance" : "refused"
      case .inject, .cancel:
        if value == 0 { return "SUCCESS" }
        return Errno(rawValue: Int32(truncatingIfNeeded: -value))?.name ?? "\(value)"
      case .dispatch: return value == 0 ? "entered" : "refused"
      case .power: return value == 0 ? "done" : "refused"
      case .clear, .interrupt, .define, .restore: return "done"
      }
    }
  }

  /// What became of the action in words: the answer, or the handler that was entered.
  public func text(of performed: Performed) -> String {
    guard let entry = performed.outcome.entry else {
      if performed.outcome.answer == .resumes, let registers = performed.registers {
        return "goes on at \(hex(registers.frame.pc))"
      }
      return text(of: performed.outcome.answer)
    }
    return "enters \(entry.event) at \(hex(entry.frame.pc))"
  }
}
