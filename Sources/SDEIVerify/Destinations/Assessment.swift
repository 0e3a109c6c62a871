public import SDEIModel

/// What a check of a state against a destination gave.
public struct Assessment: Sendable {
  /// The answer, in degrees.
  public enum Answer: String, CaseIterable, Sendable {
    /// It loads, and nothing is known to go wrong.
    case yes
    /// It loads, and something may go wrong.
    case hazards
    /// It does not load, or not as the guest knows it.
    case no
    /// There is nothing to load: the input holds no SDEI state.
    case noState = "no-state"
  }

  /// Everything that was found: errors, then hazards (warnings), then notes.
  ///
  /// Of the errors those come first that keep the state out.
  public let entries: [DestinationFinding]
  /// The first command that the destination refuses; nil for none.
  public let firstRefusal: CommandRefusal?
  private let hasState: Bool

  init(
    _ entries: [DestinationFinding],
    firstRefusal: CommandRefusal? = nil,
    hasState: Bool = true
  ) {
    func all(_ severity: Severity) -> [DestinationFinding] {
      entries.filter { $0.finding.severity == severity }
    }
    let errors = all(.error)
    self.entries =
      errors.filter(\.keepsOut) + errors.filter { !$0.keepsOut } + all(.warning) + all(.note)
    self.firstRefusal = firstRefusal
    self.hasState = hasState
  }

  /// The findings, in the order of the entries.
  public var findings: [Finding] { entries.map(\.finding) }

  /// The answer that follows from the findings.
  public var answer: Answer {
    if !hasState { return .noState }
    return switch entries.first?.finding.severity {
    case .error: .no
    case .warning: .hazards
    case .note, nil: .yes
    }
  }

  /// Whether the destination takes the state at all, be it harmed or as another one.
  public var loads: Bool { hasState && entries.first?.keepsOut != true }
}
