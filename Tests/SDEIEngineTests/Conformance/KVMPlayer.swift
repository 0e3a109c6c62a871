import SDEIEngine
import SDEIModel
import SDEITestSupport

/// Plays recordings of KVM on the engine: it is given operations only, and what they recorded is
/// compared with what it does.
struct KVMPlayer {
  let family: TraceFamily
  let dialect: Dialect
  var dispatcher: Dispatcher
  var live: [LiveVCPU] = []
  var tally = Tally()
  /// Called before each operation that has a counterpart in the specification.
  var observer: (any StepObserver)?

  init(_ family: TraceFamily) throws {
    self.family = family
    dialect = Player.dialect(family)
    dispatcher = try Dispatcher(Snapshot.fresh(dialect, vcpus: 0))
  }

  /// Plays a recording to its end, or to the step at which the original went astray.
  mutating func play(_ recording: Recording) throws {
    tally.traces += 1
    for (number, step) in recording.steps.enumerated() {
      tally.place = "\(recording.name)#\(number) \(step.name)"
      tally.operations += 1
      if let reason = try play(step) {
        tally.undefined[tally.place] = reason
        return
      }
    }
  }

  /// Plays one step; a reason where the original went astray.
  mutating func play(_ step: TraceStep) throws -> Undefined? {
    let vcpu = UInt32(step.op["vcpu"]?.number ?? 0)
    switch step.name {
    case "create": try create(step)
    case "expose":
      expose(step)
      observer?.note(.changed, dispatcher)
    case "hypercall": return hypercall(step, vcpu)
    case "inject", "cancel": return host(step, vcpu)
    case "deliver": return deliver(step, vcpu)
    case "set_regs": setRegisters(step, vcpu)
    case "get_regs": check(step.result["regs"], live[Int(vcpu)], count: 31)
    case "notifier":
      setNotifier(step)
      observer?.note(.changed, dispatcher)
    case "ioctl":
      if let reason = command(step) { return reason }
      if step.op["states"] != nil || step.op["state"] != nil {
        observer?.note(.changed, dispatcher)
      }
    case "dump":
      dump(step.result)
      observer?.note(.dumped, dispatcher)
    case "migrate": try migrate(step)
    case "set_one_reg", "get_one_reg":
      oneRegister(step, vcpu)
      if step.name == "set_one_reg" { observer?.note(.changed, dispatcher) }
    default: tally.check("known operation", true, false)
    }
    return nil
  }

  private mutating func create(_ step: TraceStep) throws {
    let count = UInt32(step.op["vcpus"]?.number ?? 0)
    dispatcher = try Dispatcher(Snapshot.fresh(dialect, vcpus: count))
    live = Array(repeating: LiveVCPU(pstate: 0x3C5), count: Int(count))
    observer?.note(.start, dispatcher)
    tally.check("ret", step.result["ret"]?.signed, 0)
  }

  private mutating func hypercall(_ step: TraceStep, _ vcpu: UInt32) -> Undefined? {
    let function = step.op["fn"]?.number ?? 0
    live[Int(vcpu)].x[0] = function
    for (index, argument) in (step.op["args"]?.items ?? []).enumerated() {
      live[Int(vcpu)].x[index + 1] = argument.number ?? 0
    }
    live[Int(vcpu)].isIRQPending = false
    let x = live[Int(vcpu)].x
    let call = Call(
      function: UInt32(truncatingIfNeeded: function),
      x[1],
      x[2],
      x[3],
      x[4],
      x[5]
    )
    observer?.before(.call(call, vcpu: vcpu), dispatcher, live[Int(vcpu)].registers)
    var registers = live[Int(vcpu)].registers
    let outcome = dispatcher.call(call, on: vcpu, registers: &registers)
    observer?.after(recordedCall(step), place: tally.place)
    switch outcome.answer {
    case .undefined(let reason): return reason
    case .value(let value):
      live[Int(vcpu)].x[0] = UInt64(bitPattern: value)
      for index in 1...3 { live[Int(vcpu)].x[index] = 0 }
      tally.check("ret", step.result["ret"]?.number, UInt64(bitPattern: value))
    case .resumes:
      live[Int(vcpu)].registers = registers
      live[Int(vcpu)].isIRQPending =
        function == UInt64(FunctionID.eventCompleteAndResume.rawValue) && family != .kvmV7
      check(step.result["regs"], live[Int(vcpu)], count: 18)
    case .none: check(step.result["regs"], live[Int(vcpu)], count: 18)
    }
    checkMarks(step, vcpu, outcome)
    return nil
  }

  /// What a recording says of a call, for the comparison with the specification.
  private func recordedCall(_ step: TraceStep) -> StepObservation {
    if let value = step.result["ret"]?.number { return .value(Int64(bitPattern: value)) }
    return .registers(step.result["regs"])
  }

  private mutating func host(_ step: TraceStep, _ vcpu: UInt32) -> Undefined? {
    let number = EventNumber(step.op["num"]?.number ?? 0)
    let narrow = EventNumber(family == .kvmV7 ? number.rawValue & 0xFFFF_FFFF : number.rawValue)
    let isImmediate = step.op["immediate"]?.isTrue ?? false
    observer?.before(
      step.name == "inject"
        ? .inject(narrow, vcpu: vcpu, immediately: isImmediate) : .cancel(narrow, vcpu: vcpu),
      dispatcher,
      live[Int(vcpu)].registers
    )
    let outcome =
      step.name == "inject"
      ? dispatcher.inject(narrow, on: vcpu, immediately: isImmediate)
      : dispatcher.cancel(narrow, on: vcpu)
    observer?.after(.value(step.result["ret"]?.signed ?? 1), place: tally.place)
    if case .undefined(let reason) = outcome.answer { return reason }
    tally.check("ret", step.result["ret"]?.signed, outcome.value)
    checkMarks(step, vcpu, outcome)
    return nil
  }

  private mutating func deliver(_ step: TraceStep, _ vcpu: UInt32) -> Undefined? {
    let isForced = step.op["force"]?.isTrue ?? false
    let had = dispatcher.isDeliveryRequested(vcpu)
    live[Int(vcpu)].isIRQPending = false
    observer?.before(
      .deliver(vcpu: vcpu, force: isForced, registers: live[Int(vcpu)].registers),
      dispatcher,
      live[Int(vcpu)].registers
    )
    let outcome = dispatcher.deliver(
      vcpu,
      force: isForced,
      registers: &live[Int(vcpu)].registers
    )
    observer?.after(
      .delivery(step.result["delivered"]?.isTrue ?? false, step.result["regs"]),
      place: tally.place
    )
    if case .undefined(let reason) = outcome.answer { return reason }
    tally.check("had_req", step.result["had_req"]?.isTrue, had)
    tally.check("delivered", step.result["delivered"]?.isTrue ?? false, outcome.entry != nil)
    if had || isForced { check(step.result["regs"], live[Int(vcpu)], count: 18) }
    checkMarks(step, vcpu, outcome)
    return nil
  }

  private mutating func setRegisters(_ step: TraceStep, _ vcpu: UInt32) {
    for (key, value) in step.op["x"]?.members ?? [] {
      live[Int(vcpu)].x[Int(key) ?? 0] = value.number ?? 0
    }
    if let pc = step.op["pc"]?.number { live[Int(vcpu)].pc = pc }
    if let pstate = step.op["pstate"]?.number { live[Int(vcpu)].pstate = pstate }
    if let spsr = step.op["spsr_el1"]?.number { live[Int(vcpu)].spsr = spsr }
    if let elr = step.op["elr_el1"]?.number { live[Int(vcpu)].elr = elr }
  }

  /// Compares registers: absent ones are 0.
  mutating func check(_ recorded: TraceValue?, _ vcpu: LiveVCPU, count: Int) {
    var x = [UInt64](repeating: 0, count: count)
    for (key, value) in recorded?["x"]?.members ?? [] { x[Int(key) ?? 0] = value.number ?? 0 }
    tally.check("x", x, Array(vcpu.x[..<count]))
    tally.check("pc", recorded?["pc"]?.number ?? 0, vcpu.pc)
    tally.check("pstate", recorded?["pstate"]?.number ?? 0, vcpu.pstate)
    tally.check("spsr", recorded?["spsr_el1"]?.number ?? 0, vcpu.spsr)
    tally.check("elr", recorded?["elr_el1"]?.number ?? 0, vcpu.elr)
  }

  /// Compares the request, the notifications and the exception flag after an operation.
  mutating func checkMarks(_ step: TraceStep, _ vcpu: UInt32, _ outcome: Outcome) {
    tally.check("req", step.result["req"]?.isTrue ?? false, dispatcher.isDeliveryRequested(vcpu))
    tally.check(
      "irq_pending",
      step.result["irq_pending"]?.isTrue ?? false,
      live[Int(vcpu)].isIRQPending
    )
    let recorded = (step.result["notify"]?.items ?? []).map { $0.items.map { $0.number ?? 0 } }
    var told: [[UInt64]] = []
    for case .notified(_, let vcpu, let event, let what) in outcome.effects {
      told.append([UInt64(vcpu), event.rawValue, what == .delivered ? 0 : 1])
    }
    tally.check("notify", recorded, told)
  }
}
