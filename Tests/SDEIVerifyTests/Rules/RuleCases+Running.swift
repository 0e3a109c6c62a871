import SDEIModel
import SDEIVerify

extension RuleCase {
  static let running: [RuleCase] = runningShared + runningMarks + runningLevels + runningKVM

  private static let runningShared: [RuleCase] = [
    RuleCase(
      id: "SDEI-V034a",
      path: "events[0x40400004].running",
      breaks: { $0.contexts[1, .critical] = nil },
      nearMiss: { state in
        state.contexts[1, .critical] = nil
        state.events.update(LegalState.sharedPE) { $0.running = Bitmap() }
      }
    ),
    RuleCase(
      id: "SDEI-V034b",
      path: "events[0x40400003].running",
      found: "vCPUs 0,2 run it",
      breaks: { state in
        runShared(&state, on: [0, 2])
        state.events.update(LegalState.sharedAny) { $0.running = Bitmap(below: 1) }
      },
      nearMiss: { state in
        runShared(&state, on: [2])
        state.events.update(LegalState.sharedAny) { $0.running = Bitmap(below: 1) }
      }
    ),
    RuleCase(
      id: "SDEI-V036d",
      path: "contexts[0].normal.event",
      found: "event 0x40400003 is marked in the slots of vCPUs 2",
      also: present(["SDEI-V029a": "a shared event has slot 0 only"]),
      breaks: { state in
        runShared(&state, on: [0])
        state.events.update(LegalState.sharedAny) { $0.running = Bitmap(IndexRange(2, 2)) }
      },
      nearMiss: { state in
        runShared(&state, on: [2])
        state.events.update(LegalState.sharedAny) { $0.running = Bitmap(IndexRange(2, 2)) }
      }
    ),
    RuleCase(
      id: "SDEI-V051b",
      path: "contexts[1].critical.event",
      found: "event 0x40400004 is routed to affinity 0.0.0.0",
      breaks: { state in
        state.events.update(LegalState.sharedPE) { $0.routing.affinity = Affinity(rawValue: 0) }
      },
      nearMiss: { state in
        // What is left of an unregistration is stale.
        state.events.update(LegalState.sharedPE) {
          ($0.registered, $0.enabled) = (Bitmap(), Bitmap())
          $0.routing.affinity = Affinity(rawValue: 0)
        }
      }
    ),
  ]

  /// Lets vCPUs, idle but for vCPU 0, run the shared event for any vCPU.
  private static func runShared(_ state: inout Snapshot, on vcpus: [UInt32]) {
    for vcpu in vcpus {
      if vcpu == 0 {
        state.events.update(LegalState.privateNormal) { $0.running = Bitmap() }
      }
      state.run(vcpu, .normal, LegalState.sharedAny)
    }
  }

  /// Those of the rules that the catalogue has.
  static func present(_ rules: [String: String]) -> [String: String] {
    rules.filter { Catalogue.rule($0.key) != nil }
  }

  private static let runningMarks: [RuleCase] = [
    RuleCase(
      id: "SDEI-V034c",
      path: "events[0x40400001].vcpus[2].running",
      found: "contexts of vCPUs 0 name it",
      breaks: { state in
        state.events.update(LegalState.privateNormal) { $0.running = Bitmap(IndexRange(2, 2)) }
      },
      nearMiss: { state in
        state.events.update(LegalState.privateNormal) { $0.running.insert(2) }
      }
    ),
    RuleCase(
      id: "SDEI-V035a",
      path: "contexts[0].normal.event",
      found: "events 0x0, 0x40400001 on vCPU 0",
      also: ["SDEI-V037": "the level has one number, so the other mark has none"],
      breaks: { state in
        state.events.update(LegalState.zero) { $0.running.insert(0) }
      },
      nearMiss: { state in
        state.events.update(LegalState.privateCritical) { $0.running.insert(0) }
        state.run(0, .critical, LegalState.privateCritical)
      }
    ),
    RuleCase(
      id: "SDEI-V036c",
      path: "contexts[0].normal.event",
      found: "event 0x40400001",
      breaks: { state in
        state.events.update(LegalState.privateNormal) { $0.running = Bitmap() }
      },
      nearMiss: { state in
        state.events.update(LegalState.privateNormal) { $0.running = Bitmap() }
        state.contexts[0, .normal] = nil
      }
    ),
    RuleCase(
      id: "SDEI-V036c",
      path: "contexts[1].critical.event",
      found: "event 0x40400004",
      breaks: { state in
        state.events.update(LegalState.sharedPE) { $0.running = Bitmap() }
      },
      nearMiss: { _ in }
    ),
    RuleCase(
      id: "SDEI-V037",
      path: "events[0x40400001].vcpus[2].running",
      breaks: { state in
        state.events.update(LegalState.privateNormal) { $0.running.insert(2) }
      },
      nearMiss: { state in
        state.events.update(LegalState.privateNormal) { $0.running.insert(2) }
        state.run(2, .normal, LegalState.privateNormal)
      }
    ),
  ]

  private static let runningLevels: [RuleCase] = [
    RuleCase(
      id: "SDEI-V036a",
      path: "contexts[0].normal.event",
      found: "event 0x40400009",
      breaks: { state in
        state.events.update(LegalState.privateNormal) { $0.running = Bitmap() }
        state.run(0, .normal, EventNumber(0x4040_0009))
      },
      nearMiss: { state in
        state.events.update(LegalState.privateNormal) { $0.running = Bitmap() }
        state.contexts[0, .normal] = nil
      }
    ),
    RuleCase(
      id: "SDEI-V036b",
      path: "contexts[0].critical.event",
      found: "event 0x40400001 is normal",
      breaks: { state in
        state.contexts[0, .normal] = nil
        state.run(0, .critical, LegalState.privateNormal)
      },
      nearMiss: { state in
        state.events.update(LegalState.privateCritical) { $0.running.insert(0) }
        state.run(0, .critical, LegalState.privateCritical)
      }
    ),
    RuleCase(
      id: "SDEI-V038",
      path: "contexts[0].critical.event",
      found: "event 0x40400001",
      also: ["SDEI-V036b": "an event has one priority, so one of the levels is not its own"],
      breaks: { $0.run(0, .critical, LegalState.privateNormal) },
      nearMiss: { state in
        state.contexts[0, .normal] = nil
        state.run(0, .critical, LegalState.privateNormal)
      }
    ),
    RuleCase(
      id: "SDEI-V042a",
      path: "contexts[2].normal",
      breaks: { state in
        state.contexts.insert(Context(vcpu: 2, level: .normal, frame: RegisterFrame(pc: 4)))
      },
      nearMiss: { state in
        state.events.update(LegalState.privateNormal) { $0.running.insert(2) }
        state.run(2, .normal, LegalState.privateNormal)
      }
    ),
    RuleCase(
      id: "SDEI-V042a",
      path: "contexts[9].critical",
      found: "the VM has 4 vCPUs",
      breaks: { $0.run(9, .critical, LegalState.privateCritical) },
      nearMiss: { _ in }
    ),
    RuleCase(
      id: "SDEI-V042b",
      path: "contexts[0].normal.pc",
      found: "event 0x40400001 runs",
      breaks: { $0.change(0, .normal) { $0 = .zero } },
      nearMiss: { $0.change(0, .normal) { $0 = RegisterFrame(pstate: 5) } }
    ),
    RuleCase(
      id: "SDEI-V044",
      path: "vcpus[0].power",
      breaks: { state in
        state.vcpus.power[0] = UInt64(PowerState.off.rawValue)
        state.vcpus.masked.insert(0)
      },
      nearMiss: { $0.vcpus.power[0] = UInt64(PowerState.suspended.rawValue) }
    ),
  ]

  private static let runningKVM: [RuleCase] = [
    RuleCase(
      id: "SDEI-V034b",
      dialect: .kvmV5,
      start: { LegalKVM.v5 },
      path: "events[0x400003].running",
      found: "vCPUs 0-1 run it",
      breaks: { state in
        for vcpu in 0..<2 as Range<UInt32> { state.run(vcpu, .normal, LegalKVM.shared) }
        state.events.update(LegalKVM.shared) { $0.pending = Column([1, 1]) }
      },
      nearMiss: { state in
        state.run(1, .normal, LegalKVM.shared)
        state.events.update(LegalKVM.shared) { $0.pending = Column([0, 1]) }
      }
    ),
    RuleCase(
      id: "SDEI-V035a",
      dialect: .kvmV7,
      start: { LegalKVM.v7 },
      path: "contexts[0].normal.event",
      found: "events 0x0, 0x1 on vCPU 0",
      breaks: { state in
        state.events.update(EventNumber(1)) { $0.running = Bitmap(below: 1) }
      },
      nearMiss: { state in
        state.events.update(EventNumber(1)) { $0.running = Bitmap(below: 1) }
        state.events.update(.softwareSignalled) { $0.running = Bitmap() }
      }
    ),
    RuleCase(
      id: "SDEI-V036a",
      dialect: .kvmV5,
      start: { LegalKVM.v5 },
      path: "contexts[0].normal.event",
      found: "event 0x400009",
      breaks: { $0.run(0, .normal, EventNumber(0x40_0009)) },
      // KVM v5 takes a number that it does not support for "none".
      nearMiss: { $0.run(0, .normal, EventNumber(5)) }
    ),
    RuleCase(
      id: "SDEI-V042b",
      dialect: .kvmV7,
      start: { LegalKVM.v7 },
      path: "contexts[0].normal.pc",
      breaks: { $0.contexts[0, .normal] = nil },
      nearMiss: { $0.change(0, .normal) { $0.pc = 0 } }
    ),
    RuleCase(
      id: "SDEI-V044",
      dialect: .kvmV7,
      start: { LegalKVM.v7 },
      path: "vcpus[0].power",
      breaks: { state in
        state.vcpus.power[0] = UInt64(PowerState.off.rawValue)
        state.vcpus.masked.insert(0)
      },
      nearMiss: { $0.vcpus.power[1] = UInt64(PowerState.off.rawValue) }
    ),
  ]
}
