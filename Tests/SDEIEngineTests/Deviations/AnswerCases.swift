import SDEIEngine
import SDEIModel

/// Calls that change nothing.
extension SwitchCase {
  static let arguments = [
    SwitchCase(
      "wide-arguments",
      "bit 32 of an event number",
      doing: [.call(Call(.eventStatus, 1 << 32))],
      plain: .values(0),
      switched: .code(.invalidParameters)
    ),
    SwitchCase(
      "features-at-0x50",
      doing: [.features, .call(Call(function: 0xC400_0050))],
      plain: .values(0x2_0002, -1),
      switched: .values(-1, 0x2_0002)
    ),
    SwitchCase(
      "no-features",
      doing: [.features],
      plain: .values(0x2_0002),
      switched: .code(.notSupported)
    ),
    SwitchCase(
      "signalable-is-one",
      "event 0, and one that is not signalable",
      doing: [.info(.softwareSignalled, .signaled), .info(.normal, .signaled)],
      plain: .values(0, 1),
      switched: .values(1, 0)
    ),
    SwitchCase(
      "mask-answers-zero",
      after: [.unmask()],
      doing: [.mask(), .mask()],
      plain: .values(1, 0),
      switched: .values(0, 0)
    ),
    SwitchCase(
      "mask-twice-denied",
      doing: [.mask(), .unmask(), .unmask()],
      plain: .values(0, 0, 0),
      switched: .values(-3, 0, -3)
    ),
    SwitchCase(
      "context-denied-first",
      "a register that there is not, outside of a handler",
      doing: [.context(18)],
      plain: .code(.invalidParameters),
      switched: .code(.denied)
    ),
    SwitchCase(
      "context-knows-x18",
      after: .running(.normal),
      doing: [.context(18), .context(19)],
      plain: .values(-2, -2),
      switched: .values(0x4_0000, -2)
    ),
    SwitchCase(
      "context-hides-errors",
      "X5 is INVALID_PARAMETERS, X6 is no error code",
      after: .ready(.normal) + [
        .unmask(), .fire(.normal),
        .edit(vcpu: 0) {
          $0.frame.x[5] = UInt64(bitPattern: -2)
          $0.frame.x[6] = UInt64(bitPattern: -4)
        }, .deliver(),
      ],
      doing: [.context(5), .context(6)],
      plain: .values(-2, -4),
      switched: .values(0, -4)
    ),
  ]

  static let answers = [
    SwitchCase(
      "status-of-unknown-is-zero",
      doing: [.status(.unknown)],
      plain: .code(.invalidParameters),
      switched: .values(0)
    ),
    SwitchCase(
      "status-running-is-anywhere",
      "the event waits on another vCPU",
      after: .ready(.normal, on: 1) + [.fire(.normal, on: 1), .register(.normal)],
      doing: [.status(.normal)],
      plain: .values(1),
      switched: .values(5)
    ),
    SwitchCase(
      "status-oopses",
      after: [.register(.normal)],
      doing: [.status(.normal)],
      plain: .values(1),
      switched: .undefined(.nullDereference)
    ),
    SwitchCase(
      "status-oopses",
      "registered on another vCPU only",
      after: [.register(.normal, on: 1)],
      doing: [.status(.later), .status(.normal)],
      plain: .values(0, 0),
      switched: .answers([.value(0), .undefined(.nullDereference)])
    ),
    SwitchCase(
      "routing-not-told",
      after: [.register(.shared)],
      doing: [.info(.shared, .routingMode)],
      plain: .values(0),
      switched: .code(.invalidParameters)
    ),
    SwitchCase(
      "routing-only-when-registered",
      after: [.register(.shared)],
      doing: [.info(.shared, .routingMode), .enable(.shared), .info(.shared, .routingMode)],
      plain: .values(0, 0, 0),
      switched: .values(0, 0, -3)
    ),
    SwitchCase(
      "routing-of-unregistered-is-any",
      doing: [.info(.shared, .routingMode)],
      plain: .code(.denied),
      switched: .values(0)
    ),
    SwitchCase(
      "affinity-of-any-told",
      after: [.register(.shared)],
      doing: [.info(.shared, .routingAffinity)],
      plain: .code(.invalidParameters),
      switched: .values(0)
    ),
    SwitchCase(
      "critical-event-zero",
      isFresh: true,
      doing: [.info(.softwareSignalled, .priority)],
      plain: .values(0),
      switched: .values(1)
    ),
  ]
}
