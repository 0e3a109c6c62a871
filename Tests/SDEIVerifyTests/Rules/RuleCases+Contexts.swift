import SDEIModel

extension RuleCase {
  static let contexts: [RuleCase] = modes + addresses + bits + nested

  private static let modes: [RuleCase] = [
    RuleCase(
      id: "SDEI-V053",
      path: "contexts[0].normal.pstate",
      found: "M is 0b01001 (EL2h)",
      breaks: { $0.change(0, .normal) { $0.pstate = 0x3C9 } },
      nearMiss: { state in
        state.instance.clientEL = 2
        state.change(0, .normal) { $0.pstate = 0x3C9 }
      }
    ),
    RuleCase(
      id: "SDEI-V053",
      start: {
        var state = LegalState.snapshot
        state.instance.clientEL = 2
        return state
      },
      path: "contexts[0-1].normal.pstate",
      found: "M is 0b10110 (Mon)",
      breaks: { state in
        for vcpu in 0..<2 as Range<UInt32> {
          state.change(vcpu, .normal) { ($0.pc, $0.pstate) = (0x8000, 0x16) }
        }
      },
      nearMiss: { $0.change(0, .normal) { $0.pstate = 0x8 } }
    ),
    RuleCase(
      id: "SDEI-V054",
      path: "contexts[0].normal.pstate",
      found: "M is 0b10011 (SVC)",
      breaks: { $0.change(0, .normal) { ($0.pc, $0.pstate) = (0x8000, 0x13) } },
      nearMiss: { state in
        state.instance.clientEL = 2
        state.change(0, .normal) { ($0.pc, $0.pstate) = (0x8000, 0x13) }
      }
    ),
    RuleCase(
      id: "SDEI-V054",
      path: "contexts[1].normal.pstate",
      found: "M is 0b00010 (reserved)",
      breaks: { $0.change(1, .normal) { $0.pstate = 2 } },
      nearMiss: { $0.change(1, .normal) { $0.pstate = 0 } }
    ),
    RuleCase(
      id: "SDEI-V054",
      dialect: .kvmV7,
      start: { LegalKVM.v7 },
      path: "contexts[0].normal.pstate",
      found: "M is 0b00111 (reserved)",
      breaks: { $0.change(0, .normal) { $0.pstate = 7 } },
      nearMiss: { state in
        // What an idle level has left is not what a handler interrupted.
        state.change(0, .normal) { $0.pstate = 7 }
        state.events.update(.softwareSignalled) { $0.running = Bitmap() }
      }
    ),
  ]

  private static let addresses: [RuleCase] = [
    RuleCase(
      id: "SDEI-V056a",
      path: "contexts[0-1].normal.pc",
      found: "0xffff800000012342 on vCPU 0, and the like on 1 more",
      breaks: { state in
        state.change(0, .normal) { $0.pc += 2 }
        state.change(1, .normal) { $0.pc += 1 }
      },
      nearMiss: { $0.change(0, .normal) { ($0.pc, $0.pstate) = (0x8002, 0x30) } }
    ),
    RuleCase(
      id: "SDEI-V056b",
      path: "contexts[0].normal.pc",
      found: "0x8002",
      breaks: { $0.change(0, .normal) { ($0.pc, $0.pstate) = (0x8002, 0x10) } },
      nearMiss: { $0.change(0, .normal) { ($0.pc, $0.pstate) = (0x8002, 0x30) } }
    ),
    RuleCase(
      id: "SDEI-V056c",
      path: "contexts[0].normal.pc",
      found: "0x123456789abcdec",
      breaks: { $0.change(0, .normal) { $0.pc = 0x0123_4567_89AB_CDEC } },
      nearMiss: { $0.change(0, .normal) { $0.pc = 0xFF80_0000_0000_1000 } }
    ),
    RuleCase(
      id: "SDEI-V056c",
      path: "contexts[0].normal.pc",
      found: "0x100008000",
      breaks: { $0.change(0, .normal) { ($0.pc, $0.pstate) = (0x1_0000_8000, 0x10) } },
      nearMiss: { $0.change(0, .normal) { $0.pc = 0x1_0000_8000 } }
    ),
  ]

  private static let bits: [RuleCase] = [
    RuleCase(
      id: "SDEI-V057a",
      path: "contexts[0].normal.pstate",
      found: "0xc000005",
      breaks: { $0.change(0, .normal) { $0.pstate = 0x0C00_0005 } },
      nearMiss: { $0.change(0, .normal) { $0.pstate = 0x1F_F3F0_3FC5 } }
    ),
    RuleCase(
      id: "SDEI-V057a",
      path: "contexts[0].normal.pstate",
      found: "0x100000010",
      breaks: { $0.change(0, .normal) { ($0.pc, $0.pstate) = (0x8000, 0x1_0000_0010) } },
      nearMiss: { $0.change(0, .normal) { ($0.pc, $0.pstate) = (0x8000, 0x2_FFFF_FFF0) } }
    ),
    RuleCase(
      id: "SDEI-V057b",
      dialect: .qemuRFC,
      path: "contexts[0].normal.pstate",
      found: "0x100000005",
      breaks: { $0.change(0, .normal) { $0.pstate = 0x1_0000_0005 } },
      nearMiss: { $0.change(0, .normal) { $0.pstate = 0x8000_0005 } }
    ),
  ]

  private static let nested: [RuleCase] = [
    RuleCase(
      id: "SDEI-V058a",
      path: "contexts[1].critical.pstate",
      found: "0x3c4",
      breaks: { $0.change(1, .critical) { $0.pstate = 0x3C4 } },
      nearMiss: { $0.change(1, .critical) { $0.pstate = 0x3C0 } }
    ),
    RuleCase(
      id: "SDEI-V058b",
      path: "contexts[1].critical.pstate",
      found: "0x10",
      breaks: { $0.change(1, .critical) { ($0.pc, $0.pstate) = (0x8000, 0x10) } },
      nearMiss: { $0.change(1, .normal) { ($0.pc, $0.pstate) = (0x8000, 0x10) } }
    ),
    RuleCase(
      id: "SDEI-V058c",
      path: "contexts[1].critical.pstate",
      found: "0x385",
      breaks: { $0.change(1, .critical) { $0.pstate = 0x385 } },
      nearMiss: { $0.change(1, .normal) { $0.pstate = 5 } }
    ),
    RuleCase(
      id: "SDEI-V059a",
      path: "contexts[1].critical",
      found: "pc 0xffff800000012340",
      breaks: { state in state.change(1, .critical) { $0.pc = LegalState.pc } },
      nearMiss: { state in
        state.change(1, .critical) { frame in
          frame.pc = LegalState.pc
          frame[word: 17] = 0
        }
      }
    ),
  ]
}
