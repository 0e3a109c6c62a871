import SDEIEngine
import SDEIJournal
import SDEIModel
import SDEITestSupport

/// Makes a journal of a recording: the results are those that the original gave.
final class JournalMaker: StepObserver {
  private var start: Snapshot?
  private var steps: [JournalStep] = []
  private var pending: (action: Action, dispatcher: Dispatcher)?
  private let name: String

  init(name: String) { self.name = name }

  func journal(undefined: Undefined?) throws -> Journal {
    // The step at which the original went astray is the last one: nothing else came of it.
    if let undefined, case .action(let action, _)? = steps.popLast() {
      steps.append(.action(action, Recorded(answer: .undefined(undefined))))
    }
    guard let start, !steps.isEmpty else { throw NothingToTest(what: "step in \(name)") }
    return Journal(
      header: JournalHeader(start: .snapshot(start), producer: "recording \(name)"),
      steps: steps
    )
  }

  func before(_ action: Action, _ dispatcher: Dispatcher, _ live: LiveRegisters) {
    pending = (action, dispatcher)
  }

  func after(_ observation: StepObservation, place: String) {
    guard let (action, before) = pending else { return }
    var recorded = Recorded()
    switch observation {
    case .value(let value): recorded.answer = .value(value)
    case .registers(let value):
      let isInHandler = action.vcpu.map { vcpu in
        Level.allCases.contains { before.runningEvent(vcpu, $0) != nil }
      }
      if isInHandler == true {
        recorded.answer = .resumes
        recorded.registers = registers(value, action)
      } else {
        recorded.answer = Answer.none
      }
    case .delivery(let isDelivered, let value):
      recorded.answer = .value(isDelivered ? 1 : 0)
      if isDelivered {
        recorded.registers = registers(value, action)
        recorded.entered = value?["x"]?["0"]?.number.map { EventNumber($0) } ?? EventNumber(0)
      }
    case .resumption:
      recorded.answer = .resumes
    case .entry(let item):
      let isDispatch = if case .dispatch = action { true } else { false }
      recorded.answer = .value(item == nil ? (isDispatch ? -1 : 0) : isDispatch ? 0 : 1)
      recorded.entered = item?["enter"]?.number.map { EventNumber($0) }
    }
    pending = nil
    steps.append(.action(action, recorded))
  }

  func note(_ note: StepNote, _ dispatcher: Dispatcher) {
    switch note {
    case .start where start == nil: start = dispatcher.snapshot()
    case .start, .changed: steps.append(.action(.restore(dispatcher.snapshot()), Recorded()))
    case .dumped:
      if let digest = try? SnapshotDigest(of: dispatcher.snapshot()) {
        steps.append(.checkpoint(.digest(digest)))
      }
    case .migrated(let goesOn):
      // A migration whose destination was thrown away again changed nothing.
      if goesOn { steps.append(.action(.migrate, Recorded(answer: .value(0)))) }
    case .interrupt(let interrupt, let vcpu):
      let owner = dispatcher.interrupts.owner(of: interrupt, on: vcpu)
      let isActive = dispatcher.interrupts.isActive(interrupt, on: vcpu)
      steps.append(
        .action(
          .interrupt(interrupt, vcpu: vcpu, owner: owner, isActive: isActive),
          Recorded()
        )
      )
    }
  }

  /// The registers as the original left them; ELR and SPSR only where the action has them.
  private func registers(_ value: TraceValue?, _ action: Action) -> LiveRegisters {
    var frame = RegisterFrame(pc: value?["pc"]?.number ?? 0, pstate: value?["pstate"]?.number ?? 0)
    for (key, word) in value?["x"]?.members ?? [] { frame.x[Int(key) ?? 0] = word.number ?? 0 }
    var registers = LiveRegisters(frame: frame)
    guard case .deliver = action else {
      if case .call(let call, _) = action,
        call.function == FunctionID.eventCompleteAndResume.rawValue,
        pending?.dispatcher.dialect.id == .kvmV7
      {
        registers.elr = value?["elr_el1"]?.number ?? 0
        registers.spsr = value?["spsr_el1"]?.number ?? 0
      }
      return registers
    }
    registers.elr = value?["elr_el1"]?.number ?? 0
    registers.spsr = value?["spsr_el1"]?.number ?? 0
    return registers
  }
}
