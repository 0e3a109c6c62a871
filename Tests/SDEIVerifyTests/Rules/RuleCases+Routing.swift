import SDEIModel

extension RuleCase {
  private static func route(
    _ state: inout Snapshot,
    _ number: EventNumber,
    _ mode: UInt8,
    _ affinity: UInt64
  ) {
    state.events.update(number) {
      $0.routing = Routing(
        mode: RoutingMode(rawValue: mode),
        affinity: Affinity(rawValue: affinity)
      )
    }
  }

  static let routing: [RuleCase] = [
    RuleCase(
      id: "SDEI-V030",
      path: "events[0x40400003].routing.mode",
      found: "mode 0x5",
      breaks: { route(&$0, LegalState.sharedAny, 5, 0) },
      nearMiss: { route(&$0, LegalState.boundShared, 5, 0) }
    ),
    RuleCase(
      id: "SDEI-V030",
      dialect: .qemuRFC,
      start: { LegalState.quiet },
      path: "events[0x40400003].routing.mode",
      found: "mode 0x5",
      breaks: { state in
        state.events.update(LegalState.sharedAny) { $0.slotExtras[.slotRouteMode] = Column([5]) }
      },
      nearMiss: { state in
        state.events.update(LegalState.sharedAny) {
          $0.slotExtras[.slotRouteMode] = Column([0, 5])
        }
      }
    ),
    RuleCase(
      id: "SDEI-V031a",
      start: { LegalState.quiet },
      path: "events[0x40400004].routing.affinity",
      found: "0x80000001, that is 0.0.0.1 (reserved bits 0x80000000)",
      breaks: { route(&$0, LegalState.sharedPE, 1, 0x8000_0001) },
      nearMiss: { route(&$0, LegalState.sharedPE, 0, 0x8000_0001) }
    ),
    RuleCase(
      id: "SDEI-V031b",
      start: { LegalState.quiet },
      path: "events[0x40400004].routing.affinity",
      found: "0.0.0.9",
      breaks: { route(&$0, LegalState.sharedPE, 1, 9) },
      nearMiss: { route(&$0, LegalState.sharedPE, 1, 2) }
    ),
    RuleCase(
      id: "SDEI-V032a",
      path: "events[0x40400003].routing.affinity",
      found: "0.0.0.3",
      breaks: { route(&$0, LegalState.sharedAny, 0, 3) },
      nearMiss: { route(&$0, LegalState.sharedAny, 1, 2) }
    ),
    RuleCase(
      id: "SDEI-V032b",
      path: "events[0x40400002].routing",
      found: "mode pe, affinity 0.0.0.1",
      breaks: { route(&$0, LegalState.privateCritical, 1, 1) },
      nearMiss: { route(&$0, LegalState.privateCritical, 0, 0) }
    ),
    RuleCase(
      id: "SDEI-V033",
      start: { LegalState.quiet },
      path: "events[0x40400004].routing.affinity",
      found: "0.0.0.3, vCPU 3",
      breaks: { route(&$0, LegalState.sharedPE, 1, 3) },
      nearMiss: { route(&$0, LegalState.boundShared, 1, 3) }
    ),
  ]
}
