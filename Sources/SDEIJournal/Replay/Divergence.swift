public import SDEIEngine
public import SDEIModel

/// The first step of a replay that does not do what was recorded.
public struct Divergence: Hashable, Sendable {
  /// What differs.
  public enum Kind: Hashable, Sendable {
    /// An action's outcome.
    case action(Action, Recorded, Performed, Mismatch)
    /// The state at a checkpoint: the differences, recorded first.
    case state([Difference])
    /// The digest of the state at a checkpoint.
    case digest(recorded: SnapshotDigest, actual: SnapshotDigest?)
  }

  /// The step's number, from 1 on.
  public var step: Int
  /// What differs.
  public var kind: Kind
  /// The state before the step.
  public var before: Snapshot
  /// What explains it, as far as something does.
  public var explanation = Explanation()

  init?(_ checkpoint: Checkpoint, _ dispatcher: Dispatcher, _ number: Int) {
    let state = dispatcher.snapshot()
    switch checkpoint {
    case .snapshot(let recorded):
      if recorded == state { return nil }
      kind = .state(recorded.differences(from: state))
    case .digest(let recorded):
      let actual = try? SnapshotDigest(of: state)
      if recorded == actual { return nil }
      kind = .digest(recorded: recorded, actual: actual)
    }
    step = number
    before = state
  }

  init(
    _ number: Int,
    _ action: Action,
    _ recorded: Recorded,
    _ performed: Performed,
    _ mismatch: Mismatch,
    before dispatcher: Dispatcher
  ) {
    step = number
    kind = .action(action, recorded, performed, mismatch)
    before = dispatcher.snapshot()
    explanation = Explanation(of: action, recorded, from: dispatcher)
  }
}

/// Which other decisions would have done what was recorded.
public struct Explanation: Hashable, Sendable {
  /// The switches of which each one alone, turned on or off, does it.
  public var switches: [Deviation] = []
  /// The dialects that do it.
  public var dialects: [DialectID] = []

  init() {}

  /// Tries every switch in the engine's dialect, and every other dialect, from the state before.
  init(of action: Action, _ recorded: Recorded, from dispatcher: Dispatcher) {
    let state = dispatcher.snapshot()
    func agrees(_ dialect: Dialect) -> Bool {
      guard var engine = try? Dispatcher(state, dialect: dialect, maxMemory: dispatcher.maxMemory)
      else { return false }
      engine.interrupts = dispatcher.interrupts
      guard let performed = try? engine.perform(action) else { return false }
      return Mismatch(recorded, performed) == nil
    }
    let own = dispatcher.dialect
    switches = Deviation.all.filter { deviation in
      agrees(own.deviations.contains(deviation) ? own.without(deviation) : own.with(deviation))
    }
    dialects = Dialect.all.filter { $0.id != own.id && agrees($0) }.map(\.id)
  }
}
