internal import SDEIModel

/// Whether a destination has room: vCPUs, events, slots.
enum RoomCheck {
  static func findings(_ state: TravellingState, _ profile: Profile, _ list: inout FindingList) {
    vcpus(state, profile, &list)
    events(state, profile, &list)
    if let numbering = profile.numbering { self.numbering(state, numbering, profile, &list) }
  }

  private static func vcpus(
    _ state: TravellingState,
    _ profile: Profile,
    _ list: inout FindingList
  ) {
    let count = state.snapshot.vcpus.count
    guard let limit = profile.limits.vcpus, count > limit else { return }
    list.add(
      "SDEI-T201",
      .error,
      "vcpus.count",
      "the VM has \(count) vCPUs, and \(profile.name) has room for \(limit)",
      "use a destination with more room"
    )
  }

  private static func events(
    _ state: TravellingState,
    _ profile: Profile,
    _ list: inout FindingList
  ) {
    let limits = profile.limits
    let kinds: [(String, String, UInt32?, (Event) -> Bool)] = [
      ("SDEI-T202", "event", limits.events, { _ in true }),
      (
        "SDEI-T203", "private event", limits.privateEvents,
        { $0.definition?.type == .private }
      ),
      ("SDEI-T204", "shared event", limits.sharedEvents, { $0.isShared }),
      (
        "SDEI-T205", "critical event", limits.criticalEvents,
        { $0.definition?.priority == .critical }
      ),
    ]
    for (id, kind, limit, condition) in kinds {
      guard let limit else { continue }
      let count = state.count(condition)
      guard count.all > Int(limit) else { continue }
      let isUsed = count.used > Int(limit)
      list.add(
        id,
        isUsed ? .error : .warning,
        "events",
        "the state has \(count.all) \(kind)\(count.all == 1 ? "" : "s"), registered or running: "
          + "\(count.used), and "
          + "\(profile.name) has room for \(limit)",
        isUsed
          ? "let the guest unregister some, or use a destination with more room"
          : "leave out those that the guest does not use"
      )
    }
  }

  private static func numbering(
    _ state: TravellingState,
    _ numbering: SlotNumbering,
    _ profile: Profile,
    _ list: inout FindingList
  ) {
    var taken: [UInt64: EventNumber] = [:]
    for event in state.events {
      let slot = event.number.rawValue & numbering.mask
      let severity: Severity = state.used.contains(event.number) ? .error : .warning
      if slot >= UInt64(numbering.slots) {
        list.add(
          "SDEI-T206",
          severity,
          ModelPath.event(event.number),
          "the number's slot is \(slot), and \(profile.name) has \(numbering.slots) slots",
          "use a destination without this rule: a guest can not be given another number"
        )
      } else if let other = taken[slot] {
        list.add(
          "SDEI-T207",
          severity,
          ModelPath.event(event.number),
          "the number's slot, \(slot), is that of event \(other), too",
          "use a destination without this rule: a guest can not be given another number"
        )
      } else {
        taken[slot] = event.number
      }
    }
  }
}
