public import SDEIFormats
public import SDEIModel

/// Whether a destination will load a state: never throws, gives every reason.
public enum Compatibility {
  /// What keeps a state from a destination, or is worth knowing before it goes there.
  ///
  /// Errors first, and of those the refusals of the destination's own commands in their order; then
  /// hazards, then notes. `today` decides about accepted hazards that expire. Cost follows what is
  /// there (events, runs, contexts) and, where the destination has a form of its own, the size of
  /// that form, which `options` limit.
  public static func check(
    _ document: Document,
    against profile: Profile,
    today: CalendarDate? = nil,
    _ options: EncodeOptions = EncodeOptions()
  ) -> [Finding] {
    assess(document, against: profile, today: today, options).findings
  }

  /// The same, with the answer that follows.
  public static func assess(
    _ document: Document,
    against profile: Profile,
    today: CalendarDate? = nil,
    _ options: EncodeOptions = EncodeOptions()
  ) -> Assessment {
    guard document.scope == .whole else {
      return Assessment(findings: [part], firstRefusal: nil)
    }
    guard document.hasState else { return Assessment(findings: [nothing], firstRefusal: nil) }
    let state = TravellingState(document.snapshot)
    var list = FindingList()
    let refusal = PortCheck.findings(state, profile, options, &list)
    FormCheck.findings(document, state, profile, options, &list)
    RoomCheck.findings(state, profile, &list)
    InstanceCheck.findings(state, profile, &list)
    EventCheck.findings(state, profile, &list)
    if profile.abi == nil { SpecificationCheck.findings(state, profile, &list) }
    let findings = AcceptedHazards.apply(profile.defects, to: list.finish(), today: today)
    return Assessment(findings: findings, firstRefusal: refusal)
  }

  private static let nothing = Finding(
    id: "SDEI-T257",
    severity: .note,
    problem: "the input holds no SDEI state, so that nothing is in the way",
    action: "make sure that it should have none"
  )

  private static let part = Finding(
    id: "SDEI-T200",
    severity: .error,
    problem: "this is one part of a state, and a destination loads all of it",
    action: "put the parts together first: sdeictl convert PART... --to sdei -o WHOLE"
  )
}

/// What a check of a state against a destination gave.
public struct Assessment: Sendable {
  /// The answer, in three degrees.
  public enum Answer: String, Sendable {
    /// It loads, and nothing is known to go wrong.
    case yes
    /// It loads, and something may go wrong.
    case hazards
    /// It does not load, or not as the guest knows it.
    case no
  }

  /// Everything that was found: errors, then hazards (warnings), then notes.
  public let findings: [Finding]
  /// The first command that the destination refuses, with its vCPUs and errno; nil for none.
  public let firstRefusal: String?

  /// The answer that follows from the findings.
  public var answer: Answer {
    switch findings.first?.severity {
    case .error: .no
    case .warning: .hazards
    case .note, nil: .yes
    }
  }

  init(findings: [Finding], firstRefusal: String?) {
    self.findings =
      findings.filter { $0.severity == .error } + findings.filter { $0.severity == .warning }
      + findings.filter { $0.severity == .note }
    self.firstRefusal = firstRefusal
  }
}
