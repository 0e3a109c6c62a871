internal import SDEIModel

/// Two states one operation apart as the rules look at them, and what several rules ask, made once.
struct StatePair {
  let before: CheckedState
  let after: CheckedState
  /// The events of both, ascending.
  let events: [EventPair]

  /// O(events + runs).
  init(_ before: CheckedState, _ after: CheckedState) {
    (self.before, self.after) = (before, after)
    var pairs: [EventPair] = []
    var (i, j) = (0, 0)
    while i < before.events.count || j < after.events.count {
      let old = i < before.events.count ? before.events[i] : nil
      let new = j < after.events.count ? after.events[j] : nil
      let number = min(old?.number ?? .last, new?.number ?? .last)
      let isOld = i < before.events.count && old?.number == number
      let isNew = j < after.events.count && new?.number == number
      pairs.append(
        EventPair(isOld ? old : nil, isNew ? new : nil, number, before, after)
      )
      if isOld { i += 1 }
      if isNew { j += 1 }
    }
    events = pairs
  }

  /// In what the states can not be of one instance.
  private func differences() -> [(path: String, found: String)] {
    let (old, new) = (before.instance, after.instance)
    var result: [(String, String)] = []
    if before.vcpus.count != after.vcpus.count {
      result.append(
        ("vcpus.count", "\(after.vcpus.count) vCPUs, and \(before.vcpus.count) before")
      )
    }
    if (old.version.major, old.version.minor) != (new.version.major, new.version.minor) {
      result.append(("instance.version", "\(new.version), and \(old.version) before"))
    }
    if old.clientEL != new.clientEL {
      result.append(("instance.clientEL", "\(new.clientEL), and \(old.clientEL) before"))
    }
    return result
  }

  /// Whether both states can be of one instance; each reason why not is a finding.
  func isOneInstance(at place: RulePlace, _ findings: inout Findings) -> Bool {
    let differences = differences()
    var report = RuleReport(.otherInstance, .error, &findings, at: place)
    for difference in differences { report.add(difference.path, found: difference.found) }
    findings = report.finish()
    return differences.isEmpty
  }
}

/// One event in two states; where a state does not have it, no handler of it is registered there.
struct EventPair {
  let number: EventNumber
  let old: Event
  let new: Event
  /// Whether the state before has the event.
  let isOld: Bool
  /// Whether the state afterwards has it.
  let isNew: Bool
  /// The states of its handlers before, and afterwards.
  let (from, to): (HandlerStates, HandlerStates)

  fileprivate init(
    _ old: Event?,
    _ new: Event?,
    _ number: EventNumber,
    _ before: CheckedState,
    _ after: CheckedState
  ) {
    self.number = number
    (isOld, isNew) = (old != nil, new != nil)
    self.old = old ?? Event(number, definition: new?.definition)
    self.new = new ?? Event(number, definition: old?.definition)
    from = HandlerStates(self.old, in: before)
    to = HandlerStates(self.new, in: after)
  }

  /// Whether both states say in the same slots what the handlers do: they differ where only one
  /// knows that the event is shared.
  var hasSameSlots: Bool { old.isShared == new.isShared }

  /// The slots in which the handler is registered before and afterwards.
  var registered: Bitmap {
    hasSameSlots ? from.registered.intersection(to.registered) : Bitmap()
  }
}

extension EventNumber {
  fileprivate static let last = EventNumber(UInt64.max)
}
