internal import SDEIModel

/// Events that their source had exposed, and whose definition the state's form does not tell.
///
/// KVM v2 to v4 register only what their VMM exposed, queue only what is registered, and take nothing
/// back; but no GET command tells what was exposed. So an event that such a state has registered or
/// queued, with a number that the source could have exposed, and without a definition and a place in
/// the exposed list, was exposed all the same: by a VMM that did not write it down (a transcript
/// without its SET_EVENT frame, QEMU's `cpu/sdei`).
///
/// Of all other dialects the list is complete: v5's GET tells it, so that an event that v5's list
/// lacks is not exposed. An event with a definition that a stored list lacks is not exposed either.
enum UnknownDefinitions {
  /// The numbers, ascending; none where the state does not come from KVM v2 to v4.
  static func numbers(
    _ snapshot: Snapshot,
    from source: DialectID,
    lists: FoldedLists,
    exposed: Set<EventNumber>
  ) -> [EventNumber] {
    guard source == .kvmV4 else { return [] }
    let named = Set(lists.registered).union(lists.queued.filter { !$0.value.isEmpty }.keys)
    return named.subtracting(exposed).filter {
      source.namesEvent($0) && snapshot.events[$0]?.definition == nil
    }.sorted()
  }

  /// How many numbers the text shows.
  private static let shown = 8

  /// What the destination's VMM must do about them; nil where there are none.
  static func hazard(_ numbers: [EventNumber]) -> LoadHazard? {
    guard !numbers.isEmpty else { return nil }
    let list = numbers.prefix(shown).map { "\($0)" }.joined(separator: ", ")
    let more = numbers.count > shown ? " and \(numbers.count - shown) more" : ""
    let isOne = numbers.count == 1
    let them = isOne ? "it" : "them"
    let what =
      isOne ? "the definition of 1 event is" : "the definitions of \(numbers.count) events are"
    let rule = HazardRule.unknown(
      problem: "\(what) unknown (\(list)\(more)), since no GET command tells what was exposed: the "
        + "destination refuses \(them) unless its VMM exposes \(them)",
      action: "supply \(them) with --events FILE, and let the VMM expose \(them)"
    )
    return LoadHazard(rule: rule, event: nil, vcpus: nil)
  }
}

extension HazardRule {
  /// The rule, in words that say which events.
  fileprivate static func unknown(problem: String, action: String) -> HazardRule {
    HazardRule(
      id: "SDEI-T124",
      severity: .warning,
      place: .state,
      field: "events",
      problem: problem,
      action: action,
      source: "KVM/arm64 SDEI series v2, patches 16 and 17",
      isCondition: true
    )
  }

  /// The rule, in words that hold for any events.
  static let definitionsUnknown = unknown(
    problem: "the definitions of events are unknown, since no GET command tells what was exposed: "
      + "the destination refuses them unless its VMM exposes them",
    action: "supply them with --events FILE, and let the VMM expose them"
  )
}
