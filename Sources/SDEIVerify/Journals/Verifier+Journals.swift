public import SDEIEngine
public import SDEIFormats
public import SDEIJournal
public import SDEIModel

extension Verifier {
  /// What is wrong with a document, and with the step that led to it from another one: what
  /// `findings(_:isAtRest:judge:)` tells, then the rules of two states one operation apart.
  ///
  /// The documents may be in different formats. Both must hold a whole state; where one does not,
  /// the rules of pairs are left out.
  public static func findings(
    _ document: Document,
    after previous: Document,
    isAtRest: Bool = false,
    judge: (any FindingJudge)? = nil
  ) -> Findings {
    var findings = findings(document, isAtRest: isAtRest, judge: judge)
    let hasStates = [document, previous].allSatisfy { $0.scope == .whole && $0.hasState }
    if hasStates {
      let pair = StatePair(CheckedState(previous.snapshot), CheckedState(document.snapshot))
      PairRule.check(pair, into: &findings)
    }
    return findings
  }

  /// What is wrong with a journal: the rules that its states break, that what was recorded of its
  /// steps breaks, and where the engine, in the journal's own dialect, does something else.
  ///
  /// In the order of the steps, each with the offset of its line or record. `state` takes the place
  /// of a starting state of which the journal has only a digest. Cost is that of a replay; a state in
  /// the journal costs its own size and the engine's.
  public static func findings(
    _ source: DecodedJournal,
    from state: Snapshot? = nil,
    maxMemory: UInt64 = Dispatcher.defaultMemory,
    judge: (any FindingJudge)? = nil
  ) -> Findings {
    var findings = Findings(judge: judge)
    let place = RulePlace(prefix: "start", offset: source.startOffset)
    if case .snapshot(let start) = source.journal.header.start {
      StateRule.check(CheckedState(start), at: place, into: &findings)
    }
    do throws(ReplayError) {
      // A state of its own is what the steps follow from; another one is not asked for.
      var given = state
      if case .snapshot = source.journal.header.start { given = nil }
      let replayer = try Replayer(source.journal, from: given, maxMemory: maxMemory)
      findings = JournalWalk(source, replayer, findings).run()
    } catch {
      let (rule, found) = (error.rule, error.found)
      if let severity = rule.severity.usual {
        let isDigest = rule.id != Rule.notPlayed.id
        let place = isDigest ? RulePlace(prefix: "startDigest", offset: place.offset) : place
        var report = RuleReport(rule, severity, &findings, at: place)
        report.add("", found: found)
        findings = report.finish()
      }
    }
    if let tail = source.tail { findings.add(tail.finding) }
    return findings
  }
}

extension ReplayError {
  fileprivate var rule: Rule {
    switch self {
    case .startMissing: .startMissing
    case .otherStart: .otherStart
    case .engine: .notPlayed
    }
  }

  fileprivate var found: String {
    switch self {
    case .startMissing(let digest): "the digest is \(digest)"
    case .otherStart(let expected, let found):
      "the journal has \(expected), the state given \(found.map(\.description) ?? "none")"
    case .engine(let error): "\(error)"
    }
  }
}
