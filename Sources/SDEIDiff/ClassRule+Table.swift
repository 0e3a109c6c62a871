extension ClassRule {
  private static func row(
    _ fields: Set<String>,
    _ fact: ChangeFact,
    _ changeClass: ChangeClass,
    _ reason: String
  ) -> ClassRule {
    ClassRule(fields: fields, fact: fact, changeClass: changeClass, reason: reason)
  }

  private static func row(
    _ fields: Set<String>,
    _ changeClass: ChangeClass,
    _ reason: String
  ) -> ClassRule {
    ClassRule(fields: fields, fact: nil, changeClass: changeClass, reason: reason)
  }

  /// The table, by field; where several rows are for one field, those with a fact come first.
  static let table: [ClassRule] =
    instance + vcpus + definitions + handlers + extras

  private static let instance = [
    row(
      ["instance.version"],
      .lowered,
      .breaksMigration,
      "the guest was told of a later version and may use what only that has"
    ),
    row(
      ["instance.version"],
      .guestVisible,
      "SDEI_VERSION returns it"
    ),
    row(
      ["instance.clientEL"],
      .breaksMigration,
      "handlers are entered at another exception level"
    ),
    row(
      [
        "instance.features.privateSlots", "instance.features.sharedSlots",
        "instance.features.relativeMode",
      ],
      .lowered,
      .breaksMigration,
      "the guest was told of a feature that is gone"
    ),
    row(
      [
        "instance.features.privateSlots", "instance.features.sharedSlots",
        "instance.features.relativeMode",
      ],
      .guestVisible,
      "SDEI_FEATURES returns it"
    ),
    row(
      ["instance.dialect"],
      .breaksMigration,
      "another implementation reads the same bits by other rules"
    ),
    row(["instance.producer"], .hostOnly, "it says what made the state"),
  ]

  private static let vcpus = [
    row(["vcpus.count"], .breaksMigration, "the guest has another number of vCPUs"),
    row(["vcpus.masked"], .sameMeaning, .representation, "these vCPUs do not exist"),
    row(["vcpus.masked"], .guestVisible, "masked vCPUs take no events"),
    row(
      ["vcpus.deliveryRequest"],
      .hostOnly,
      "it asks the host to look for an event, which it does before it enters the guest"
    ),
    row(["vcpus.power"], .untold, .representation, "one of the states does not tell"),
    row(["vcpus.power"], .sameMeaning, .representation, "these vCPUs do not exist"),
    row(["vcpus.power"], .guestVisible, "other vCPUs of the guest are told of it"),
    row(
      ["vcpus.affinity", "vcpus.affinityKnown"],
      .untold,
      .representation,
      "one of the states does not tell"
    ),
    row(
      ["vcpus.affinity", "vcpus.affinityKnown"],
      .sameMeaning,
      .representation,
      "it means nothing for these vCPUs"
    ),
    row(
      ["vcpus.affinity", "vcpus.affinityKnown"],
      .breaksMigration,
      "the guest knows its vCPUs by their affinities, and routes events by them"
    ),
  ]

  private static let definitions = [
    row(
      ["event"],
      .sameMeaning,
      .representation,
      "nothing is known of the event, and it has no handler"
    ),
    row(
      ["event"],
      .unused,
      .guestVisible,
      "SDEI_EVENT_GET_INFO tells of it, but nothing was registered for it"
    ),
    row(["event"], .breaksMigration, "one side lacks what the guest uses"),
    row(
      ["event.definition"],
      .untold,
      .representation,
      "one of the states does not tell what the event is"
    ),
    row(
      ["event.type", "event.priority", "event.signalable", "event.trigger", "event.origin"],
      .breaksMigration,
      "what an event is, is fixed for the life of its number"
    ),
    row(
      ["event.interrupt"],
      .bindSlot,
      .guestVisible,
      "the guest binds interrupts to slots and releases them"
    ),
    row(
      ["event.interrupt"],
      .hostOnly,
      "which interrupt produces an event of the platform's own is the host's matter"
    ),
    row(["event.notifier"], .hostOnly, "it says who on the host wants to hear of the event"),
    row(
      ["event.routing.mode", "event.routing.affinity"],
      .sameMeaning,
      .representation,
      "routing means nothing for this event"
    ),
    row(
      ["event.routing.mode", "event.routing.affinity"],
      .guestVisible,
      "it decides which vCPU handles the event"
    ),
  ]

  private static let handlers = [
    row(
      ["slot.registered", "slot.enabled", "slot.running", "slot.unregisterPending"],
      .sameMeaning,
      .representation,
      "the handler's state is the same, or these slots do not exist"
    ),
    row(
      ["slot.registered", "slot.enabled", "slot.running", "slot.unregisterPending"],
      .guestVisible,
      "SDEI_EVENT_STATUS returns it, and it decides what is delivered"
    ),
    row(
      ["slot.relative", "slot.entry", "slot.argument"],
      .sameMeaning,
      .representation,
      "no handler is there: the value is left over"
    ),
    row(
      ["slot.relative", "slot.entry"],
      .guestVisible,
      "the handler is entered elsewhere"
    ),
    row(["slot.argument"], .guestVisible, "the handler is given another argument"),
    row(
      ["slot.pending"],
      .sameMeaning,
      .representation,
      "as many occurrences wait: the dialect counts those being handled, or these slots do not exist"
    ),
    row(["slot.pending"], .guestVisible, "other occurrences wait to be delivered"),
    row(
      ["context"],
      .sameMeaning,
      .representation,
      "no handler runs there: the registers are left over from one"
    ),
    row(
      ["context"],
      .guestVisible,
      "the guest goes on from there when the handler completes"
    ),
  ]

  private static func names(_ names: String...) -> Set<String> {
    Set(names.map { "extras.\($0)" })
  }

  private static let extras = [
    row(
      names("exposedOrder", "registeredOrder", "queueOrder", "instanceOrder"),
      .sameMeaning,
      .representation,
      "the order of the list, or that it is stored, tells nothing"
    ),
    row(
      names("exposedOrder", "registeredOrder", "instanceOrder"),
      .guestVisible,
      "the kernel finds other events in its list"
    ),
    row(names("queueOrder"), .guestVisible, "events are delivered in the order of the queue"),
    row(
      names(
        "surplusExposed",
        "surplusRegistered",
        "surplusQueued",
        "signaled",
        "masked",
        "peState",
        "stateBits"
      ),
      .representation,
      "the bytes mean the same"
    ),
    row(
      names("slotRouteMode", "slotRouteAffinity"),
      .representation,
      "routing means nothing for handlers of single vCPUs"
    ),
    row(
      names("mpidrFlags"),
      .representation,
      "these bits of MPIDR_EL1 are no part of the affinity"
    ),
    row(names("notifier", "slotNotifier"), .hostOnly, "it is a pointer of the host's kernel"),
    row(
      names("refcount", "registrationCount"),
      .hostOnly,
      "it is the host's own count of handlers"
    ),
    row(
      Set(
        [
          "exposedPadding", "registeredPadding", "registeredHole", "vcpuPadding", "queuePadding",
          "slotPadding",
        ].map { "extras.\($0)" } + (0..<12).map { "extras.contextTail\($0)" }
      ),
      .hostOnly,
      "nobody defines these bytes"
    ),
  ]
}
