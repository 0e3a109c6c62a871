public import SDEIModel

/// What a destination has to say about a state: a finding, and the command that it is about.
public struct DestinationFinding: Hashable, Sendable {
  /// What is wrong, or worth knowing.
  public internal(set) var finding: Finding
  /// The command that is refused, nil where it is about none.
  public let refusal: CommandRefusal?
  /// Whether the destination's form can not be written at all.
  let isFormRefusal: Bool

  init(_ finding: Finding, refusal: CommandRefusal? = nil, isFormRefusal: Bool = false) {
    (self.finding, self.refusal, self.isFormRefusal) = (finding, refusal, isFormRefusal)
  }

  /// Whether the state does not get in: a command is refused, there is no room, or no such state.
  ///
  /// Other errors are about a state that gets in, and is another one there than the guest knows.
  public var keepsOut: Bool {
    finding.severity == .error
      && (refusal != nil || isFormRefusal || Self.noPlace.contains(finding.id))
  }

  /// The rules by which a destination has no place: parts, room, slots, states without a meaning.
  private static let noPlace: Set<String> = [
    "SDEI-T200", "SDEI-T201", "SDEI-T202", "SDEI-T203", "SDEI-T204", "SDEI-T205", "SDEI-T206",
    "SDEI-T207", "SDEI-T230", "SDEI-T231", "SDEI-T240", "SDEI-T241", "SDEI-T242", "SDEI-T243",
    "SDEI-T244", "SDEI-T245",
  ]
}
