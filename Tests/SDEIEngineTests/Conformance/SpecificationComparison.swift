import SDEIEngine
import SDEIModel
import SDEITestSupport

/// What a recording says of one operation.
enum StepObservation {
  case value(Int64)
  /// KVM: the registers after a completion, or after a call that gave no result.
  case registers(TraceValue?)
  case delivery(Bool, TraceValue?)
  /// TF-A: where the PE goes on.
  case resumption(pc: UInt64, pstate: UInt64)
  /// TF-A: an entry; nil where nothing was entered.
  case entry(TraceValue?)
}

/// Hears of each operation before the engine does it, and then what was recorded of it.
protocol StepObserver: AnyObject {
  /// An operation that has a counterpart in the specification is about to be done.
  func before(_ action: Action, _ dispatcher: Dispatcher, _ live: LiveRegisters)
  /// It was done.
  func after(_ observation: StepObservation, place: String)
  /// Something else was done that changed the state, or the state was dumped.
  func note(_ note: StepNote, _ dispatcher: Dispatcher)
}

/// What an observer hears of besides operations of the specification.
enum StepNote {
  /// An instance was made.
  case start
  /// A VMM changed the state by commands of its own.
  case changed
  /// The state was dumped.
  case dumped
  /// The instance migrated, and went on as a new one or not.
  case migrated(Bool)
  /// The caller states an interrupt's owner and activity.
  case interrupt(UInt32, vcpu: UInt32)
}

/// Compares what was recorded with what the specification would have done from the same state, and
/// finds the switch that explains a difference.
final class SpecificationComparison: StepObserver {
  let dialect: Dialect
  private(set) var agreements = 0
  /// By rule of the specification that the state breaks.
  private(set) var outside: [String: Int] = [:]
  /// By the switch, or the listed set of switches, that reproduces what was recorded.
  private(set) var explained: [String: Int] = [:]
  /// What is no operation of the specification, or was not recorded.
  private(set) var apart: [String: Int] = [:]
  private(set) var unexplained: [String] = []
  private var pending: Step?

  private struct Step {
    let action: Action
    let base: Snapshot
    /// The state with shared events waiting where the original has them wait.
    let perVCPU: Snapshot
    let interrupts: InterruptTable
    let live: LiveRegisters
    let broken: String?
    /// Whether anybody asked for a delivery.
    let isAsked: Bool
  }

  init(_ dialect: Dialect) { self.dialect = dialect }

  func before(_ action: Action, _ dispatcher: Dispatcher, _ live: LiveRegisters) {
    let raw = dispatcher.snapshot()
    var base = raw.canonical()
    if dialect.id != .tfA { base.vcpus.numberLikeKVM() }
    // The order in which events wait is no state of the specification, but what a switch needs.
    base.extras.lists = raw.extras.lists
    base.keepRouting(of: raw)
    base.extras.vcpuLists = raw.extras.vcpuLists
    var isAsked = true
    if case .deliver(let vcpu, let force, _) = action {
      isAsked = force || dispatcher.isDeliveryRequested(vcpu)
    }
    pending = Step(
      action: action,
      base: base,
      perVCPU: base.waitingPerVCPU(as: raw),
      interrupts: dispatcher.interrupts,
      live: live,
      broken: StateRules.broken(by: action, raw, base, dispatcher),
      isAsked: isAsked
    )
  }

  func after(_ observation: StepObservation, place: String) {
    guard let step = pending else { return }
    pending = nil
    if let reason = apart(step) {
      apart[reason, default: 0] += 1
    } else if let rule = step.broken {
      outside[rule, default: 0] += 1
    } else if matches(.specification, step, observation) {
      agreements += 1
    } else if let explanation = explanation(step, observation) {
      explained[explanation, default: 0] += 1
    } else {
      let set = minimalSet(step, observation)
      unexplained.append("\(place): \(set)")
    }
  }

  func note(_ note: StepNote, _ dispatcher: Dispatcher) {}

  /// Why an operation is not compared.
  private func apart(_ step: Step) -> String? {
    switch step.action {
    case .cancel: "cancellation is a host's own matter"
    case .power: "a power change has no recorded result"
    case .deliver where !step.isAsked: "no delivery was asked for"
    default: nil
    }
  }

  private func explanation(_ step: Step, _ observation: StepObservation) -> String? {
    for deviation in dialect.deviations
    where matches(Dialect.specification.with(deviation), step, observation) {
      return deviation.name
    }
    for set in ListedSets.sets(for: step.action, in: dialect)
    where matches(set.reduce(.specification) { $0.with($1) }, step, observation) {
      return set.map(\.name).joined(separator: " + ")
    }
    return nil
  }

  /// For messages: switches none of which can be left out.
  private func minimalSet(_ step: Step, _ observation: StepObservation) -> String {
    var set = dialect.deviations.reduce(Dialect.specification) { $0.with($1) }
    guard matches(set, step, observation) else { return "not even by all switches; \(step.action)" }
    for deviation in dialect.deviations {
      let smaller = set.without(deviation)
      if matches(smaller, step, observation) { set = smaller }
    }
    return set.deviations.map { "\"\($0.name)\"" }.joined(separator: ", ")
  }

  /// Whether an engine does what was recorded.
  private func matches(_ dialect: Dialect, _ step: Step, _ observation: StepObservation) -> Bool {
    let isPerVCPU = dialect.deviations.contains { $0.name == "shared-waits-per-vcpu" }
    let base = isPerVCPU ? step.perVCPU : step.base
    guard var engine = try? Dispatcher(base, dialect: dialect) else { return false }
    engine.interrupts = step.interrupts
    var live = step.live
    switch step.action {
    case .call(let call, let vcpu):
      let outcome = engine.call(call, on: vcpu, registers: &live)
      return Self.agrees(outcome, live, observation)
    case .inject(let number, let vcpu, let immediately):
      // How a host is refused is no matter of the specification; whether it is, is.
      let outcome = engine.inject(number, on: vcpu, immediately: immediately)
      guard case .value(let recorded) = observation else { return false }
      let isPended = outcome.effects.contains { if case .pended = $0 { true } else { false } }
      let waits = engine.occurrence(of: number, on: vcpu).waits
      return (recorded == 0) == (outcome.value == 0 && (isPended || waits))
    case .deliver(let vcpu, _, _):
      let outcome = engine.deliver(vcpu, force: true, registers: &live)
      guard case .delivery(let isDelivered, let recorded) = observation else { return false }
      if case .undefined = outcome.answer { return false }
      return isDelivered == (outcome.entry != nil)
        && (!isDelivered || Self.agrees(live, recorded))
    case .arrive(let number, let vcpu, _):
      let outcome = engine.arrive(number, on: vcpu, registers: &live)
      return Self.agrees(outcome, live, entry: observation)
    case .dispatch(let number, let vcpu, _):
      let outcome = engine.dispatch(number, on: vcpu, registers: &live)
      return Self.agrees(outcome, live, entry: observation)
    default: return false
    }
  }

  private static func agrees(
    _ outcome: Outcome,
    _ live: LiveRegisters,
    _ observation: StepObservation
  ) -> Bool {
    switch (outcome.answer, observation) {
    case (.value(let value), .value(let recorded)): value == recorded
    case (.resumes, .registers(let recorded)), (.none, .registers(let recorded)):
      agrees(live, recorded)
    case (.resumes, .resumption(let pc, let pstate)):
      live.frame.pc == pc && live.frame.pstate == pstate
    default: false
    }
  }

  private static func agrees(_ live: LiveRegisters, _ recorded: TraceValue?) -> Bool {
    var x = [UInt64](repeating: 0, count: 18)
    for (key, value) in recorded?["x"]?.members ?? [] { x[Int(key) ?? 0] = value.number ?? 0 }
    return x.indices.allSatisfy { x[$0] == live.frame.x[$0] }
      && recorded?["pc"]?.number ?? 0 == live.frame.pc
      && recorded?["pstate"]?.number ?? 0 == live.frame.pstate
      && recorded?["spsr_el1"]?.number ?? 0 == live.spsr
      && recorded?["elr_el1"]?.number ?? 0 == live.elr
  }

  private static func agrees(
    _ outcome: Outcome,
    _ live: LiveRegisters,
    entry observation: StepObservation
  ) -> Bool {
    guard case .entry(let item) = observation else { return false }
    if case .undefined = outcome.answer { return false }
    guard let item else { return outcome.entry == nil }
    let words = item["x"]?.items ?? []
    return outcome.entry?.event.rawValue == item["enter"]?.number
      && (0..<4).allSatisfy {
        live.frame.x[$0] == ($0 < words.count ? words[$0].number ?? 0 : 0)
      }
      && live.frame.pc == item["pc"]?.number && live.frame.pstate == item["pstate"]?.number
  }
}

extension Dispatcher.Occurrence {
  var waits: Bool {
    switch self {
    case .none: false
    case .waiting: true
    case .running(let count): count > 0
    }
  }
}

extension Snapshot {
  /// A shared event waits for itself in the specification, and on vCPUs in KVM.
  fileprivate func waitingPerVCPU(as raw: Snapshot) -> Snapshot {
    var result = self
    result.events.updateAll { event in
      guard event.isShared, let stored = raw.events[event.number] else { return }
      var waiting = stored.pending
      for context in raw.contexts where raw.runningEvent(of: context) == event.number {
        waiting[context.vcpu] -= min(1, waiting[context.vcpu])
      }
      event.pending = waiting
    }
    return result
  }

  /// An affinity under RM_ANY means nothing to the specification; a switch tells it.
  fileprivate mutating func keepRouting(of raw: Snapshot) {
    events.updateAll { event in
      guard event.isShared, let routing = raw.events[event.number]?.routing else { return }
      if !event.registered.isEmpty { event.routing = routing }
    }
  }
}

extension VCPUs {
  /// Gives vCPUs the affinities that KVM gives them: 16 to a cluster.
  mutating func numberLikeKVM() {
    affinityKnown = Bitmap(below: count)
    affinity = Column(
      (0..<count).map { index in
        let fields = (UInt8(index >> 12 & 0xFF), UInt8(index >> 4 & 0xFF), UInt8(index & 0xF))
        return Affinity(aff3: 0, aff2: fields.0, aff1: fields.1, aff0: fields.2).rawValue
      }
    )
  }
}
