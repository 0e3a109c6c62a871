internal import SDEIModel

/// Findings as they come, of each kind so many that a hostile state can not ask for memory with them.
struct FindingList {
  /// From how many on findings of one identifier are counted, not listed.
  static let limit = 1024

  private var items: [DestinationFinding] = []
  private var counts: [String: Int] = [:]
  private var worst: [String: Severity] = [:]

  /// Adds a finding, or counts it.
  mutating func add(
    _ finding: Finding,
    refusal: CommandRefusal? = nil,
    isFormRefusal: Bool = false
  ) {
    items.append(
      DestinationFinding(finding, refusal: refusal, isFormRefusal: isFormRefusal)
    )
  }

  /// Adds a finding of which there may be one for each event; it is made only where it is listed.
  mutating func add(
    _ id: String,
    _ severity: Severity,
    _ path: @autoclosure () -> String,
    _ problem: @autoclosure () -> String,
    _ action: @autoclosure () -> String
  ) {
    counts[id, default: 0] += 1
    guard counts[id, default: 0] <= Self.limit else {
      worst[id] = max(worst[id] ?? severity, severity)
      return
    }
    let finding = Finding(
      id: id,
      severity: severity,
      path: path(),
      problem: problem(),
      action: action()
    )
    items.append(DestinationFinding(finding))
  }

  /// All of them, and one more for each kind of which there were too many.
  func finish() -> [DestinationFinding] {
    let further = worst.keys.sorted().map { id in
      let finding = Finding(
        id: id,
        severity: worst[id] ?? .note,
        problem: "\((counts[id] ?? 0) - Self.limit) more findings of this kind are not listed",
        action: "resolve those that are, and ask again"
      )
      return DestinationFinding(finding)
    }
    return items + further
  }
}
