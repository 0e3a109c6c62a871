import SDEIDiff
import SDEIModel

extension DiffStates {
  /// One edit and how it is told.
  struct Edit: Sendable, CustomStringConvertible {
    let path: String
    let changeClass: ChangeClass
    let words: String
    var mark = DiffItem.Mark.changed
    let make: @Sendable (inout Snapshot) -> Void
    var description: String { "\(path): \(words)" }
  }

  static func event(
    _ number: EventNumber,
    _ body: @escaping @Sendable (inout Event) -> Void
  ) -> @Sendable (inout Snapshot) -> Void {
    { $0.events.update(number, body) }
  }

  static let edits = instanceEdits + vcpuEdits + eventEdits + handlerEdits + contextEdits

  private static let instanceEdits = [
    Edit(
      path: "instance.version",
      changeClass: .breaksMigration,
      words: "instance: version 1.1 -> 1.0"
    ) { $0.instance.version = .v1_0 },
    Edit(
      path: "instance.version",
      changeClass: .guestVisible,
      words: "instance: version 1.1 (vendor 0x0) -> 1.1 (vendor 0x4b564d)"
    ) { $0.instance.version = SDEIVersion(major: 1, minor: 1, vendor: 0x4B_564D) },
    Edit(
      path: "instance.clientEL",
      changeClass: .breaksMigration,
      words: "instance: client at EL1 -> at EL2"
    ) { $0.instance.clientEL = 2 },
    Edit(
      path: "instance.features.privateSlots",
      changeClass: .breaksMigration,
      words: "instance: private bind slots 2 -> 1"
    ) { $0.instance.features.privateSlots = 1 },
    Edit(
      path: "instance.features.sharedSlots",
      changeClass: .guestVisible,
      words: "instance: shared bind slots 2 -> 3"
    ) { $0.instance.features.sharedSlots = 3 },
    Edit(
      path: "instance.features.relativeMode",
      changeClass: .breaksMigration,
      words: "instance: relative mode yes -> no"
    ) { $0.instance.features.relativeMode = false },
    Edit(
      path: "instance.dialect",
      changeClass: .breaksMigration,
      words: "instance: dialect kvm-v5 -> specification"
    ) { $0.instance.dialect = .specification },
    Edit(
      path: "instance.producer",
      changeClass: .hostOnly,
      words: "instance: producer \"one\" -> \"two\""
    ) { $0.instance.producer = "two" },
  ]

  private static let vcpuEdits = [
    Edit(path: "vcpus.count", changeClass: .breaksMigration, words: "vCPUs: 8 -> 9") {
      $0.vcpus.count = 9
    },
    Edit(
      path: "vcpus[3-4].masked",
      changeClass: .guestVisible,
      words: "vCPUs 3-4: unmasked -> masked"
    ) { $0.vcpus.masked = Bitmap(IndexRange(3, 4)) },
    Edit(
      path: "vcpus[20].masked",
      changeClass: .representation,
      words: "vCPU 20: unmasked -> masked"
    ) { $0.vcpus.masked.insert(20) },
    Edit(
      path: "vcpus[3].deliveryRequest",
      changeClass: .hostOnly,
      words: "vCPU 3: no delivery requested -> delivery requested"
    ) { $0.vcpus.deliveryRequest.insert(3) },
    Edit(
      path: "vcpus[3].power",
      changeClass: .guestVisible,
      words: "vCPU 3: power on -> off"
    ) { $0.vcpus.power[3] = 2 },
    Edit(
      path: "vcpus[3].power",
      changeClass: .representation,
      words: "vCPU 3: power on -> unknown"
    ) { $0.vcpus.power[3] = 0 },
    Edit(
      path: "vcpus[3].affinity",
      changeClass: .breaksMigration,
      words: "vCPU 3: affinity 0.0.0.3 -> 0.0.0.9"
    ) { $0.vcpus.affinity[3] = 9 },
    Edit(
      path: "vcpus[0].affinityKnown",
      changeClass: .representation,
      words: "vCPU 0: affinity 0.0.0.0 -> unknown"
    ) { $0.vcpus.affinityKnown.remove(0) },
  ]

  private static let eventEdits = [
    Edit(
      path: "events[0x40400004]",
      changeClass: .guestVisible,
      words: "event 0x40400004: private, normal, not signalable; unregistered",
      mark: .added
    ) {
      $0.events.insert(Event(EventNumber(0x4040_0004), definition: definition(.private)))
    },
    Edit(
      path: "events[0x40400005]",
      changeClass: .representation,
      words: "event 0x40400005: definition unknown; unregistered",
      mark: .added
    ) { $0.events.insert(Event(EventNumber(0x4040_0005))) },
    Edit(
      path: "events[0x40400001]",
      changeClass: .breaksMigration,
      words: "event 0x40400001: private, normal, not signalable; enabled on vCPUs 0,2-7; "
        + "enabled, running on vCPU 1; 0 waiting (count 1, one of them running)",
      mark: .removed
    ) { $0.events[handled] = nil },
    Edit(
      path: "events[0x40400003].definition",
      changeClass: .representation,
      words: "event 0x40400003: definition private, normal, not signalable -> unknown",
      make: event(unused) { $0.definition = nil }
    ),
    Edit(
      path: "events[0x40400003].type",
      changeClass: .breaksMigration,
      words: "event 0x40400003: type private -> shared",
      make: event(unused) { $0.definition?.type = .shared }
    ),
    Edit(
      path: "events[0x40400003].priority",
      changeClass: .breaksMigration,
      words: "event 0x40400003: priority normal -> 0x7",
      make: event(unused) { $0.definition?.priority = EventPriority(rawValue: 7) }
    ),
    Edit(
      path: "events[0x40400003].signalable",
      changeClass: .breaksMigration,
      words: "event 0x40400003: signalable no -> yes",
      make: event(unused) { $0.definition?.isSignalable = true }
    ),
    Edit(
      path: "events[0x40400003].trigger",
      changeClass: .breaksMigration,
      words: "event 0x40400003: trigger edge -> level",
      make: event(unused) { $0.definition?.trigger = .level }
    ),
    Edit(
      path: "events[0x40400003].origin",
      changeClass: .breaksMigration,
      words: "event 0x40400003: origin platform -> firmware",
      make: event(unused) { $0.definition?.origin = .firmware }
    ),
    Edit(
      path: "events[0x40400003].interrupt",
      changeClass: .hostOnly,
      words: "event 0x40400003: interrupt none -> 33",
      make: event(unused) { $0.definition?.interrupt = 33 }
    ),
    Edit(
      path: "events[0x40400002].interrupt",
      changeClass: .guestVisible,
      words: "event 0x40400002: interrupt none -> 33",
      make: event(shared) { $0.definition?.interrupt = 33 }
    ),
    Edit(
      path: "events[0x40400003].notifier",
      changeClass: .hostOnly,
      words: "event 0x40400003: notifier none -> \"apf\"",
      make: event(unused) { $0.definition?.notifier = "apf" }
    ),
    Edit(
      path: "events[0x40400002].routing.mode",
      changeClass: .guestVisible,
      words: "event 0x40400002: routing pe 0.0.0.3 -> any 0.0.0.3",
      make: event(shared) { $0.routing.mode = .any }
    ),
    Edit(
      path: "events[0x40400002].routing.affinity",
      changeClass: .guestVisible,
      words: "event 0x40400002: routing pe 0.0.0.3 -> pe 0.0.0.4",
      make: event(shared) { $0.routing.affinity = Affinity(rawValue: 4) }
    ),
    Edit(
      path: "events[0x40400003].routing.mode",
      changeClass: .representation,
      words: "event 0x40400003: routing any -> 0x80 0.0.0.0",
      make: event(unused) { $0.routing.mode = RoutingMode(rawValue: 0x80) }
    ),
  ]

  private static let handlerEdits = [
    Edit(
      path: "events[0x40400001].vcpus[4-7].enabled",
      changeClass: .guestVisible,
      words: "event 0x40400001 on vCPUs 4-7: enabled -> registered",
      make: event(handled) { $0.enabled.subtract(Bitmap(IndexRange(4, 7))) }
    ),
    Edit(
      path: "events[0x40400001].vcpus[5].registered",
      changeClass: .guestVisible,
      words: "event 0x40400001 on vCPU 5: enabled -> enabled but not registered",
      make: event(handled) { $0.registered.remove(5) }
    ),
    Edit(
      path: "events[0x40400003].vcpus[2].running",
      changeClass: .guestVisible,
      words: "event 0x40400003 on vCPU 2: unregistered -> not registered, running",
      make: event(unused) { $0.running.insert(2) }
    ),
    Edit(
      path: "events[0x40400001].vcpus[1].running",
      changeClass: .representation,
      words: "event 0x40400001 on vCPU 1: enabled, running (stored: registered, enabled) -> "
        + "enabled, running (stored: registered, enabled, running)",
      make: event(handled) { $0.running.insert(1) }
    ),
    Edit(
      path: "events[0x40400001].vcpus[1].unregisterPending",
      changeClass: .guestVisible,
      words: "event 0x40400001 on vCPU 1: enabled, running -> unregister-pending, running",
      make: event(handled) { $0.unregisterPending.insert(1) }
    ),
    Edit(
      path: "events[0x40400002].vcpus[0].enabled",
      changeClass: .guestVisible,
      words: "event 0x40400002: registered -> enabled",
      make: event(shared) { $0.enabled.insert(0) }
    ),
    Edit(
      path: "events[0x40400001].vcpus[99].registered",
      changeClass: .representation,
      words: "event 0x40400001 on vCPU 99: unregistered -> registered",
      make: event(handled) { $0.registered.insert(99) }
    ),
    Edit(
      path: "events[0x40400001].vcpus[5].relative",
      changeClass: .guestVisible,
      words: "event 0x40400001 on vCPU 5: entry is an address -> entry is an offset from VBAR",
      make: event(handled) { $0.relative.insert(5) }
    ),
    Edit(
      path: "events[0x40400003].vcpus[5].relative",
      changeClass: .representation,
      words: "event 0x40400003 on vCPU 5: entry is an address -> entry is an offset from VBAR",
      make: event(unused) { $0.relative.insert(5) }
    ),
    Edit(
      path: "events[0x40400001].vcpus[5].pending",
      changeClass: .guestVisible,
      words: "event 0x40400001 on vCPU 5: pending 0 -> 2",
      make: event(handled) { $0.pending[5] = 2 }
    ),
    Edit(
      path: "events[0x40400001].vcpus[1].pending",
      changeClass: .representation,
      words: "event 0x40400001 on vCPU 1: pending 1 -> 0",
      make: event(handled) { $0.pending[1] = 0 }
    ),
    Edit(
      path: "events[0x40400002].vcpus[5].pending",
      changeClass: .guestVisible,
      words: "event 0x40400002 on vCPU 5: pending 0 -> 1",
      make: event(shared) { $0.pending[5] = 1 }
    ),
    Edit(
      path: "events[0x40400001].vcpus[4-7].entry",
      changeClass: .guestVisible,
      words: "event 0x40400001 on vCPUs 4-7: entry 0x8000 -> 0x9000",
      make: event(handled) { event in
        event.entry = event.entry.overlaid(with: Column(0x9000, at: Bitmap(IndexRange(4, 7))))
      }
    ),
    Edit(
      path: "events[0x40400003].vcpus[2].entry",
      changeClass: .representation,
      words: "event 0x40400003 on vCPU 2: entry 0x0 -> 0x9000",
      make: event(unused) { $0.entry[2] = 0x9000 }
    ),
    Edit(
      path: "events[0x40400001].vcpus[0-7].argument",
      changeClass: .guestVisible,
      words: "event 0x40400001 on vCPUs 0-7: argument 0x100 + 0x100*vCPU -> 0x801 - 0x1*vCPU",
      make: event(handled) { $0.argument = Column((0..<8).map { 0x801 - UInt64($0) }) }
    ),
  ]

  private static let contextEdits = [
    Edit(
      path: "contexts[1].normal.pc",
      changeClass: .guestVisible,
      words: "vCPU 1, normal level: runs 0x40400001 -> runs 0x40400001 with other pc"
    ) { $0.contexts[1, .normal]?.frame.pc = 0x3000 },
    Edit(
      path: "contexts[2].normal.x3",
      changeClass: .representation,
      words: "vCPU 2, normal level: idle, registers left over -> idle, registers left over with "
        + "other x3"
    ) { $0.contexts[2, .normal]?.frame.x[3] = 1 },
    Edit(
      path: "contexts[2].normal.event",
      changeClass: .representation,
      words: "vCPU 2, normal level: idle, registers left over -> idle (stored number 0x1)"
    ) { $0.contexts[2, .normal]?.event = EventNumber(1) },
    Edit(
      path: "contexts[1].normal",
      changeClass: .guestVisible,
      words: "vCPU 1, normal level: runs 0x40400001 -> idle"
    ) { $0.contexts[1, .normal] = nil },
    Edit(
      path: "contexts[4-5].critical",
      changeClass: .guestVisible,
      words: "vCPUs 4-5, critical level: idle -> runs 0x40400002"
    ) { state in
      for vcpu in [4, 5] as [UInt32] {
        state.contexts.insert(
          Context(
            vcpu: vcpu,
            level: .critical,
            event: shared,
            frame: RegisterFrame(pc: 0x4000)
          )
        )
      }
    },
  ]
}
