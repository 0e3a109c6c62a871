import SDEIModel

extension RuleCase {
  static let instance: [RuleCase] = [
    RuleCase(
      id: "SDEI-V001a",
      path: "instance.version",
      breaks: { $0.instance.version = SDEIVersion(rawValue: 1 << 63 | SDEIVersion.v1_1.rawValue) },
      nearMiss: { $0.instance.version = SDEIVersion(major: 0x7FFF, minor: 1) }
    ),
    RuleCase(
      id: "SDEI-V001b",
      path: "instance.version",
      found: "version 2.1",
      breaks: { $0.instance.version = SDEIVersion(major: 2, minor: 1) },
      nearMiss: { $0.instance.version = SDEIVersion(major: 1, minor: 2) }
    ),
    RuleCase(
      id: "SDEI-V001c",
      path: "instance.version",
      found: "version 1.2",
      breaks: { $0.instance.version = SDEIVersion(major: 1, minor: 2) },
      nearMiss: { $0.instance.version = SDEIVersion(major: 1, minor: 1, vendor: .max) }
    ),
    RuleCase(
      id: "SDEI-V002b",
      path: "instance.features",
      found: "1 private, 2 shared",
      breaks: { $0.instance.features.privateSlots = 1 },
      nearMiss: { $0.instance.features.privateSlots = 2 }
    ),
    RuleCase(
      id: "SDEI-V003b",
      path: "instance.features.relativeMode",
      found: "version 1.0",
      breaks: { $0.instance.version = .v1_0 },
      nearMiss: { state in
        state.instance.version = .v1_0
        state.instance.features.relativeMode = false
      }
    ),
    RuleCase(
      id: "SDEI-V004a",
      start: { LegalState.quiet },
      path: "instance.clientEL",
      found: "EL3",
      breaks: { $0.instance.clientEL = 3 },
      nearMiss: { $0.instance.clientEL = 2 }
    ),
    RuleCase(
      id: "SDEI-V004b",
      dialect: .kvmV5,
      start: { LegalState.quiet },
      path: "instance.clientEL",
      found: "EL2",
      breaks: { $0.instance.clientEL = 2 },
      nearMiss: { $0.instance.clientEL = 1 }
    ),
    RuleCase(
      id: "SDEI-V005a",
      path: "vcpus[2-3].affinity",
      found: "0.0.0.2 on 2 vCPUs",
      breaks: { $0.vcpus.affinity[3] = 2 },
      nearMiss: { state in
        state.vcpus.affinity[3] = 2
        state.vcpus.affinityKnown.remove(3)
      }
    ),
    RuleCase(
      id: "SDEI-V005b",
      path: "vcpus[2].affinity",
      found: "reserved bits 0x80000000",
      breaks: { $0.vcpus.affinity[2] = 0x8000_0002 },
      nearMiss: { $0.vcpus.affinity[2] = 0xFF_00FF_FFFF }
    ),
  ]
}
