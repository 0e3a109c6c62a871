internal import SDEIEngine
internal import SDEIFormats
internal import SDEIModel

/// What a destination's own SET commands do with a state.
struct PortCheck {
  var findings: [Finding] = []
  /// The first refused command in words.
  var firstRefusal: String?
  private var refusals: Set<String> = []

  static func ask(_ state: TravellingState, _ profile: Profile) -> PortCheck {
    PortCheck()
  }

  func isRefusal(_ finding: Finding) -> Bool { refusals.contains(finding.id) }
}
