internal import SDEIModel

/// What a host's owner accepts for a reason: such a finding becomes a note, until the day it expires.
enum AcceptedHazards {
  static func apply(
    _ defects: [KnownDefect],
    to items: [FindingList.Item],
    today: CalendarDate?
  ) -> [Finding] {
    let entries = Dictionary(defects.map { ($0.rule, $0) }) { first, _ in first }
    var matched: Set<String> = []
    var refused: Set<String> = []
    var findings = items.map { item -> Finding in
      guard let entry = entries[item.finding.id], item.finding.severity != .note else {
        return item.finding
      }
      if item.isRefusal {
        refused.insert(entry.rule)
        return item.finding
      }
      matched.insert(entry.rule)
      return isExpired(entry, today) ? item.finding : accepted(item.finding, entry)
    }
    for entry in defects where refused.contains(entry.rule) { findings.append(refusal(entry)) }
    for entry in defects where matched.contains(entry.rule) {
      guard let expires = entry.expires else { continue }
      if today == nil {
        findings.append(undated(entry, expires))
      } else if isExpired(entry, today) {
        findings.append(expired(entry, expires))
      }
    }
    return findings
  }

  /// The day that is named is the last one on which the entry counts.
  private static func isExpired(_ entry: KnownDefect, _ today: CalendarDate?) -> Bool {
    guard let expires = entry.expires, let today else { return false }
    return today > expires
  }

  private static func accepted(_ finding: Finding, _ entry: KnownDefect) -> Finding {
    var note = finding
    note.severity = .note
    note.problem += " (accepted by the profile: \(entry.reason))"
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

  private static func undated(_ entry: KnownDefect, _ expires: CalendarDate) -> Finding {
    Finding(
      id: "SDEI-T261",
      severity: .note,
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
