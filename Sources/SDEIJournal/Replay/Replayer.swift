public import SDEIEngine
public import SDEIModel

/// Does again what a journal says, step by step, and compares what was recorded with what happens.
///
/// It stops at the first divergence, and where the original implementation would have gone astray.
public struct Replayer: Sendable {
  /// The engine, in the state after the steps done so far.
  public private(set) var dispatcher: Dispatcher
  /// The number of the step behind which the replay is; 0 before the first one.
  public private(set) var position: Int
  /// Why the replay can not go on, nil while it can.
  public private(set) var end: End?
  private let steps: [JournalStep]
  /// The engine before the first step: from it the state before a divergence is found again, so that
  /// no step costs a copy of the state.
  private var origin: Dispatcher
  private let first: Int

  /// What ends a replay before its journal does.
  public enum End: Hashable, Sendable {
    /// A step does not do what was recorded.
    case divergence(Divergence)
    /// The original would have gone astray at a step, which the recorder may have seen, too.
    case undefined(Undefined, step: Int)
  }

  /// One step as it was done.
  public struct Report: Sendable {
    /// The step's number, from 1 on.
    public let number: Int
    /// The step.
    public let step: JournalStep
    /// What became of it, nil for a checkpoint.
    public let performed: Performed?
    /// What it did to a handler, nil where it is about none.
    public let change: HandlerChange?
  }

  /// Prepares a replay.
  ///
  /// `state` takes the place of the journal's own starting state, and must be given where that is
  /// only a digest. `after` leaves out the steps up to that number: `state` is the one behind them.
  /// `dialect` plays the steps in another dialect than the state's.
  public init(
    _ journal: Journal,
    from state: Snapshot? = nil,
    after first: Int = 0,
    dialect: Dialect? = nil,
    maxMemory: UInt64 = Dispatcher.defaultMemory
  ) throws(ReplayError) {
    let start = try Self.start(journal.header.start, state, isAtStart: first == 0)
    do {
      origin = try Dispatcher(start, dialect: dialect, maxMemory: maxMemory)
    } catch {
      throw .engine(error)
    }
    origin.take(interruptsOf: journal.steps.prefix(max(first, 0)))
    dispatcher = origin
    self.first = first
    position = min(max(first, 0), journal.steps.count)
    steps = journal.steps
  }

  private static func start(
    _ start: JournalHeader.Start,
    _ given: Snapshot?,
    isAtStart: Bool
  ) throws(ReplayError) -> Snapshot {
    switch (start, given) {
    case (.snapshot(let own), nil): return own
    case (.snapshot, let given?): return given
    case (.digest(let digest, _, _), nil): throw .startMissing(digest)
    case (.digest, let given?) where !isAtStart: return given
    case (.digest(let digest, _, _), let given?):
      let found = try? SnapshotDigest(of: given)
      if found != digest { throw .otherStart(expected: digest, found: found) }
      return given
    }
  }

  /// Whether there are steps left, and nothing keeps the replay from doing them.
  public var isDone: Bool { end != nil || position == steps.count }

  /// Does the next step; nil when there is none, or the replay has ended.
  public mutating func next() throws(ReplayError) -> Report? {
    guard !isDone else { return nil }
    let step = steps[position]
    let number = position + 1
    switch step {
    case .checkpoint(let checkpoint):
      if let divergence = Divergence(checkpoint, dispatcher, number) {
        end = .divergence(divergence)
      } else {
        position = number
      }
      return Report(number: number, step: step, performed: nil, change: nil)
    case .action(let action, let recorded):
      let watch = HandlerWatch(action, dispatcher)
      let performed = try perform(action)
      let change = watch.change(performed, dispatcher)
      if let mismatch = Mismatch(recorded, performed) {
        try rewind()
        end = .divergence(
          Divergence(number, action, recorded, performed, mismatch, before: dispatcher)
        )
      } else {
        position = number
        if case .undefined(let reason) = performed.outcome.answer {
          end = .undefined(reason, step: number)
        }
      }
      return Report(number: number, step: step, performed: performed, change: change)
    }
  }

  private mutating func perform(_ action: Action) throws(ReplayError) -> Performed {
    do {
      return try dispatcher.perform(action)
    } catch {
      throw .engine(error)
    }
  }

  /// Goes back to the state behind the steps that agreed.
  private mutating func rewind() throws(ReplayError) {
    dispatcher = origin
    for step in steps[min(first, position)..<position] {
      if case .action(let action, _) = step { _ = try perform(action) }
    }
  }

  /// Does the steps up to a number, or all.
  public mutating func run(until last: Int = .max) throws(ReplayError) {
    while position < last, try next() != nil {}
  }
}

/// Why a journal can not be replayed at all.
public enum ReplayError: Error, Hashable, Sendable {
  /// The journal has only a digest of its starting state, and no state was given.
  case startMissing(SnapshotDigest)
  /// The state given is not the one that the journal starts from.
  case otherStart(expected: SnapshotDigest, found: SnapshotDigest?)
  /// The engine can not be started from a state.
  case engine(StartError)
}

extension ReplayError: CustomStringConvertible {
  /// What was found and what to do.
  public var description: String {
    switch self {
    case .startMissing(let digest):
      "the journal has only the digest \(digest) of its starting state; give the state itself"
    case .otherStart(let expected, let found):
      "the journal starts from a state with the digest \(expected), the one given has "
        + "\(found.map(\.description) ?? "none"); "
        + "give the state that the recorder started from"
    case .engine(let error): error.description
    }
  }
}

extension Dispatcher {
  /// Takes what steps that are left out state about interrupts: it is in no snapshot.
  fileprivate mutating func take(interruptsOf steps: ArraySlice<JournalStep>) {
    for case .action(.interrupt(let interrupt, let vcpu, let owner, let isActive), _) in steps {
      interrupts.setOwner(owner, of: interrupt, on: vcpu)
      interrupts.setActive(isActive, interrupt, on: vcpu)
    }
  }
}
