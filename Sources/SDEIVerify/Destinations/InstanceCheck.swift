internal import SDEIModel

/// Whether the guest meets the SDEI instance that it knows: version, exception level, features.
enum InstanceCheck {
  static func findings(_ state: TravellingState, _ profile: Profile, _ list: inout FindingList) {
    let instance = state.snapshot.instance
    version(instance, profile, &list)
    if let level = profile.clientEL, level != instance.clientEL {
      list.add(
        "SDEI-T223",
        .error,
        "instance.clientEL",
        "the client is at EL\(instance.clientEL), and clients of \(profile.name) are at EL\(level)",
        "use a destination whose guests run at EL\(instance.clientEL)"
      )
    }
    slots(state, profile, &list)
    relativeMode(state, profile, &list)
    if instance.dialect != profile.dialect { behaviour(state, profile, &list) }
  }

  /// The version that a guest has seen is pinned: what it was told to be there must stay.
  private static func version(
    _ instance: Instance,
    _ profile: Profile,
    _ list: inout FindingList
  ) {
    let seen = instance.version
    if let offered = profile.version {
      if seen.major != offered.major || seen.minor > offered.minor {
        list.add(
          "SDEI-T220",
          .error,
          "instance.version",
          "the guest was told SDEI \(seen), and \(profile.name) offers \(offered), which need not "
            + "have what the guest relies on",
          "use a destination that offers \(seen)"
        )
      } else if seen.minor < offered.minor {
        list.add(
          "SDEI-T221",
          .warning,
          "instance.version",
          "the guest was told SDEI \(seen), and \(profile.name) offers \(offered): a guest that "
            + "asks again gets another answer",
          "let the destination tell \(seen), if it can; all that \(seen) has is there"
        )
      }
    }
    if let vendor = profile.vendor, vendor != seen.vendor {
      list.add(
        "SDEI-T222",
        .warning,
        "instance.version",
        "the guest was told vendor version \(hex(UInt64(seen.vendor))), and \(profile.name) tells "
          + hex(UInt64(vendor)),
        "make sure that the guest takes no decision by it"
      )
    }
  }

  private static func slots(
    _ state: TravellingState,
    _ profile: Profile,
    _ list: inout FindingList
  ) {
    let seen = state.snapshot.instance.features
    let kinds = [
      (
        "private", EventType.private, profile.features.privateSlots, seen.privateSlots,
        "SDEI-T230", "SDEI-T232"
      ),
      (
        "shared", .shared, profile.features.sharedSlots, seen.sharedSlots, "SDEI-T231",
        "SDEI-T233"
      ),
    ]
    for (kind, type, offered, seen, tooFew, fewer) in kinds {
      guard let offered else { continue }
      let bound = state.bound(type)
      if bound > Int(offered) {
        list.add(
          tooFew,
          .error,
          "events",
          "\(bound) interrupts are bound to \(kind) events, and \(profile.name) has \(offered) "
            + "slots for them",
          "let the guest release some, or use a destination with more \(kind) slots"
        )
      } else if offered < seen {
        list.add(
          fewer,
          .warning,
          "instance.features.\(kind)Slots",
          "the guest was told of \(seen) \(kind) bind slots, and \(profile.name) has \(offered)",
          "use a destination with as many; a bind that should succeed would not"
        )
      }
    }
  }

  private static func relativeMode(
    _ state: TravellingState,
    _ profile: Profile,
    _ list: inout FindingList
  ) {
    guard profile.features.relativeMode == false else { return }
    if state.usesRelativeMode {
      list.add(
        "SDEI-T234",
        .error,
        "events",
        "handlers are registered relative to the vector base, and \(profile.name) has no relative "
          + "mode",
        "use a destination with relative mode: such an entry point is no address"
      )
    } else if state.snapshot.instance.features.relativeMode {
      list.add(
        "SDEI-T235",
        .warning,
        "instance.features.relativeMode",
        "the guest was told of relative mode, and \(profile.name) has none",
        "use a destination with it; a registration that should succeed would not"
      )
    }
  }

  private static func behaviour(
    _ state: TravellingState,
    _ profile: Profile,
    _ list: inout FindingList
  ) {
    let dialect = state.snapshot.instance.dialect
    list.add(
      "SDEI-T250",
      .note,
      "instance.dialect",
      "the guest met the behaviour of \(dialect.name), and meets that of \(profile.dialect.name)",
      "sdeictl dialects tells what each does otherwise"
    )
    let fields = extraFields(state.snapshot).filter { !$0.dialects.contains(profile.dialect) }
    guard !fields.isEmpty else { return }
    list.add(
      "SDEI-T251",
      .note,
      "extras",
      "what only \(dialect.name) has stays behind: " + fields.map(\.name).joined(separator: ", "),
      "no guest sees it"
    )
  }

  /// The extras that a snapshot has, ascending; O(events).
  private static func extraFields(_ snapshot: Snapshot) -> [ExtraField] {
    let extras = snapshot.extras
    var fields = Set(extras.values.items.map(\.field))
    fields.formUnion(extras.lists.items.map(\.field))
    fields.formUnion(extras.vcpuValues.items.map(\.field))
    fields.formUnion(extras.vcpuLists.items.map(\.field))
    for event in snapshot.events {
      for item in event.extras.items { fields.insert(item.field) }
      for item in event.slotExtras.items { fields.insert(item.field) }
    }
    return fields.sorted()
  }
}
