internal import SDEIModel

/// Whether the events of a state exist at a destination, with the properties that the guest knows.
///
/// What a guest uses is an error, what it may have read about only is a hazard.
enum EventCheck {
  static func findings(_ state: TravellingState, _ profile: Profile, _ list: inout FindingList) {
    guard let offered = profile.events else { return }
    let offers = Dictionary(offered.map { ($0.number, $0.definition) }) { first, _ in first }
    for event in state.events {
      if let offer = offers[event.number] {
        guard let mine = event.definition, let theirs = offer else { continue }
        compare(
          event.number,
          mine,
          theirs,
          isUsed: state.used.contains(event.number),
          profile,
          &list
        )
      } else if event.definition?.origin != .slot {
        // A slot's number is given by INTERRUPT_BIND: how many slots there are is asked elsewhere.
        notOffered(event, isUsed: state.used.contains(event.number), profile, &list)
      }
    }
  }

  private static func notOffered(
    _ event: Event,
    isUsed: Bool,
    _ profile: Profile,
    _ list: inout FindingList
  ) {
    list.add(
      "SDEI-T210",
      isUsed ? .error : .warning,
      ModelPath.event(event.number),
      isUsed
        ? "the guest has a handler for the event, and \(profile.name) does not offer it"
        : "the guest was offered the event, and \(profile.name) does not offer it",
      isUsed
        ? "let the guest unregister it, or use a destination that offers it"
        : "use a destination that offers it, if the guest may register it yet"
    )
  }

  private static func compare(
    _ number: EventNumber,
    _ mine: EventDefinition,
    _ theirs: EventDefinition,
    isUsed: Bool,
    _ profile: Profile,
    _ list: inout FindingList
  ) {
    let grave: Severity = isUsed ? .error : .warning
    func differ<T: Equatable>(
      _ id: String,
      _ severity: Severity,
      _ field: String,
      _ mine: T,
      _ theirs: T,
      _ text: (T) -> String
    ) {
      if mine == theirs { return }
      list.add(
        id,
        severity,
        ModelPath.event(number, field),
        "the guest knows the event as \(text(mine)), and \(profile.name) offers it as "
          + text(theirs),
        "use a destination that offers it as \(text(mine))"
      )
    }
    differ("SDEI-T211", grave, "type", mine.type, theirs.type) { $0.description }
    differ("SDEI-T212", grave, "priority", mine.priority, theirs.priority) { $0.description }
    differ(
      "SDEI-T213",
      mine.isSignalable ? grave : .warning,
      "signalable",
      mine.isSignalable,
      theirs.isSignalable
    ) { $0 ? "signalable" : "not signalable" }
    differ("SDEI-T214", .warning, "trigger", mine.trigger, theirs.trigger) {
      "\($0.rawValue)-triggered"
    }
    differ("SDEI-T215", .warning, "origin", mine.origin, theirs.origin) { origin in
      switch origin {
      case .platform: "the platform's"
      case .firmware: "the firmware's"
      case .slot: "a bind slot's"
      }
    }
    // What is bound to a slot is the guest's doing, and no property of the number.
    if mine.origin == .slot { return }
    differ("SDEI-T216", .warning, "interrupt", mine.interrupt, theirs.interrupt) { interrupt in
      interrupt.map { "that of interrupt \($0)" } ?? "one without an interrupt"
    }
  }
}
