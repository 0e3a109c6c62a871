internal import SDEIModel

/// Where a rule's check puts what it finds.
struct RuleReport {
  private let rule: Rule
  private let severity: Severity
  private let place: RulePlace
  private var findings: Findings

  /// Takes the findings so far, to which `finish` gives back what was added: were they in two places
  /// meanwhile, every finding would cost a copy of all of them.
  init(
    _ rule: Rule,
    _ severity: Severity,
    _ findings: inout Findings,
    at place: RulePlace = .state
  ) {
    (self.rule, self.severity) = (rule, min(severity, place.worst))
    (self.place, self.findings) = (place, findings)
    findings = Findings()
  }

  /// Notes that the rule is broken at a place; `found` says what is there.
  mutating func add(_ path: @autoclosure () -> String, found: @autoclosure () -> String = "") {
    let (rule, severity, place) = (rule, severity, place)
    findings.add(rule.id, severity) {
      let found = found()
      return Finding(
        id: rule.id,
        severity: severity,
        path: place.path(path()),
        offset: place.offset,
        problem: rule.problem + (found.isEmpty ? "" : ": " + found),
        action: rule.action
      )
    }
  }

  /// Notes that the rule is broken in some slots of an event; nothing where there are none.
  ///
  /// The path of a shared event names no vCPU: its slot is the event's.
  mutating func add(
    _ event: Event,
    _ slots: Bitmap,
    _ field: String,
    found: @autoclosure () -> String = ""
  ) {
    if slots.isEmpty { return }
    if event.isShared && slots == Bitmap(below: 1) {
      add(ModelPath.event(event.number, field), found: found())
    } else {
      add(ModelPath.event(event.number, vcpus: slots, field), found: found())
    }
  }

  /// Notes that the rule could not be checked: what it asks for is not known.
  mutating func addUnchecked(_ path: String, because reason: String) {
    let (rule, place) = (rule, place)
    findings.add(rule.id, .note) {
      Finding(
        id: rule.id,
        severity: .note,
        path: place.path(path),
        offset: place.offset,
        problem: "this can not be checked (\(rule.title)): \(reason)",
        action: "check it at the source"
      )
    }
  }

  consuming func finish() -> Findings { findings }
}
