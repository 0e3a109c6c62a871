internal import SDEIEngine
internal import SDEIFormats
internal import SDEIModel

/// What a destination's own SET commands do with a state.
enum PortCheck {
  /// Adds a finding for each refusal, then for each hazard; gives the first command that is refused.
  static func findings(
    _ state: TravellingState,
    _ profile: Profile,
    _ options: EncodeOptions,
    _ list: inout FindingList
  ) -> CommandRefusal? {
    guard let dialect = profile.abi?.port else { return nil }
    let contexts = state.snapshot.contextsNeeded(in: dialect)
    guard contexts * Snapshot.contextCost <= options.maxBytes else {
      list.add(tooLarge(contexts, dialect))
      return nil
    }
    let expressed = state.snapshot.expressed(in: dialect)
    let source = state.snapshot.instance.dialect
    guard var outcome = MigrationPort.load(expressed, into: dialect, from: source) else {
      return nil
    }
    // Where the profile lists events, one that is dropped is one that is not offered.
    if profile.events != nil { outcome.hazards.removeAll { $0.rule.id == "SDEI-T135" } }
    // A frame that a handler left behind is none of its own: no guest comes back to it.
    let isCritical = state.snapshot.contexts.level(.critical).contains {
      state.snapshot.runningEvent(of: $0) != nil
    }
    if source.numbersContexts && !isCritical {
      outcome.hazards.removeAll { $0.rule.id == "SDEI-T137" }
    }
    let findings = DestinationFindings.findings(outcome, destination: profile.name)
    for (position, finding) in findings.enumerated() {
      let refusal = position < outcome.refusals.count ? outcome.refusals[position] : nil
      list.add(finding, refusal: refusal.map { CommandRefusal($0) })
    }
    return outcome.refusals.first { $0.isDeciding }.map { CommandRefusal($0) }
  }

  private static func tooLarge(_ contexts: UInt64, _ dialect: DialectID) -> Finding {
    Finding(
      id: "SDEI-T254",
      severity: .warning,
      path: "contexts",
      problem: "whether \(dialect.name) takes the state was not tried: it would have \(contexts) "
        + "contexts there",
      action: "raise --max-memory"
    )
  }
}
