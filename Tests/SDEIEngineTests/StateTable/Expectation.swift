import SDEIEngine
import SDEIModel

/// What a call of the state table must answer, and the whole state that it must leave.
struct Expectation {
  var answer: Answer
  var snapshot: Snapshot

  private init(_ answer: Answer, _ snapshot: Snapshot) {
    self.answer = answer
    self.snapshot = snapshot
  }

  private init(_ code: ReturnCode, _ snapshot: Snapshot) {
    self.init(.value(code.rawValue), snapshot)
  }

  /// Derives the expectation from sections 1.3 and 3.2 of sdei-spec.
  init(_ call: TableCall, _ situation: Situation) {
    let start = situation.snapshot(situation.state)
    switch call {
    case .version: self.init(.value(0x0001_0001_0000_0000), start)
    case .unknownEvent: self.init(.invalidParameters, start)
    case .register(let registration): self = Self.register(registration, situation)
    case .enable: self = Self.table(.enable, situation)
    case .disable: self = Self.table(.disable, situation)
    case .unregister: self = Self.table(.unregister, situation)
    case .status: self.init(.value(Self.status[situation.stateHere] ?? -1), start)
    case .info(let info): self.init(.value(Self.info(info, situation)), start)
    case .routingSet(let routing): self = Self.routingSet(routing, situation)
    case .context(let register): self.init(.value(Self.context(register, situation)), start)
    case .complete: self = Self.complete(situation)
    case .resume(let address):
      self =
        address % 4 == 0 ? Self.complete(situation) : Expectation(.invalidParameters, start)
    case .mask:
      self.init(.value(situation.isMasked ? 0 : 1), start)
      snapshot.vcpus.masked.insert(Situation.caller)
    case .unmask:
      self.init(.success, start)
      snapshot.vcpus.masked.remove(Situation.caller)
    case .bind(let interrupt): self = Self.bind(interrupt, situation)
    case .release: self = Self.release(situation)
    case .signal(let target): self = Self.signal(target, situation)
    case .features(let feature):
      let values: [Int64] = [2 << 16 | 2, 1, ReturnCode.invalidParameters.rawValue]
      self.init(.value(values[Int(feature)]), start)
    case .privateReset: self = Self.privateReset(situation)
    case .sharedReset: self = Self.sharedReset(situation)
    }
  }

  /// Section 3.1.
  private static let status: [HandlerState: Int64] = [
    .unregistered: 0, .registered: 1, .enabled: 3, .unregisterPending: 4, .registeredRunning: 5,
    .enabledRunning: 7,
  ]

  /// What the table says of the handler that the calling PE acts on.
  private static func table(
    _ input: ExpectationTable.Input,
    _ situation: Situation
  ) -> Expectation {
    let cell = ExpectationTable[input, situation.stateHere]
    let isChanged = cell.next != situation.stateHere
    return Expectation(cell.code, situation.snapshot(isChanged ? cell.next : situation.state))
  }

  private static func register(
    _ registration: TableCall.Registration,
    _ situation: Situation
  ) -> Expectation {
    let start = situation.snapshot(situation.state)
    let isShared = situation.kind.isShared
    if registration == .reservedFlag || isShared && registration == .nobody {
      return Expectation(.invalidParameters, start)
    }
    let cell = ExpectationTable[.register, situation.stateHere]
    var result = Expectation(cell.code, start)
    guard cell.code == .success else { return result }
    result.snapshot.events.update(situation.number) { event in
      let entry = registration == .relative ? 0x400 : TableCall.newEntry
      event.set(
        cell.next,
        slot: Situation.caller,
        entry: entry,
        argument: TableCall.newArgument
      )
      if registration == .relative { event.relative.insert(Situation.caller) }
      // Routing means something for shared events only (5.1.2.2).
      if isShared && registration == .pe { event.routing = toOther }
    }
    return result
  }

  private static let toOther = Routing(
    mode: .pe,
    affinity: Affinity(rawValue: Situation.affinities[Int(Situation.other)])
  )

  private static func routingSet(
    _ routing: TableCall.Routing,
    _ situation: Situation
  ) -> Expectation {
    let isValid = situation.kind.isShared && (routing == .any || routing == .pe)
    guard isValid else {
      return Expectation(.invalidParameters, situation.snapshot(situation.state))
    }
    var result = table(.routingSet, situation)
    if result.answer == .value(0) {
      result.snapshot.events.update(situation.number) {
        $0.routing = routing == .pe ? toOther : SDEIModel.Routing()
      }
    }
    return result
  }

  private static func info(_ info: UInt64, _ situation: Situation) -> Int64 {
    let kind = situation.kind
    switch info {
    case 0: return kind.isShared ? 1 : 0
    case 1: return kind == .softwareSignalled ? 0 : 1
    case 2: return kind.isCritical ? 1 : 0
    case 3, 4:
      guard kind.isShared else { return ReturnCode.invalidParameters.rawValue }
      let code = ExpectationTable[.routingInfo, situation.state].code
      guard code == .success else { return code.rawValue }
      if info == 3 { return Int64(situation.routing.mode.rawValue) }
      return situation.routing.mode == .pe
        ? Int64(situation.routing.affinity.rawValue) : ReturnCode.invalidParameters.rawValue
    default: return ReturnCode.invalidParameters.rawValue
    }
  }

  /// Only where the handler runs on the calling PE (3.2: "running PE").
  private static func runs(_ input: ExpectationTable.Input, _ situation: Situation) -> ReturnCode {
    situation.place == .here ? ExpectationTable[input, situation.state].code : .denied
  }

  private static func context(_ register: UInt64, _ situation: Situation) -> Int64 {
    if register > 17 { return ReturnCode.invalidParameters.rawValue }
    let code = runs(.context, situation)
    return code == .success
      ? Int64(bitPattern: Situation.frame.x[Int(register)]) : code.rawValue
  }

  private static func complete(_ situation: Situation) -> Expectation {
    let code = runs(.complete, situation)
    if code != .success { return Expectation(code, situation.snapshot(situation.state)) }
    let next = ExpectationTable[.complete, situation.state].next
    return Expectation(.resumes, situation.snapshot(next))
  }

  private static func release(_ situation: Situation) -> Expectation {
    var result = Expectation(.invalidParameters, situation.snapshot(situation.state))
    guard situation.kind.isBound else { return result }
    // Of a private event every PE's handler counts (1.3).
    let code = ExpectationTable[.release, situation.state].code
    result.answer = .value(code.rawValue)
    if code == .success { result.snapshot.events[situation.number] = nil }
    return result
  }

  private static func bind(
    _ interrupt: TableCall.Interrupt,
    _ situation: Situation
  ) -> Expectation {
    var result = Expectation(.invalidParameters, situation.snapshot(situation.state))
    switch interrupt {
    case .sgi: break
    case .bound: result.answer = .value(Int64(TableCall.bound(situation).number.rawValue))
    case .free:
      // The lowest free number of the vendor space.
      let number = EventNumber(0x4000_0002)
      result.answer = .value(Int64(number.rawValue))
      var definition = Situation.Kind.sharedBound.definition
      definition.interrupt = TableCall.freeInterrupt
      result.snapshot.events.insert(Event(number, definition: definition))
    }
    return result
  }

  private static func signal(_ target: TableCall.Target, _ situation: Situation) -> Expectation {
    let start = situation.snapshot(situation.state)
    guard target == .caller || target == .other else {
      return Expectation(.invalidParameters, start)
    }
    var result = Expectation(.success, start)
    let vcpu = target == .caller ? Situation.caller : Situation.other
    let isZero = situation.kind == .softwareSignalled
    let state = isZero ? situation.state(of: vcpu) : .unregistered
    // Row "trigger": kept from R on; in U and UP it is dropped here.
    guard state.status.contains(.registered) else { return result }
    result.snapshot.events.update(.softwareSignalled) { $0.pending[vcpu] = 1 }
    if state == .enabled && !start.vcpus.masked.contains(vcpu) {
      result.snapshot.vcpus.deliveryRequest.insert(vcpu)
    }
    return result
  }

  private static func privateReset(_ situation: Situation) -> Expectation {
    // Shared events, and other PEs' handlers, are none of its business (7.1, A-04).
    if situation.kind.isShared {
      return Expectation(.success, situation.snapshot(situation.state))
    }
    return table(.reset, situation)
  }

  private static func sharedReset(_ situation: Situation) -> Expectation {
    var result = Expectation(.success, situation.snapshot(situation.state))
    if situation.kind.isShared { result = table(.reset, situation) }
    // How much is done on DENIED is left open; step 2 does not begin where a shared event ran.
    guard result.answer == .value(0) else { return result }
    for kind in [Situation.Kind.privateBound, .sharedBound] {
      if kind == .privateBound && situation.kind == kind && situation.state != .unregistered {
        result.answer = .value(ReturnCode.denied.rawValue)
      } else {
        result.snapshot.events[kind.number] = nil
      }
    }
    return result
  }
}
