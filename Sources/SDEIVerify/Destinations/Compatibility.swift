public import SDEIFormats
public import SDEIModel

/// Whether a destination will load a state: never throws, gives every reason.
public enum Compatibility {
  /// What keeps a state from a destination, or is worth knowing before it goes there.
  ///
  /// Errors first, and of those what keeps the state out: the refusals of the destination's own
  /// commands in their order, then room; then hazards, then notes. `today` decides about accepted hazards that expire. Cost follows what is
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
    guard document.scope == .whole else { return Assessment([DestinationFinding(part)]) }
    guard document.hasState else {
      return Assessment([DestinationFinding(nothing)], hasState: false)
    }
    let state = TravellingState(document.snapshot)
    var list = FindingList()
    let refusal = PortCheck.findings(state, profile, options, &list)
    FormCheck.findings(document, state, profile, options, &list)
    RoomCheck.findings(state, profile, &list)
    InstanceCheck.findings(state, profile, &list)
    EventCheck.findings(state, profile, &list)
    if profile.abi == nil { SpecificationCheck.findings(state, profile, &list) }
    DecodingCheck.findings(document, &list)
    let entries = AcceptedHazards.apply(profile.defects, to: list.finish(), today: today)
    return Assessment(entries, firstRefusal: refusal)
  }

  private static let nothing = Finding(
    id: "SDEI-T257",
    severity: .error,
    problem: "the input holds no SDEI state, so that there is nothing to load",
    action: "make sure that it is the right file, and that its guest has no SDEI"
  )

  private static let part = Finding(
    id: "SDEI-T200",
    severity: .error,
    problem: "this is one part of a state, and a destination loads all of it",
    action: "put the parts together first: sdeictl convert PART... --to sdei -o WHOLE"
  )
}
