internal import SDEIModel

/// What a destination that takes snapshots and follows DEN0054 has no state for.
///
/// Asked of the dialects without a migration ABI of their own, whose SET commands would tell.
enum SpecificationCheck {
  static func findings(_ state: TravellingState, _ profile: Profile, _ list: inout FindingList) {
    guard profile.dialect == .specification || profile.dialect == .tfA else { return }
    let level = state.snapshot.instance.clientEL
    if level != 1 && level != 2 {
      list.add(
        "SDEI-T245",
        .error,
        "instance.clientEL",
        "a client runs at EL1 or EL2, not at EL\(level) (DEN0054C 3.2.1)",
        "correct the level"
      )
    }
    for event in state.events { check(event, state, &list) }
  }

  private static func check(
    _ event: Event,
    _ state: TravellingState,
    _ list: inout FindingList
  ) {
    let grave: Severity = state.used.contains(event.number) ? .error : .warning
    if event.number.space == .invalid {
      list.add(
        "SDEI-T240",
        grave,
        ModelPath.event(event.number),
        "the number lies in no number space (DEN0054C 4.4)",
        "use a destination that knows such numbers"
      )
    }
    if let definition = event.definition {
      if !definition.type.isDefined || !definition.priority.isDefined {
        list.add(
          "SDEI-T241",
          grave,
          ModelPath.event(event.number, definition.type.isDefined ? "priority" : "type"),
          "the value is none that DEN0054C defines (5.1.10)",
          "correct the definition"
        )
      }
    }
    let slots = state.slots(event)
    let registered = event.registered.intersection(slots)
    let orphaned = event.enabled.intersection(slots).subtracting(registered)
    if !orphaned.isEmpty {
      list.add(
        "SDEI-T242",
        .error,
        ModelPath.event(event.number, vcpus: orphaned, "enabled"),
        "the handler is enabled and not registered: no state of DEN0054C 6.1",
        "correct the state where it comes from"
      )
    }
    guard event.isShared else { return }
    if !registered.isEmpty && !event.routing.mode.isDefined {
      list.add(
        "SDEI-T244",
        .error,
        ModelPath.event(event.number, "routing.mode"),
        "the routing mode is neither any nor pe (DEN0054C 5.1.2)",
        "set the mode that the guest asked for"
      )
    }
    let runners = Set(state.runningContexts[event.number] ?? [])
    if runners.count > 1 {
      list.add(
        "SDEI-T243",
        .error,
        ModelPath.event(event.number, vcpus: Bitmap(indexes: runners), "running"),
        "the handler of a shared event runs on several vCPUs at once (DEN0054C 3.3.2)",
        "let the handlers complete before the move"
      )
    }
  }
}
