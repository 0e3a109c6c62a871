import SDEIEngine
import SDEIModel

/// When a vCPU is asked to look for an event.
extension SwitchCase {
  static let requests = [
    SwitchCase(
      "request-on-injection",
      "the vCPU is masked",
      after: .ready(.normal),
      doing: [.inject(.normal)],
      look: .requested(),
      plain: .isTrue(false),
      switched: .isTrue(true)
    ),
    SwitchCase(
      "request-while-busy",
      after: .running(.normal) + .ready(.later),
      doing: [.fire(.later)],
      look: .requested(),
      plain: .isTrue(false),
      switched: .isTrue(true)
    ),
    SwitchCase(
      "signal-of-pending-silent",
      "it has waited since before an unmask that asked for nothing",
      with: ["no-request-on-unmask"],
      after: .ready(.softwareSignalled) + [.signal()],
      doing: [.unmask(), .signal()],
      look: .requested(),
      plain: .isTrue(true),
      switched: .isTrue(false)
    ),
    SwitchCase(
      "request-only-for-unmask",
      "something is due",
      after: .ready(.normal) + [.unmask()],
      doing: [.fire(.normal)],
      look: .requested(),
      plain: .isTrue(true),
      switched: .isTrue(false)
    ),
    SwitchCase(
      "request-only-for-unmask",
      "an interrupt came while masked",
      after: .ready(.normal),
      doing: [.arrive(.normal)],
      look: .requested(),
      plain: .isTrue(false),
      switched: .isTrue(true)
    ),
    SwitchCase(
      "request-whatever-waits",
      "what waits is not enabled",
      after: .running(.normal) + [.register(.later), .fire(.later)],
      doing: [.complete()],
      look: .requested(),
      plain: .isTrue(false),
      switched: .isTrue(true)
    ),
    SwitchCase(
      "no-request-on-completion",
      after: .running(.normal) + .ready(.later) + [.fire(.later)],
      doing: [.complete()],
      look: .requested(),
      plain: .isTrue(true),
      switched: .isTrue(false)
    ),
    SwitchCase(
      "no-request-on-enable",
      after: [.register(.normal), .fire(.normal), .unmask()],
      doing: [.enable(.normal)],
      look: .requested(),
      plain: .isTrue(true),
      switched: .isTrue(false)
    ),
    SwitchCase(
      "no-request-on-unmask",
      after: .ready(.normal) + [.fire(.normal)],
      doing: [.unmask()],
      look: .requested(),
      plain: .isTrue(true),
      switched: .isTrue(false)
    ),
    SwitchCase(
      "request-whatever-waits-on-unmask",
      "what waits is not enabled",
      after: [.register(.normal), .fire(.normal)],
      doing: [.unmask()],
      look: .requested(),
      plain: .isTrue(false),
      switched: .isTrue(true)
    ),
    SwitchCase(
      "request-whatever-waits-on-unmask",
      "a shared event, on the vCPU that does not hold its slot",
      after: [.register(.shared), .fire(.shared)],
      doing: [.unmask(1)],
      look: .requested(1),
      plain: .isTrue(false),
      switched: .isTrue(true)
    ),
  ]
}
