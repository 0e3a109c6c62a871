internal import SDEIModel

/// What a host's owner accepts for a reason: such a finding becomes a note, until the day it expires.
enum AcceptedHazards {
  static func apply(
    _ defects: [KnownDefect],
    to items: [DestinationFinding],
    today: CalendarDate?
  ) -> [DestinationFinding] {
    let entries = Dictionary(defects.map { ($0.rule, $0) }) { first, _ in first }
    var matched: Set<String> = []
    var refused: Set<String> = []
    var findings = items.map { item -> DestinationFinding in
      guard let entry = entries[item.finding.id], item.finding.severity != .note else {
        return item
      }
      if item.refusal != nil {
        refused.insert(entry.rule)
        return item
      }
      matched.insert(entry.rule)
      return isExpired(entry, today) ? item : accepted(item, entry)
    }
    for entry in defects where refused.contains(entry.rule) {
      findings.append(DestinationFinding(refusal(entry)))
    }
    for entry in defects where matched.contains(entry.rule) {
      guard let expires = entry.expires else { continue }
      if today == nil {
        findings.append(DestinationFinding(undated(entry, expires)))
      } else if isExpired(entry, today) {
        findings.append(DestinationFinding(expired(entry, expires)))
      }
    }
    return findings
  }

  /// The day that is named is the last one on which the entry counts.
  private static func isExpired(_ entry: KnownDefect, _ today: CalendarDate?) -> Bool {
    guard let expires = entry.expires, let today else { return false }
    return today > expires
  }

  private static func accepted(
    _ item: DestinationFinding,
    _ entry: KnownDefect
  ) -> DestinationFinding {
    var note = item
    note.finding.severity = .note
    note.finding.problem += " (accepted by the profile: \(entry.reason))"
    return note
  }

  private static func expired(_ entry: KnownDefect, _ expires: CalendarDate) -> Finding {
    Finding(
      id: "SDEI-T260",
      severity: .warning,
      path: "defects[\(entry.rule)]",
      problem: "the profile accepted \(entry.rule) until \(expires), and that is over "
        + "(\(entry.reason))",
      action: "resolve the hazard, or decide anew and set another day"
    )
  }

  /// Nobody looks at a note: an entry that may be over must not pass as a yes.
  private static func undated(_ entry: KnownDefect, _ expires: CalendarDate) -> Finding {
    Finding(
      id: "SDEI-T261",
      severity: .warning,
      path: "defects[\(entry.rule)]",
      problem:
        "the profile accepts \(entry.rule) until \(expires), and what day it is was not told",
      action: "name the day with --today YYYY-MM-DD"
    )
  }

  private static func refusal(_ entry: KnownDefect) -> Finding {
    Finding(
      id: "SDEI-T262",
      severity: .warning,
      path: "defects[\(entry.rule)]",
      problem: "the profile accepts \(entry.rule), which is a command's refusal: a state that is "
        + "refused is not loaded",
      action: "remove the entry"
    )
  }
}
