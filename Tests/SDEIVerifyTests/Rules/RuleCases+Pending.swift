import SDEIModel

extension RuleCase {
  static let pending: [RuleCase] = masks + waiting + waitingKVM + due

  private static let masks: [RuleCase] = [
    RuleCase(
      id: "SDEI-V046a",
      dialect: .kvmV5,
      start: { LegalKVM.v5 },
      path: "vcpus[1].masked",
      found: "0x2",
      breaks: { $0.extras.vcpuValues[.masked] = Column([0, 2]) },
      nearMiss: { $0.vcpus.masked = Bitmap(below: 2) }
    ),
    RuleCase(
      id: "SDEI-V046a",
      dialect: .kvmV7,
      start: { LegalKVM.v7 },
      path: "vcpus[0-1].peState",
      found: "0x100 on vCPU 0, and the like on 1 more",
      breaks: { state in
        state.vcpus.masked = Bitmap(below: 2)
        state.extras.vcpuValues[.peState] = Column([0x100, 2])
      },
      nearMiss: { $0.vcpus.masked = Bitmap(below: 2) }
    ),
    RuleCase(
      id: "SDEI-V046c",
      path: "vcpus[3].masked",
      breaks: { $0.vcpus.masked.remove(3) },
      nearMiss: { state in
        state.vcpus.masked.remove(3)
        state.vcpus.power[3] = UInt64(PowerState.standby.rawValue)
      }
    ),
  ]

  private static let waiting: [RuleCase] = [
    RuleCase(
      id: "SDEI-V047a",
      path: "events[0x0].vcpus[7].pending",
      found: "the VM has 4 vCPUs",
      breaks: { state in state.events.update(LegalState.zero) { $0.pending[7] = 1 } },
      nearMiss: { state in state.events.update(LegalState.zero) { $0.pending[3] = 1 } }
    ),
    RuleCase(
      id: "SDEI-V047b",
      path: "events[0x40400009].vcpus[0].pending",
      breaks: { state in
        state.events.update(EventNumber(0x4040_0009)) { $0.pending[0] = 1 }
      },
      nearMiss: { state in
        state.events.update(LegalState.privateNormal) { $0.pending[0] = 1 }
      }
    ),
    RuleCase(
      id: "SDEI-V048",
      path: "events[0x0].vcpus[2].pending",
      found: ": 2 occurrences wait on vCPU 2",
      breaks: { state in state.events.update(LegalState.zero) { $0.pending[2] = 2 } },
      nearMiss: { state in
        state.events.update(LegalState.privateNormal) { $0.pending[2] = 2 }
      }
    ),
    RuleCase(
      id: "SDEI-V049",
      path: "events[0x40400002].vcpus[3].pending",
      breaks: { state in state.events.update(LegalState.privateCritical) { $0.pending[3] = 1 } },
      nearMiss: { state in
        state.events.update(LegalState.privateCritical) { $0.pending[1] = 1 }
      }
    ),
    // The unregistration waits for the handler.
    RuleCase(
      id: "SDEI-V049",
      path: "events[0x40400001].vcpus[0].pending",
      breaks: { state in
        state.events.update(LegalState.privateNormal) {
          $0.registered.remove(0)
          $0.enabled.remove(0)
          $0.pending[0] = 1
        }
      },
      nearMiss: { state in
        state.events.update(LegalState.privateNormal) {
          $0.enabled.remove(0)
          $0.pending[0] = 1
        }
      }
    ),
    RuleCase(
      id: "SDEI-V049",
      path: "events[0x40000001].pending",
      breaks: { state in state.events.update(LegalState.boundShared) { $0.pending[0] = 1 } },
      nearMiss: { state in state.events.update(LegalState.sharedAny) { $0.pending[0] = 1 } }
    ),
  ]

  private static let waitingKVM: [RuleCase] = [
    RuleCase(
      id: "SDEI-V048",
      dialect: .kvmV5,
      start: { LegalKVM.v5 },
      path: "events[0x0].vcpus[1].pending",
      found: "2 occurrences wait on vCPU 1 (count 3 includes the one that runs)",
      breaks: { state in
        state.run(1, .normal, .softwareSignalled)
        state.events.update(.softwareSignalled) { $0.pending[1] = 3 }
      },
      nearMiss: { state in
        // One of them is being handled.
        state.run(1, .normal, .softwareSignalled)
        state.events.update(.softwareSignalled) { $0.pending[1] = 2 }
      }
    ),
    RuleCase(
      id: "SDEI-V049",
      dialect: .kvmV5,
      start: { LegalKVM.v5 },
      path: "events[0x400003].vcpus[1].pending",
      breaks: { state in
        state.events.update(LegalKVM.shared) {
          ($0.registered, $0.enabled, $0.entry) = (Bitmap(), Bitmap(), Column())
          $0.pending = Column([0, 1])
        }
      },
      nearMiss: { state in
        // Queued on a vCPU, and registered for all of them in slot 0.
        state.events.update(LegalKVM.shared) { $0.pending = Column([0, 1]) }
      }
    ),
    RuleCase(
      id: "SDEI-V049",
      dialect: .kvmV7,
      start: { LegalKVM.v7 },
      path: "events[0x1].vcpus[1].pending",
      breaks: { state in
        state.events.update(EventNumber(1)) {
          $0.registered.remove(1)
          $0.enabled.remove(1)
          $0.entry = Column([LegalState.entry])
          $0.pending = Column([0, 1])
        }
      },
      nearMiss: { state in
        state.events.update(EventNumber(1)) { $0.pending = Column([0, 1]) }
      }
    ),
  ]

  private static let due: [RuleCase] = [
    RuleCase(
      id: "SDEI-V050",
      isAtRest: true,
      path: "events[0x0].vcpus[2].pending",
      breaks: { $0.vcpus.masked.remove(2) },
      nearMiss: { state in
        // The vCPU runs a handler of the same priority.
        state.events.update(LegalState.zero) { $0.pending[0] = 1 }
      }
    ),
    RuleCase(
      id: "SDEI-V050",
      isAtRest: true,
      path: "events[0x40400002].vcpus[0].pending",
      breaks: { state in state.events.update(LegalState.privateCritical) { $0.pending[0] = 1 } },
      nearMiss: { state in
        state.events.update(LegalState.privateCritical) { $0.pending[1] = 1 }
      }
    ),
    RuleCase(
      id: "SDEI-V050",
      isAtRest: true,
      path: "events[0x40400003].pending",
      found: "it is routed to vCPU 2, which can take it",
      breaks: { routeWaiting(&$0, to: 2) },
      nearMiss: { routeWaiting(&$0, to: 1) }
    ),
    RuleCase(
      id: "SDEI-V050",
      dialect: .kvmV5,
      isAtRest: true,
      start: { LegalKVM.v5 },
      path: "events[0x400003].vcpus[1].pending",
      breaks: { state in
        state.vcpus.masked = Bitmap()
        state.events.update(.softwareSignalled) { $0.pending = Column() }
        state.events.update(LegalKVM.shared) { $0.pending = Column([0, 1]) }
      },
      nearMiss: { state in
        state.events.update(LegalKVM.shared) { $0.pending = Column([1]) }
      }
    ),
    RuleCase(
      id: "SDEI-V052",
      isAtRest: true,
      path: "events[0x40400003].pending",
      found: "vCPUs 2 can take it",
      breaks: { state in
        state.vcpus.masked.remove(2)
        state.events.update(LegalState.zero) { $0.pending = Column() }
        state.events.update(LegalState.sharedAny) { $0.pending[0] = 1 }
      },
      nearMiss: { state in
        state.events.update(LegalState.sharedAny) { $0.pending[0] = 1 }
      }
    ),
  ]

  /// Lets the shared event wait for a vCPU by its affinity; vCPU 2 is free.
  private static func routeWaiting(_ state: inout Snapshot, to affinity: UInt64) {
    state.vcpus.masked.remove(2)
    state.events.update(LegalState.zero) { $0.pending = Column() }
    state.events.update(LegalState.sharedAny) {
      $0.routing = Routing(mode: .pe, affinity: Affinity(rawValue: affinity))
      $0.pending[0] = 1
    }
  }
}
