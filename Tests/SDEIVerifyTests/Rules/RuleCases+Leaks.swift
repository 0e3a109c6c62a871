import SDEIModel

extension RuleCase {
  static let leaks: [RuleCase] = padding + leftOver

  private static let pointer: UInt64 = 0xFFFF_8000_10A3_1C40

  /// What the transcripts' readers notice, and a snapshot's reader after them.
  private static let padding: [RuleCase] = [
    RuleCase(
      id: "SDEI-L001",
      dialect: .kvmV5,
      path: "events[0x40400001].notifier",
      breaks: { extra(&$0, .notifier, pointer) },
      nearMiss: { extra(&$0, .signaled, 2) }
    ),
    RuleCase(
      id: "SDEI-L001",
      dialect: .kvmV5,
      path: "events[0x40400001].vcpus[0-1].slotNotifier",
      breaks: { slotExtra(&$0, .slotNotifier, [pointer, 1]) },
      nearMiss: { slotExtra(&$0, .stateBits, [1, 1]) }
    ),
    RuleCase(
      id: "SDEI-L002",
      dialect: .kvmV5,
      path: "events[0x40400001].exposedPadding",
      found: "by its look the upper part of a kernel's address",
      breaks: { extra(&$0, .exposedPadding, 0xFF_FF80_0010) },
      nearMiss: { extra(&$0, .registeredHole, 1) }
    ),
    RuleCase(
      id: "SDEI-L002",
      dialect: .kvmV5,
      path: "events[0x40400001].vcpus[1].slotPadding",
      found: "holds 05 00, which may be leaked kernel memory",
      breaks: { slotExtra(&$0, .slotPadding, [0, 5]) },
      nearMiss: { slotExtra(&$0, .slotNotifier, [0, 5]) }
    ),
    RuleCase(
      id: "SDEI-L003",
      dialect: .kvmV5,
      path: "events[0x40400001].registeredHole",
      breaks: { extra(&$0, .registeredHole, 1) },
      nearMiss: { extra(&$0, .registeredPadding, 1) }
    ),
  ]

  private static let leftOver: [RuleCase] = [
    RuleCase(
      id: "SDEI-L004",
      dialect: .kvmV5,
      path: "contexts[2].critical.frame",
      breaks: { state in
        state.contexts.insert(Context(vcpu: 2, level: .critical, frame: RegisterFrame(pc: 0x1000)))
      },
      nearMiss: { state in
        state.contexts.insert(Context(vcpu: 2, level: .critical, event: EventNumber(5)))
      }
    ),
    RuleCase(
      id: "SDEI-L004",
      dialect: .kvmV7,
      path: "contexts[2].normal.frame",
      breaks: { state in
        state.contexts.insert(Context(vcpu: 2, level: .normal, frame: RegisterFrame(pc: 0x1000)))
      },
      nearMiss: { state in
        state.contexts.insert(Context(vcpu: 2, level: .normal, frame: RegisterFrame(pc: 0x1000)))
        state.events.update(LegalState.zero) { $0.running.insert(2) }
      }
    ),
    RuleCase(
      id: "SDEI-L005",
      dialect: .kvmV7,
      path: "vcpus[1].contextTail",
      found: "byte 184 begins 0x2a on vCPU 1",
      breaks: { $0.extras.vcpuValues[.contextTail3] = Column([0, 0x2A]) },
      nearMiss: { $0.extras.vcpuValues[.contextTail3] = Column([0, pointer]) }
    ),
    RuleCase(
      id: "SDEI-L006",
      dialect: .kvmV7,
      path: "vcpus[0-4].contextTail0",
      found: "0xffff800010a31c40 on vCPU 0",
      breaks: { state in
        state.vcpus.count = 5
        state.extras.vcpuValues[.contextTail0] = Column((0..<5).map { pointer + 64 * $0 })
      },
      // An error number is no address.
      nearMiss: { $0.extras.vcpuValues[.contextTail0] = Column([UInt64.max - 1]) }
    ),
    RuleCase(
      id: "SDEI-L006",
      path: "events[0x40400004].routing.affinity",
      breaks: { route(&$0, pointer) },
      nearMiss: { route(&$0, 0x81_0000_0001) }
    ),
    RuleCase(
      id: "SDEI-L006",
      dialect: .kvmV5,
      path: "vcpus[1].mpidrFlags",
      breaks: { $0.extras.vcpuValues[.mpidrFlags] = Column([0x8000_0000, 0xFFFF_8000_1000_0000]) },
      nearMiss: { $0.extras.vcpuValues[.mpidrFlags] = Column([0x8000_0000, 0xC100_0000]) }
    ),
  ]

  private static func extra(_ state: inout Snapshot, _ field: ExtraField, _ value: UInt64) {
    state.events.update(LegalState.privateNormal) { $0.extras[field] = value }
  }

  private static func slotExtra(_ state: inout Snapshot, _ field: ExtraField, _ values: [UInt64]) {
    state.events.update(LegalState.privateNormal) { $0.slotExtras[field] = Column(values) }
  }

  private static func route(_ state: inout Snapshot, _ affinity: UInt64) {
    state.events.update(LegalState.sharedPE) { $0.routing.affinity = Affinity(rawValue: affinity) }
  }
}
