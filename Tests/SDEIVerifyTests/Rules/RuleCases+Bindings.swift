import SDEIModel

extension RuleCase {
  private static func bind(_ state: inout Snapshot, _ number: EventNumber, _ interrupt: UInt32?) {
    state.events.update(number) { $0.definition?.interrupt = interrupt }
  }

  static let bindings: [RuleCase] = [
    RuleCase(
      id: "SDEI-V015a",
      path: "events[0x40000002].interrupt",
      found: "interrupt 40 is also that of event 0x40000001",
      breaks: { bind(&$0, LegalState.freeSlot, 40) },
      nearMiss: { bind(&$0, LegalState.freeSlot, 41) }
    ),
    RuleCase(
      id: "SDEI-V016a",
      path: "events[0x40000001].interrupt",
      found: "interrupt 15, an SGI",
      breaks: { bind(&$0, LegalState.boundShared, 15) },
      nearMiss: { bind(&$0, LegalState.boundShared, 1019) }
    ),
    RuleCase(
      id: "SDEI-V016a",
      path: "events[0x40000001].interrupt",
      found: "interrupt 1020, no PPI or SPI",
      breaks: { bind(&$0, LegalState.boundShared, 1020) },
      nearMiss: { bind(&$0, LegalState.boundShared, 5119) }
    ),
    RuleCase(
      id: "SDEI-V016b",
      path: "events[0x40000001].interrupt",
      found: "PPI 31, bound to a shared event",
      breaks: { bind(&$0, LegalState.boundShared, 31) },
      nearMiss: { bind(&$0, LegalState.boundShared, 32) }
    ),
    RuleCase(
      id: "SDEI-V016b",
      path: "events[0x40000000].interrupt",
      found: "SPI 4096, bound to a private event",
      breaks: { bind(&$0, LegalState.boundPrivate, 4096) },
      nearMiss: { bind(&$0, LegalState.boundPrivate, 1119) }
    ),
    RuleCase(
      id: "SDEI-V017",
      path: "instance.features.sharedSlots",
      found: "3 bound, 2 slots",
      breaks: { state in
        bind(&state, LegalState.freeSlot, 41)
        let number = EventNumber(0x4000_0003)
        state.events.insert(
          Event(number, definition: state.events[LegalState.freeSlot]?.definition)
        )
        bind(&state, number, 42)
      },
      nearMiss: { bind(&$0, LegalState.freeSlot, 41) }
    ),
    RuleCase(
      id: "SDEI-V018a",
      path: "events[0x40000002]",
      found: "registered",
      breaks: { state in
        state.events.update(LegalState.freeSlot) {
          $0.registered.insert(0)
          $0.entry[0] = LegalState.entry
        }
      },
      nearMiss: { state in
        state.events.update(LegalState.freeSlot) {
          $0.definition?.interrupt = 41
          $0.registered.insert(0)
          $0.entry[0] = LegalState.entry
        }
      }
    ),
    RuleCase(
      id: "SDEI-V018b",
      path: "events[0x40400009].vcpus[2]",
      found: "registered, enabled",
      breaks: { undefined(&$0) },
      nearMiss: { state in
        state.instance.dialect = .kvmV4
        undefined(&state)
      }
    ),
    RuleCase(
      id: "SDEI-V018b",
      path: "events[0x40400009].vcpus[2]",
      found: "registered, enabled",
      breaks: { undefined(&$0) },
      nearMiss: { $0.events.insert(Event(EventNumber(0x4040_0009))) }
    ),
  ]

  private static func undefined(_ state: inout Snapshot) {
    var event = Event(EventNumber(0x4040_0009))
    event.registered.insert(2)
    event.enabled.insert(2)
    event.entry[2] = LegalState.entry
    state.events.insert(event)
  }
}
