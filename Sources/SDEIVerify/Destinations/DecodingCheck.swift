internal import SDEIFormats
internal import SDEIModel

/// What was found while the state was read, and makes an answer about it less sure.
enum DecodingCheck {
  /// From how many on findings of one kind are told together.
  private static let limit = 4

  /// Adds the warnings and errors, and the events whose definitions nobody knows.
  ///
  /// O(findings).
  static func findings(_ document: Document, _ list: inout FindingList) {
    let told = document.findings.filter { $0.severity > .note || $0.id == Self.undefined }
    let groups = Dictionary(grouping: told) { Kind(id: $0.id, severity: $0.severity) }
    var seen: Set<Kind> = []
    for finding in told {
      let kind = Kind(id: finding.id, severity: finding.severity)
      let count = groups[kind]?.count ?? 1
      if count <= limit {
        list.add(finding)
      } else if seen.insert(kind).inserted {
        list.add(together(finding, count))
      }
    }
  }

  private struct Kind: Hashable {
    let id: String
    let severity: Severity
  }

  /// The definition of an event is unknown: a note, and yet the answer rests on it.
  private static let undefined = "SDEI-D025"

  private static func together(_ first: Finding, _ count: Int) -> Finding {
    var finding = first
    finding.problem += " (and \(count - 1) more of the kind: sdeictl verify STATE lists them)"
    return finding
  }
}
