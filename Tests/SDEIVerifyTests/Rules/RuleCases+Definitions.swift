import SDEIModel

extension RuleCase {
  private static func platform(_ number: UInt64, isSignalable: Bool = false) -> Event {
    let definition = EventDefinition(
      type: .private,
      priority: .normal,
      isSignalable: isSignalable
    )
    return Event(EventNumber(number), definition: definition)
  }

  /// A state in which KVM v4's own events are as its kernel has them.
  private static var signalledByKernel: Snapshot {
    var state = LegalState.quiet
    state.events[LegalState.zero] = nil
    for number in [0x4040_0000, 0x4040_0001] as [UInt64] {
      state.events.insert(platform(number, isSignalable: true))
    }
    return state
  }

  private static func renumber(
    _ state: inout Snapshot,
    _ number: EventNumber,
    _ other: UInt64
  ) {
    var event = Event(EventNumber(other), definition: state.events[number]?.definition)
    event.routing = state.events[number]?.routing ?? Routing()
    state.events[number] = nil
    state.events.insert(event)
  }

  static let definitions: [RuleCase] = [
    RuleCase(
      id: "SDEI-V006a",
      path: "events[0x80400000]",
      breaks: { $0.events.insert(platform(0x8040_0000)) },
      nearMiss: { $0.events.insert(platform(0x40FF_FFFF)) }
    ),
    RuleCase(
      id: "SDEI-V006b",
      path: "events[0x41400000]",
      breaks: { $0.events.insert(platform(0x4140_0000)) },
      nearMiss: { $0.events.insert(platform(0x8040_0000)) }
    ),
    RuleCase(
      id: "SDEI-V006c",
      dialect: .kvmV5,
      start: { LegalKVM.v5 },
      path: "events[0x140400000]",
      breaks: { $0.events.insert(platform(0x1_4040_0000)) },
      nearMiss: { $0.events.insert(platform(0xC040_0000)) }
    ),
    RuleCase(
      id: "SDEI-V008",
      start: { LegalState.quiet },
      path: "events",
      breaks: { $0.events[LegalState.zero] = nil },
      nearMiss: { state in
        let definition = state.events[LegalState.zero]?.definition
        state.events[LegalState.zero] = Event(LegalState.zero, definition: definition)
      }
    ),
    RuleCase(
      id: "SDEI-V008",
      start: { LegalState.quiet },
      path: "events[0x0].definition",
      breaks: { state in
        state.events.update(LegalState.zero) {
          $0.definition = nil
          $0.pending = Column()
        }
      },
      nearMiss: { state in
        state.instance.dialect = .kvmV4
        state.events.update(LegalState.zero) { $0.definition = nil }
      }
    ),
    RuleCase(
      id: "SDEI-V009a",
      start: { LegalState.quiet },
      path: "events[0x0].type",
      found: "shared",
      also: ["SDEI-V010b": "event 0 is signalable, and shared now"],
      breaks: { state in
        var zero = Event(LegalState.zero, definition: state.events[LegalState.zero]?.definition)
        zero.definition?.type = .shared
        state.events[LegalState.zero] = zero
      },
      nearMiss: { $0.events[LegalState.zero] = Event(LegalState.zero) }
    ),
    RuleCase(
      id: "SDEI-V009b",
      path: "events[0x0].signalable",
      breaks: { $0.events.update(LegalState.zero) { $0.definition?.isSignalable = false } },
      nearMiss: { $0.events.update(LegalState.sharedAny) { $0.definition?.isSignalable = false } }
    ),
    RuleCase(
      id: "SDEI-V009c",
      start: { LegalState.quiet },
      path: "events[0x0].priority",
      breaks: { $0.events.update(LegalState.zero) { $0.definition?.priority = .critical } },
      nearMiss: {
        $0.events.update(LegalState.privateNormal) { $0.definition?.priority = .critical }
      }
    ),
    RuleCase(
      id: "SDEI-V009d",
      path: "events[0x0].trigger",
      found: "level",
      breaks: { $0.events.update(LegalState.zero) { $0.definition?.trigger = .level } },
      nearMiss: { $0.events.update(LegalState.boundShared) { $0.definition?.trigger = .level } }
    ),
    RuleCase(
      id: "SDEI-V009d",
      path: "events[0x0].origin",
      found: "firmware",
      breaks: { $0.events.update(LegalState.zero) { $0.definition?.origin = .firmware } },
      nearMiss: { $0.events.update(LegalState.zero) { $0.definition?.interrupt = 8 } }
    ),
    RuleCase(
      id: "SDEI-V010a",
      path: "events[0x40400002].signalable",
      breaks: {
        $0.events.update(LegalState.privateCritical) { $0.definition?.isSignalable = true }
      },
      nearMiss: { $0.events.update(LegalState.zero) { $0.definition?.isSignalable = true } }
    ),
    RuleCase(
      id: "SDEI-V010a",
      dialect: .kvmV4,
      start: { RuleCase.signalledByKernel },
      path: "events[0x40400009].signalable",
      breaks: { $0.events.insert(platform(0x4040_0009, isSignalable: true)) },
      nearMiss: { _ in }
    ),
    RuleCase(
      id: "SDEI-V010b",
      path: "events[0x40400003].signalable",
      breaks: { $0.events.update(LegalState.sharedAny) { $0.definition?.isSignalable = true } },
      nearMiss: {
        $0.events.update(LegalState.privateCritical) { $0.definition?.isSignalable = true }
      }
    ),
    RuleCase(
      id: "SDEI-V011a",
      path: "events[0x40400002].type",
      found: "0x7",
      breaks: { state in
        state.events.update(LegalState.privateCritical) {
          $0.definition?.type = EventType(rawValue: 7)
        }
      },
      nearMiss: { $0.events.update(LegalState.privateCritical) { $0.definition?.type = .private } }
    ),
    RuleCase(
      id: "SDEI-V011b",
      path: "events[0x40400002].priority",
      found: "0xff",
      breaks: { state in
        state.events.update(LegalState.privateCritical) {
          $0.definition?.priority = EventPriority(rawValue: 255)
        }
      },
      nearMiss: {
        $0.events.update(LegalState.privateCritical) { $0.definition?.priority = .normal }
      }
    ),
    RuleCase(
      id: "SDEI-V012a",
      path: "events[0x40000000].priority",
      found: "critical",
      breaks: { $0.events.update(LegalState.boundPrivate) { $0.definition?.priority = .critical } },
      nearMiss: { $0.events.update(LegalState.freeSlot) { $0.definition?.priority = .critical } }
    ),
    RuleCase(
      id: "SDEI-V012b",
      path: "events[0x3e8]",
      found: "standard",
      breaks: { renumber(&$0, LegalState.boundShared, 1000) },
      nearMiss: { renumber(&$0, LegalState.freeSlot, 1000) }
    ),
    RuleCase(
      id: "SDEI-V013",
      path: "events[0x324]",
      breaks: { $0.events.insert(platform(0x324)) },
      nearMiss: { renumber(&$0, LegalState.boundShared, 0x324) }
    ),
    RuleCase(
      id: "SDEI-V014",
      path: "events[0x0].origin",
      found: "interrupt 21 is bound to it",
      also: ["SDEI-V012b": "what is bound has a vendor number, which 0 is not"],
      breaks: { state in
        state.events.update(LegalState.zero) {
          $0.definition?.origin = .slot
          $0.definition?.interrupt = 21
        }
      },
      nearMiss: { $0.events.update(LegalState.zero) { $0.definition?.interrupt = 8 } }
    ),
  ]
}
