internal import SDEIModel

extension StateRule {
  /// What runs, and what it interrupted (34 to 44, 51).
  static let running: [StateRule] = [
    sharedRunsNowhere, sharedRunsTwice, recordedElsewhere, twoAtOneLevel, unknownEventRuns,
    wrongLevel, namedUnmarked, sharedRunsElsewhere, markedUnnamed, sameAtBothLevels,
    registersOfIdleLevel, noRegistersSaved, runsWhileOff, runsOffTarget,
  ]
}

extension RuleSeverity {
  /// Of rules that compare marks with what contexts name.
  static let ofMarks = RuleSeverity.error
    .but(
      nil,
      in: [.kvmV4, .kvmV5],
      "KVM v2 to v5 store no marks: what runs is told by the numbers of the contexts alone"
    )
    .but(
      nil,
      in: [.kvmV7],
      "KVM v7's one context has no number: what runs is told by the marks alone"
    )
}
