import SDEIEngine
import SDEIModel
import SDEITestSupport

/// Plays recordings of TF-A on the engine.
///
/// Which PE an interrupt was offered to is the interrupt controller's matter and taken from the
/// recording (`taken`); whether it entered a handler there, and how, is compared.
struct TFAPlayer {
  var dispatcher: Dispatcher
  var live: [LiveVCPU] = []
  var tally = Tally()
  var observer: (any StepObserver)?
  private(set) var platform: TraceValue?

  init() throws { dispatcher = try Dispatcher(Snapshot.fresh(.tfA, vcpus: 0)) }

  mutating func play(_ recording: Recording) throws {
    tally.traces += 1
    for (number, step) in recording.steps.enumerated() {
      tally.place = "\(recording.name)#\(number) \(step.name) \(step.op["fn"]?.text ?? "")"
      tally.operations += 1
      if let reason = try play(step) {
        tally.undefined[tally.place] = reason
        return
      }
    }
  }

  private mutating func play(_ step: TraceStep) throws -> Undefined? {
    let pe = UInt32(step.op["pe"]?.number ?? 0)
    switch step.name {
    case "platform": try start(step.op)
    case "smc": if let reason = call(step, pe) { return reason }
    case "dispatch": return dispatch(step, pe)
    case "irq": break
    case "ns_active": setActive(step, pe)
    case "regs": setRegisters(step.op, pe)
    case "cpu_off": power(.off, pe)
    case "cpu_on": power(.on, pe)
    case "wakeup": power(.wake, pe)
    case "dump":
      dump(step.result)
      observer?.note(.dumped, dispatcher)
    default: tally.check("known operation", true, false)
    }
    if step.result["fatal"] != nil {
      // What the interrupt controller offered is not recorded: offer what waits.
      if case .undefined(let reason) = dispatcher.deliver(
        pe,
        force: true,
        registers: &live[Int(pe)].registers
      ).answer {
        return reason
      }
    }
    return takeAll(step.result["taken"]?.items ?? [])
  }

  // MARK: The platform

  private mutating func start(_ op: TraceValue) throws {
    platform = op
    let count = UInt32(op["pes"]?.number ?? 0)
    var snapshot = Snapshot.fresh(.tfA, vcpus: count)
    snapshot.instance.clientEL = UInt8(op["client_el"]?.number ?? 2)
    let mpidrs = op["mpidr"]?.items.compactMap(\.number) ?? (0..<UInt64(count)).map { $0 }
    snapshot.vcpus.affinityKnown = Bitmap(below: count)
    snapshot.vcpus.affinity = Column(mpidrs.map { $0 & Affinity.fieldMask })
    // A PE that was never powered on is not masked.
    let off = Bitmap(indexes: (op["off"]?.items ?? []).map { UInt32($0.number ?? 0) })
    snapshot.vcpus.masked = Bitmap(below: count).subtracting(off)
    snapshot.vcpus.power = Column(
      (0..<count).map { UInt64(off.contains($0) ? PowerState.off.rawValue : 1) }
    )
    var slots: [EventType: UInt16] = [:]
    for (key, type) in [("private", EventType.private), ("shared", .shared)] {
      for entry in op[key]?.items ?? [] {
        let event = event(entry, type)
        snapshot.events.insert(event)
        if event.definition?.origin == .slot { slots[type, default: 0] += 1 }
      }
    }
    snapshot.instance.features.privateSlots = slots[.private] ?? 0
    snapshot.instance.features.sharedSlots = slots[.shared] ?? 0
    dispatcher = try Dispatcher(snapshot)
    for key in ["private", "shared"] {
      for entry in op[key]?.items ?? [] where entry["el3_at_boot"]?.isTrue == true {
        for pe in 0..<count {
          let interrupt = UInt32(entry["intr"]?.number ?? 0)
          dispatcher.interrupts.setOwner(.dispatcher, of: interrupt, on: pe)
        }
      }
    }
    observer?.note(.start, dispatcher)
    for key in ["private", "shared"] {
      for entry in op[key]?.items ?? [] where entry["el3_at_boot"]?.isTrue == true {
        for pe in 0..<count { state(UInt32(entry["intr"]?.number ?? 0), pe) }
      }
    }
    let mode: UInt64 = snapshot.instance.clientEL == 2 ? 0x9 : 0x5
    live = Array(repeating: LiveVCPU(pstate: mode), count: Int(count))
  }

  private func event(_ entry: TraceValue, _ type: EventType) -> Event {
    let number = EventNumber(entry["ev"]?.number ?? 0)
    let interrupt = UInt32(entry["intr"]?.number ?? 0)
    let origin: EventOrigin =
      entry["dynamic"]?.isTrue == true
      ? .slot : entry["explicit"]?.isTrue == true ? .firmware : .platform
    return Event(
      number,
      definition: EventDefinition(
        type: type,
        priority: entry["critical"]?.isTrue == true ? .critical : .normal,
        isSignalable: number == .softwareSignalled,
        origin: origin,
        interrupt: interrupt == 0 ? nil : interrupt
      )
    )
  }

  private mutating func power(_ transition: PowerTransition, _ pe: UInt32) {
    observer?.before(.power(transition, vcpu: pe), dispatcher, live[Int(pe)].registers)
    follow(dispatcher.power(transition, on: pe))
    observer?.after(.value(0), place: tally.place)
  }

  /// The client takes or finishes an interrupt that is its own.
  private mutating func setActive(_ step: TraceStep, _ pe: UInt32) {
    let interrupt = UInt32(step.op["intid"]?.number ?? 0)
    let isForeign = dispatcher.interrupts.owner(of: interrupt, on: pe) == .dispatcher
    tally.check("ignored", step.result["ignored"]?.isTrue ?? false, isForeign)
    if !isForeign {
      dispatcher.interrupts.setActive(step.op["val"]?.isTrue ?? false, interrupt, on: pe)
      state(interrupt, pe)
    }
  }

  private mutating func setRegisters(_ op: TraceValue, _ pe: UInt32) {
    let words = op["x"]?.items ?? []
    // Trailing zeros are cut in the recordings.
    for index in 0..<18 {
      live[Int(pe)].x[index] = index < words.count ? words[index].number ?? 0 : 0
    }
    if let pc = op["pc"]?.number { live[Int(pe)].pc = pc }
    if let pstate = op["pstate"]?.number { live[Int(pe)].pstate = pstate }
  }

  // MARK: Calls

  private mutating func call(_ step: TraceStep, _ pe: UInt32) -> Undefined? {
    let name = step.op["fn"]?.text ?? ""
    let function =
      FunctionID.allCases.first { $0.name == "SDEI_" + name }?.rawValue
      ?? UInt32(step.op["fid"]?.number ?? 0)
    let arguments = (step.op["args"]?.items ?? []).map { $0.number ?? 0 }
    func argument(_ index: Int) -> UInt64 { index < arguments.count ? arguments[index] : 0 }
    live[Int(pe)].x[0] = UInt64(function)
    for index in 0..<5 { live[Int(pe)].x[index + 1] = argument(index) }
    let level = UInt8(step.op["el"]?.number ?? UInt64(clientEL))
    live[Int(pe)].pstate = live[Int(pe)].pstate & ~0xF | (level == 2 ? 0x9 : 0x5)
    var call = Call(
      function: function,
      argument(0),
      argument(1),
      argument(2),
      argument(3),
      argument(4)
    )
    call.level = level
    observer?.before(.call(call, vcpu: pe), dispatcher, live[Int(pe)].registers)
    let outcome = dispatcher.call(call, on: pe, registers: &live[Int(pe)].registers)
    observer?.after(recorded(step.result), place: tally.place)
    follow(outcome)
    switch outcome.answer {
    case .undefined(let reason): return reason
    case .value(let value):
      live[Int(pe)].x[0] = UInt64(bitPattern: value)
      tally.check("x0", step.result["x0"]?.number, UInt64(bitPattern: value))
      tally.check("completed", step.result["completed"]?.isTrue ?? false, false)
    case .resumes where step.result["fatal"] != nil: break
    case .resumes:
      tally.check("completed", step.result["completed"]?.isTrue ?? false, true)
      tally.check("pc", step.result["pc"]?.number, live[Int(pe)].pc)
      tally.check("pstate", step.result["pstate"]?.number, live[Int(pe)].pstate)
      if name == "EVENT_COMPLETE_AND_RESUME" {
        tally.check("elr", step.result["elr"]?.number ?? 0, live[Int(pe)].elr)
        tally.check("spsr", step.result["spsr"]?.number ?? 0, live[Int(pe)].spsr)
      }
    case .none: tally.check("an answer", true, false)
    }
    return nil
  }

  private func recorded(_ result: TraceValue) -> StepObservation {
    if let value = result["x0"]?.number { return .value(Int64(bitPattern: value)) }
    return .resumption(
      pc: result["pc"]?.number ?? 0,
      pstate: result["pstate"]?.number ?? 0
    )
  }

  private var clientEL: UInt8 { UInt8(platform?["client_el"]?.number ?? 2) }

  private mutating func dispatch(_ step: TraceStep, _ pe: UInt32) -> Undefined? {
    let number = EventNumber(step.op["ev"]?.number ?? 0)
    var taken = step.result["taken"]?.items ?? []
    let registers = live[Int(pe)].registers
    observer?.before(.dispatch(number, vcpu: pe, registers: registers), dispatcher, registers)
    let outcome = dispatcher.dispatch(number, on: pe, registers: &live[Int(pe)].registers)
    observer?.after(.entry(step.result["ret"]?.signed == 0 ? taken.first : nil), place: tally.place)
    if case .undefined(let reason) = outcome.answer { return reason }
    tally.check("ret", step.result["ret"]?.signed, outcome.value)
    if outcome.value == 0, let first = taken.first {
      check(first, outcome, pe)
      taken.removeFirst()
    }
    return takeAll(taken)
  }

  // MARK: Interrupts

  private mutating func takeAll(_ taken: [TraceValue]) -> Undefined? {
    for item in taken {
      let pe = UInt32(item["pe"]?.number ?? 0)
      let interrupt = UInt32(item["intid"]?.number ?? 0)
      guard let number = event(of: interrupt) else {
        tally.check("event of interrupt \(interrupt)", true, false)
        continue
      }
      let registers = live[Int(pe)].registers
      let before = dispatcher
      observer?.before(.arrive(number, vcpu: pe, registers: registers), dispatcher, registers)
      let outcome = dispatcher.arrive(number, on: pe, registers: &live[Int(pe)].registers)
      observer?.after(.entry(item["enter"]?.isNull == true ? nil : item), place: tally.place)
      if case .undefined(let reason) = outcome.answer { return reason }
      check(item, outcome, pe)
      if outcome.entry != nil {
        dispatcher.interrupts.setActive(true, interrupt, on: pe)
        state(interrupt, pe)
      } else {
        countRefusal(number, pe, before)
      }
      follow(outcome)
    }
    return nil
  }

  private mutating func countRefusal(_ number: EventNumber, _ pe: UInt32, _ before: Dispatcher) {
    let snapshot = before.snapshot()
    let event = snapshot.events[number]
    let slot = event?.isShared == true ? 0 : pe
    let why =
      snapshot.vcpus.masked.contains(pe)
      ? "masked" : event?.registered.contains(slot) == true ? "other" : "not registered"
    tally.refused[why, default: 0] += 1
  }

  private func event(of interrupt: UInt32) -> EventNumber? {
    dispatcher.snapshot().events.first { $0.definition?.interrupt == interrupt }?.number
  }

  private mutating func check(_ item: TraceValue, _ outcome: Outcome, _ pe: UInt32) {
    let entered = item["enter"]?.isNull == true ? nil : item["enter"]?.number
    tally.check("enter", entered, outcome.entry?.event.rawValue)
    guard entered != nil else { return }
    var x = [UInt64](repeating: 0, count: 4)
    for (index, word) in (item["x"]?.items ?? []).enumerated() { x[index] = word.number ?? 0 }
    tally.check("x", x, Array(live[Int(pe)].x[..<4]))
    tally.check("pc", item["pc"]?.number, live[Int(pe)].pc)
    tally.check("pstate", item["pstate"]?.number, live[Int(pe)].pstate)
  }

  /// Tells an observer what is stated about an interrupt now.
  private func state(_ interrupt: UInt32, _ pe: UInt32) {
    observer?.note(.interrupt(interrupt, vcpu: pe), dispatcher)
  }

  /// Keeps what the interrupt controller would know.
  private mutating func follow(_ outcome: Outcome) {
    for effect in outcome.effects {
      switch effect {
      case .interruptTaken(let interrupt, let vcpu):
        dispatcher.interrupts.setOwner(.dispatcher, of: interrupt, on: vcpu ?? 0)
        state(interrupt, vcpu ?? 0)
      case .interruptReturned(let interrupt, let vcpu):
        dispatcher.interrupts.setOwner(.client, of: interrupt, on: vcpu ?? 0)
        state(interrupt, vcpu ?? 0)
      case .completed(let vcpu, _, let number):
        let definition = dispatcher.snapshot().events[number]?.definition
        if let interrupt = definition?.interrupt {
          dispatcher.interrupts.setActive(false, interrupt, on: vcpu)
          state(interrupt, vcpu)
        }
      case .entered, .pended, .requested, .notified: break
      }
    }
  }
}
