extension DestinationFinding {
  /// The identifiers of all that a destination can answer.
  ///
  /// An accepted hazard (`KnownDefect`) names one of these: another one would never be found.
  public static let identifiers: Set<String> = {
    let rules = [
      // Losses, and forms that can not be written; what was noticed while the state was read.
      Rule.refusedForms, Rule.losses, Rule.noticed,
      // What the commands refuse, what they do with what they took, and what the profile says.
      Rule.refusals, Rule.hazards, Rule.comparisons,
    ]
    // That a form would be too large is told as one that was not tried.
    return Set(rules.joined().map(\.id)).subtracting(["SDEI-C002"])
  }()
}
