import SDEIEngine
import SDEIModel

/// The registers at a handler's first instruction, and what power does to handlers.
extension SwitchCase {
  static let entry = [
    SwitchCase(
      "entry-clears-registers",
      after: .ready(.normal) + [.unmask(), .fire(.normal)],
      doing: [.deliver()],
      look: .register { $0.frame.x[4] },
      plain: .word(0x1004),
      switched: .word(0)
    ),
    SwitchCase(
      "entry-clears-registers",
      "up to X17",
      after: .ready(.normal) + [.unmask(), .fire(.normal)],
      doing: [.deliver()],
      look: .register { $0.frame.x[17] },
      plain: .word(0x1011),
      switched: .word(0)
    ),
    SwitchCase(
      "entry-writes-spsr",
      "nothing restores it",
      after: .ready(.normal) + [.unmask(), .fire(.normal)],
      doing: [.deliver(), .complete()],
      look: .register { $0.spsr },
      plain: .word(0x222),
      switched: .word(0x6000_0004)
    ),
    SwitchCase(
      "entry-keeps-pstate",
      "IL, SS, BTYPE and UAO are set",
      after: .ready(.normal) + [.unmask(), .fire(.normal), interrupting(0x80B0_0C04)],
      doing: [.deliver()],
      look: .register { $0.frame.pstate },
      plain: .word(0x8000_03C5),
      switched: .word(0x80B0_0FC5)
    ),
    SwitchCase(
      "entry-keeps-feature-bits",
      "IL, SS, BTYPE and UAO are set",
      after: .ready(.normal) + [.unmask(), .fire(.normal), interrupting(0x80B0_0C04)],
      doing: [.deliver()],
      look: .register { $0.frame.pstate },
      plain: .word(0x8000_03C5),
      switched: .word(0x8080_0FC5)
    ),
  ]

  private static func interrupting(_ pstate: UInt64) -> Step {
    .edit(vcpu: 0) { $0.frame.pstate = pstate }
  }

  static let power = [
    SwitchCase(
      "power-on-clears-private",
      after: .ready(.normal) + [.fire(.normal), .register(.shared)],
      doing: [.power(.on), .status(.normal), .status(.shared)],
      plain: .values(0, 3, 1),
      switched: .values(0, 0, 1)
    ),
    SwitchCase(
      "power-on-clears-private",
      "what was pending goes with it",
      after: .ready(.normal) + [.fire(.normal)],
      doing: [.power(.on)],
      look: .occurrence(.normal),
      plain: .occurrence(.waiting(1)),
      switched: .occurrence(.none)
    ),
    SwitchCase(
      "power-off-keeps-handlers",
      after: .running(.normal),
      doing: [.power(.off)],
      look: .running(),
      plain: .event(nil),
      switched: .event(.normal)
    ),
  ]
}
