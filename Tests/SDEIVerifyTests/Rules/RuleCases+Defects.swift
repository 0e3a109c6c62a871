import SDEIModel

extension RuleCase {
  static let defects: [RuleCase] = registrations + deliveries + sevenAndFirmware

  /// KVM v2 to v5, what is registered.
  private static let registrations: [RuleCase] = [
    RuleCase(
      id: "SDEI-K001",
      dialect: .kvmV5,
      path: "events[0x40400004].routing.mode",
      found: "mode 0x2, affinity 0x102",
      breaks: { route(&$0, LegalState.sharedPE, 2, 0x102) },
      nearMiss: { route(&$0, LegalState.sharedPE, 2, 0x103) }
    ),
    RuleCase(
      id: "SDEI-K002",
      dialect: .kvmV5,
      path: "events[0x40400003].routing.affinity",
      breaks: { route(&$0, LegalState.sharedAny, 0, 0x100) },
      nearMiss: { route(&$0, LegalState.sharedAny, 0, 0x101) }
    ),
    RuleCase(
      id: "SDEI-K003",
      dialect: .kvmV5,
      path: "events[0x40400002].vcpus[0].unregisterPending",
      breaks: { leave(&$0, LegalState.privateCritical) },
      // On vCPU 0 the handler still runs.
      nearMiss: { leave(&$0, LegalState.privateNormal) }
    ),
    RuleCase(
      id: "SDEI-K008",
      dialect: .kvmV5,
      path: "events[0x80400000]",
      breaks: { define(&$0, EventNumber(0x8040_0000)) },
      nearMiss: { define(&$0, EventNumber(0x4040_0005)) }
    ),
    RuleCase(
      id: "SDEI-K009",
      dialect: .kvmV5,
      path: "events[0x40400001].routing",
      breaks: { route(&$0, LegalState.privateNormal, 1, 1) },
      nearMiss: { route(&$0, LegalState.sharedAny, 1, 1) }
    ),
    RuleCase(
      id: "SDEI-K009",
      dialect: .kvmV4,
      path: "events[0x40400001].routing",
      found: "mode 0x5, affinity 0x0",
      also: ["SDEI-L004": "0 means that nothing runs in this dialect, and vCPU 1 has registers"],
      breaks: { route(&$0, LegalState.privateNormal, 5, 0) },
      // That is the affinity's low byte.
      nearMiss: { route(&$0, LegalState.privateNormal, 5, 0x105) }
    ),
  ]

  /// KVM v2 to v5, what waits and runs.
  private static let deliveries: [RuleCase] = [
    RuleCase(
      id: "SDEI-K004",
      dialect: .kvmV5,
      path: "events[0x40400004].vcpus[0-1].running",
      breaks: { $0.contexts.insert(LegalState.context(0, .critical, LegalState.sharedPE)) },
      nearMiss: { state in
        for vcpu in [0, 1] as [UInt32] {
          state.contexts.insert(LegalState.context(vcpu, .critical, LegalState.privateCritical))
        }
      }
    ),
    RuleCase(
      id: "SDEI-K005",
      dialect: .kvmV5,
      path: "events[0x0].vcpus[0].pending",
      found: ": 2 occurrences wait on vCPU 0",
      breaks: { wait(&$0, LegalState.zero, 0, 2) },
      // On vCPU 1 one of the two is being handled.
      nearMiss: { wait(&$0, LegalState.zero, 1, 2) }
    ),
    RuleCase(
      id: "SDEI-K006",
      dialect: .kvmV5,
      isAtRest: true,
      path: "events[0x40400002].vcpus[0].pending",
      breaks: { wait(&$0, LegalState.privateCritical, 0, 1) },
      nearMiss: { state in
        wait(&state, LegalState.privateCritical, 0, 1)
        state.vcpus.masked.insert(0)
      }
    ),
    RuleCase(
      id: "SDEI-K007",
      dialect: .kvmV4,
      path: "events[0x40400001].vcpus[2].pending",
      found: "0xffffffff on vCPU 2",
      also: ["SDEI-L004": "0 means that nothing runs in this dialect, and vCPU 1 has registers"],
      breaks: { wait(&$0, LegalState.privateNormal, 2, 0xFFFF_FFFF) },
      nearMiss: { wait(&$0, LegalState.privateNormal, 2, 0x7FFF_FFFF) }
    ),
  ]

  /// KVM v7 and Trusted Firmware-A.
  private static let sevenAndFirmware: [RuleCase] = [
    RuleCase(
      id: "SDEI-K021",
      dialect: .kvmV7,
      start: { RuleCase.oneLevel },
      path: "events[0x0].vcpus[2].pending",
      breaks: { state in
        state.events.update(LegalState.zero) {
          $0.registered.remove(2)
          $0.enabled.remove(2)
        }
      },
      nearMiss: { state in
        state.events.update(LegalState.zero) { $0.enabled.remove(2) }
        // v7 has no such event, so that nobody could register it.
        define(&state, EventNumber(5))
        wait(&state, EventNumber(5), 2, 1)
      }
    ),
    RuleCase(
      id: "SDEI-K022",
      dialect: .kvmV7,
      isAtRest: true,
      start: { RuleCase.oneLevel },
      path: "events[0x0].vcpus[2].pending",
      breaks: { $0.vcpus.masked.remove(2) },
      nearMiss: { state in
        state.vcpus.masked.remove(2)
        state.events.update(LegalState.zero) { $0.enabled.remove(2) }
      }
    ),
    RuleCase(
      id: "SDEI-K031",
      dialect: .tfA,
      path: "events[0x40400002].registrationCount",
      found: "3 counted, 2 registered",
      breaks: {
        $0.events.update(LegalState.privateCritical) { $0.extras[.registrationCount] = 4 }
      },
      nearMiss: {
        $0.events.update(LegalState.privateCritical) { $0.extras[.registrationCount] = 2 }
      }
    ),
    RuleCase(
      id: "SDEI-K032",
      dialect: .tfA,
      path: "events[0x40000000].vcpus[2].running",
      breaks: { runBound(&$0, interrupt: nil) },
      nearMiss: { runBound(&$0, interrupt: 20) }
    ),
    RuleCase(
      id: "SDEI-K033",
      dialect: .tfA,
      path: "vcpus[3].masked",
      breaks: { $0.vcpus.masked.remove(3) },
      nearMiss: { $0.vcpus.masked.remove(2) }
    ),
    RuleCase(
      id: "SDEI-K034",
      dialect: .tfA,
      path: "contexts[3].normal.event",
      breaks: { $0.contexts.insert(LegalState.context(3, .normal, LegalState.privateNormal)) },
      nearMiss: { $0.contexts.insert(LegalState.context(2, .normal, LegalState.privateNormal)) }
    ),
    RuleCase(
      id: "SDEI-K035",
      dialect: .tfA,
      path: "events[0x40400003].routing.affinity",
      breaks: { route(&$0, LegalState.sharedAny, 0, 1) },
      nearMiss: { route(&$0, LegalState.sharedAny, 1, 1) }
    ),
  ]

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

  /// An unregistration inside the handler of vCPU 0, which other vCPUs have registered still.
  private static func leave(_ state: inout Snapshot, _ number: EventNumber) {
    state.events.update(number) {
      $0.registered.remove(0)
      $0.enabled.remove(0)
      $0.unregisterPending.insert(0)
    }
  }

  private static func wait(
    _ state: inout Snapshot,
    _ number: EventNumber,
    _ vcpu: UInt32,
    _ count: UInt64
  ) {
    state.events.update(number) { $0.pending[vcpu] = count }
  }

  private static func define(_ state: inout Snapshot, _ number: EventNumber) {
    let definition = EventDefinition(type: .private, priority: .normal, isSignalable: false)
    state.events.insert(Event(number, definition: definition))
  }

  private static func runBound(_ state: inout Snapshot, interrupt: UInt32?) {
    state.events.update(LegalState.boundPrivate) {
      $0.definition?.interrupt = interrupt
      $0.registered = Bitmap()
      $0.enabled = Bitmap()
      $0.running.insert(2)
    }
    state.contexts.insert(LegalState.context(2, .normal, LegalState.boundPrivate))
  }
}
