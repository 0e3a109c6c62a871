public import SDEIEngine
public import SDEIModel

/// A journal with pseudonyms in the place of addresses.
public struct RedactedJournal: Sendable {
  /// How the redacted journal replays.
  public enum Replay: Hashable, Sendable {
    /// As the original does: so many steps agree, and it ends likewise.
    case alike(steps: Int)
    /// So many steps agree in the original, so many in the redacted one.
    case differs(original: Int, redacted: Int)
    /// The original can not be replayed.
    case impossible(ReplayError)
  }

  /// The journal.
  public var journal: Journal
  /// What was replaced.
  public var summary: RedactionSummary
  /// How it replays.
  public var replay: Replay
  /// How many digests of states tell nothing any more, because no replay reaches them.
  public var emptyDigests = 0
}

/// Why a journal can not be redacted.
public enum JournalRedactionError: Error, Hashable, Sendable {
  /// The journal's starting state is missing, or another one was given.
  case start(ReplayError)
  /// Its addresses can not be replaced.
  case addresses(RedactionError)
}

extension JournalRedactionError: CustomStringConvertible {
  /// What was found and what to do.
  public var description: String {
    switch self {
    case .start(let error): error.description
    case .addresses(let error): error.description
    }
  }
}

extension Journal {
  /// The journal with pseudonyms, the same ones in all of its states and steps.
  ///
  /// A journal that has only a digest of its start gets the start itself, which must be given.
  /// Digests at checkpoints are made anew by replaying. Costs two replays.
  public func redacted(
    from state: Snapshot? = nil,
    maxMemory: UInt64 = Dispatcher.defaultMemory
  ) throws(JournalRedactionError) -> RedactedJournal {
    let original = try withStart(state)
    let redactor: Redactor
    do throws(RedactionError) {
      redactor = try Redactor { (collector) throws(RedactionError) in
        _ = try original.visitedWords(by: &collector)
      }
    } catch {
      throw .addresses(error)
    }
    var visitor = redactor
    let journal = original.visitedWords(by: &visitor)
    return RedactedJournal(journal, redactor.summary, like: original, maxMemory: maxMemory)
  }

  /// The journal with its starting state in it.
  private func withStart(_ state: Snapshot?) throws(JournalRedactionError) -> Journal {
    guard case .digest(let expected, _, _) = header.start else { return self }
    guard let state else { throw .start(.startMissing(expected)) }
    let found = try? SnapshotDigest(of: state)
    guard found == expected else { throw .start(.otherStart(expected: expected, found: found)) }
    var result = self
    result.header.start = .snapshot(state)
    return result
  }

  private func visitedWords<Visitor: WordVisitor>(
    by visitor: inout Visitor
  ) throws(Visitor.Failure) -> Journal {
    var result = self
    result.header.producer = try visitor.producer(header.producer)
    if case .snapshot(let snapshot) = header.start {
      result.header.start = .snapshot(try snapshot.visitedWords(by: &visitor))
    }
    result.steps = []
    result.steps.reserveCapacity(steps.count)
    for step in steps { result.steps.append(try step.visitedWords(by: &visitor)) }
    return result
  }
}

extension RedactedJournal {
  /// Makes the digests anew and compares how the two journals replay.
  fileprivate init(
    _ journal: Journal,
    _ summary: RedactionSummary,
    like original: Journal,
    maxMemory: UInt64
  ) {
    (self.journal, self.summary) = (journal, summary)
    do throws(ReplayError) {
      var before = try Replayer(original, maxMemory: maxMemory)
      try before.run()
      replay = .alike(steps: before.position)
      try makeDigests(like: before, maxMemory)
      var after = try Replayer(self.journal, maxMemory: maxMemory)
      try after.run()
      if !after.endsLike(before) {
        replay = .differs(original: before.position, redacted: after.position)
      }
    } catch {
      replay = .impossible(error)
      emptyDigests = emptyDigests(from: 0)
    }
  }

  /// Gives each checkpoint the digest of the redacted state as far as the original agreed; the one at
  /// which it did not gets one that does not agree, either.
  private mutating func makeDigests(
    like original: Replayer,
    _ maxMemory: UInt64
  ) throws(ReplayError) {
    guard journal.steps.contains(where: \.isDigest) else { return }
    var engine = try Replayer(journal, maxMemory: maxMemory).dispatcher
    for index in 0..<min(original.position + 1, journal.steps.count) {
      switch journal.steps[index] {
      case .checkpoint(.digest):
        let digest = (try? SnapshotDigest(of: engine.snapshot()))?.rawValue ?? 0
        let agreed = index < original.position
        let value = SnapshotDigest(rawValue: agreed ? digest : ~digest)
        journal.steps[index] = .checkpoint(.digest(value))
      case .checkpoint(.snapshot): break
      case .action(let action, _):
        guard index < original.position else { break }
        do { _ = try engine.perform(action) } catch { throw .engine(error) }
      }
    }
    emptyDigests = emptyDigests(from: original.position + 1)
  }

  /// Empties the digests from a step on: nothing can be said of those states.
  private mutating func emptyDigests(from first: Int) -> Int {
    var count = 0
    for index in journal.steps.indices.dropFirst(first) where journal.steps[index].isDigest {
      journal.steps[index] = .checkpoint(.digest(SnapshotDigest(rawValue: 0)))
      count += 1
    }
    return count
  }
}

extension JournalStep {
  fileprivate var isDigest: Bool {
    if case .checkpoint(.digest) = self { true } else { false }
  }
}

extension Replayer {
  /// Whether another replay got as far and ended for the same kind of reason.
  fileprivate func endsLike(_ other: Replayer) -> Bool {
    guard position == other.position else { return false }
    return switch (end, other.end) {
    case (nil, nil): true
    case (.undefined(let one, _)?, .undefined(let two, _)?): one == two
    case (.divergence(let one)?, .divergence(let two)?): one.kind.name == two.kind.name
    default: false
    }
  }
}

extension Divergence.Kind {
  fileprivate var name: String {
    switch self {
    case .action(_, _, _, .answer): "answer"
    case .action(_, _, _, .entered): "entered"
    case .action(_, _, _, .register(let name, _, _)): name
    case .action(_, _, _, .registersUnchanged): "registers"
    case .state: "state"
    case .digest: "digest"
    }
  }
}
