import SDEIEngine
import SDEIModel

/// PRIVATE_RESET and SHARED_RESET.
extension SwitchCase {
  static let resets = [
    SwitchCase(
      "shared-handler-denies-private-reset",
      after: .running(.shared),
      doing: [.privateReset],
      plain: .values(0),
      switched: .code(.denied)
    ),
    SwitchCase(
      "resets-swapped",
      after: [.register(.normal), .register(.shared)],
      doing: [.privateReset, .status(.normal), .status(.shared)],
      plain: .values(0, 0, 1),
      switched: .values(0, 1, 0)
    ),
    SwitchCase(
      "reset-reaches-all-vcpus",
      after: [.register(.normal, on: 1)],
      doing: [.privateReset, .status(.normal, on: 1)],
      plain: .values(0, 1),
      switched: .values(0, 0)
    ),
    SwitchCase(
      "reset-answers-pending",
      after: .running(.normal),
      doing: [.privateReset],
      plain: .code(.denied),
      switched: .code(.pending)
    ),
    SwitchCase(
      "reset-skips-occurring",
      after: .ready(.normal) + [.fire(.normal), .register(.later)],
      doing: [.privateReset, .status(.normal), .status(.later)],
      plain: .values(0, 0, 0),
      switched: .values(0, 3, 0)
    ),
    SwitchCase(
      "reset-succeeds",
      after: .running(.normal),
      doing: [.privateReset, .status(.normal)],
      plain: .values(-3, 4),
      switched: .values(0, 4)
    ),
    SwitchCase(
      "shared-reset-does-nothing",
      after: [.register(.shared)],
      doing: [.sharedReset, .status(.shared)],
      plain: .values(0, 0),
      switched: .values(0, 1)
    ),
  ]
}
