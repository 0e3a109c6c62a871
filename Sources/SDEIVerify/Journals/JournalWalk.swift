internal import SDEIEngine
internal import SDEIJournal
internal import SDEIModel

/// Goes through a journal with the engine in the journal's dialect, and judges what was recorded.
///
/// The states between the steps are the engine's own, which follow its dialect's table: pairs of them
/// would tell nothing of the recording. So no snapshot is made for a step; rules of pairs are asked
/// where a state stands in the journal, and what was seen of a step is judged by the state before it.
struct JournalWalk {
  private let source: DecodedJournal
  private var replayer: Replayer
  private var findings: Findings
  private var returned = ReturnedVCPUs()
  /// The state before the last operation, kept where the step behind it is a checkpoint.
  private var previous: (state: Snapshot, operation: Action)?

  init(_ source: DecodedJournal, _ replayer: Replayer, _ findings: consuming Findings) {
    (self.source, self.replayer, self.findings) = (source, replayer, findings)
  }

  private var steps: [JournalStep] { source.journal.steps }

  /// Walks to the end, or to where the walk can not go on.
  consuming func run() -> Findings {
    for (index, step) in steps.enumerated() {
      let place = RulePlace(prefix: "steps[\(index + 1)]", offset: source.stepOffsets[index])
      switch step {
      case .action(let action, let recorded):
        keepState(before: action, index)
        judge(action, recorded, place)
      case .checkpoint(.snapshot(let state)): judge(state, place.part("checkpoint"))
      case .checkpoint(.digest): break
      }
      do throws(ReplayError) {
        let power = powerBefore(step)
        let report = try replayer.next()
        if case .action(let action, _) = step, let performed = report?.performed {
          returned.note(action, performed.outcome, power: power)
        }
      } catch {
        add(.notPlayed, place, found: "\(error)" + rest(behind: index))
        break
      }
      guard let end = replayer.end else { continue }
      report(end, index, place)
      break
    }
    return findings
  }

  private func powerBefore(_ step: JournalStep) -> PowerState? {
    guard case .action(.power(_, let vcpu), _) = step else { return nil }
    return replayer.dispatcher.powerState(of: vcpu)
  }

  // MARK: Steps

  /// Judges what was seen of an action, with the state before it.
  private mutating func judge(_ action: Action, _ recorded: Recorded, _ place: RulePlace) {
    if case .restore(let state) = action { return judgeRestored(state, place.part("restore")) }
    let step = ObservedStep(
      action: action,
      recorded: recorded,
      before: replayer.dispatcher,
      returned: returned
    )
    JournalRule.check(step, at: place, into: &findings)
  }

  // MARK: States

  private mutating func keepState(before action: Action, _ index: Int) {
    previous = nil
    guard action.isOperation, index + 1 < steps.count,
      case .checkpoint(.snapshot) = steps[index + 1]
    else { return }
    previous = (replayer.dispatcher.snapshot(), action)
  }

  /// Judges a checkpoint: alone, and with the state one operation before.
  private mutating func judge(_ state: Snapshot, _ place: RulePlace) {
    let after = CheckedState(state)
    StateRule.check(after, at: place, into: &findings)
    let before = CheckedState(previous?.state ?? replayer.dispatcher.snapshot())
    PairRule.check(StatePair(before, after), at: place, into: &findings)
    let observed = ObservedState(
      before: before,
      after: after,
      operation: previous?.operation,
      returned: returned
    )
    JournalRule.check(observed, at: place, into: &findings)
    previous = nil
  }

  /// Judges a state that takes the place of the one before.
  ///
  /// It may be the same one at its destination, which nothing should change; or an older one, to
  /// which somebody went back. So what no operation does is no error.
  private mutating func judgeRestored(_ state: Snapshot, _ place: RulePlace) {
    let after = CheckedState(state)
    StateRule.check(after, at: place, into: &findings)
    var mild = place
    mild.worst = .warning
    let before = CheckedState(replayer.dispatcher.snapshot())
    PairRule.check(StatePair(before, after), at: mild, into: &findings)
  }

  // MARK: Ends

  private mutating func report(_ end: Replayer.End, _ index: Int, _ place: RulePlace) {
    switch end {
    case .divergence(let divergence):
      for difference in divergence.findings {
        add(.diverged, place, difference.path, found: difference.found + rest(behind: index))
      }
    case .undefined(let reason, _):
      add(.astray, place, found: reason.sentence + rest(behind: index))
    }
  }

  private mutating func add(
    _ rule: Rule,
    _ place: RulePlace,
    _ path: String = "",
    found: String
  ) {
    guard let severity = rule.severity.usual else { return }
    var report = RuleReport(rule, severity, &findings, at: place)
    report.add(path, found: found)
    findings = report.finish()
  }

  private func rest(behind index: Int) -> String {
    let count = steps.count - index - 1
    if count == 0 { return "" }
    return "; the walk ends here, before \(count) further step\(count == 1 ? "" : "s")"
  }
}

extension Action {
  /// Whether it is a single operation of the interface: what hosts do to power, definitions and whole
  /// states is none.
  fileprivate var isOperation: Bool {
    switch self {
    case .call, .deliver, .fire, .clear, .arrive, .dispatch, .inject, .cancel: true
    case .power, .interrupt, .define, .migrate, .restore: false
    }
  }
}
