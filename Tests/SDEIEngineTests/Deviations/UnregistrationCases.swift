import SDEIEngine
import SDEIModel

/// UNREGISTER and ROUTING_SET.
extension SwitchCase {
  static let unregistration = [
    SwitchCase(
      "unregister-of-nothing-invalid",
      doing: [.unregister(.normal)],
      plain: .code(.denied),
      switched: .code(.invalidParameters)
    ),
    SwitchCase(
      "unregister-twice-denied",
      after: .running(.normal),
      doing: [.unregister(.normal), .unregister(.normal)],
      plain: .values(-5, -5),
      switched: .values(-5, -3)
    ),
    SwitchCase(
      "pending-unregister-keeps-bits",
      after: .running(.normal),
      doing: [.unregister(.normal), .status(.normal)],
      plain: .values(-5, 4),
      switched: .values(-5, 7)
    ),
    SwitchCase(
      "pending-unregister-keeps-bits",
      "and so tells the routing",
      after: .running(.shared),
      doing: [.unregister(.shared), .info(.shared, .routingMode)],
      plain: .values(-5, -3),
      switched: .values(-5, 0)
    ),
    SwitchCase(
      "unregister-pending-stays",
      with: ["pending-unregister-keeps-bits"],
      after: .running(.normal),
      doing: [.unregister(.normal), .complete(), .register(.normal)],
      plain: .answers([.value(-5), .resumes, .value(0)]),
      switched: .answers([.value(-5), .resumes, .value(-3)])
    ),
    SwitchCase(
      "unregister-pending-stays",
      "the registered bit is gone",
      after: .running(.normal),
      doing: [.unregister(.normal), .unregister(.normal)],
      plain: .values(-5, -5),
      switched: .values(-5, -3)
    ),
    SwitchCase(
      "unregister-keeps-handler",
      after: [.register(.normal)],
      doing: [.unregister(.normal)],
      look: .snapshot { .word($0.events[.normal]?.entry[0] ?? 1) },
      plain: .word(0),
      switched: .word(0x8000)
    ),
    SwitchCase(
      "unregister-keeps-pending",
      after: .ready(.normal) + [.fire(.normal)],
      doing: [.unregister(.normal), .register(.normal), .enable(.normal), .unmask(), .deliver()],
      plain: .values(0, 0, 0, 0, 0),
      switched: .values(0, 0, 0, 0, 1)
    ),
  ]

  static let routing = [
    SwitchCase(
      "routing-set-not-supported",
      after: [.register(.shared)],
      doing: [.routingSet(.shared)],
      plain: .values(0),
      switched: .code(.notSupported)
    ),
    SwitchCase(
      "routing-set-private-denied",
      "registered, and registered by nobody",
      after: [.register(.normal)],
      doing: [.routingSet(.normal), .routingSet(.later)],
      plain: .values(-2, -2),
      switched: .values(-3, -2)
    ),
    SwitchCase(
      "routing-set-of-nothing-invalid",
      doing: [.routingSet(.shared)],
      plain: .code(.denied),
      switched: .code(.invalidParameters)
    ),
    SwitchCase(
      "routing-set-waits-for-quiet",
      "the event is registered and waits",
      after: [.register(.shared), .fire(.shared)],
      doing: [.routingSet(.shared)],
      plain: .values(0),
      switched: .code(.denied)
    ),
    SwitchCase(
      "registration-needs-bound-slot",
      with: ["slots-keep-numbers"],
      doing: [.release(.ppi), .register(.ppi)],
      plain: .values(0, 0),
      switched: .values(0, -3)
    ),
    SwitchCase(
      "registration-needs-bound-slot",
      "ROUTING_SET",
      with: ["slots-keep-numbers"],
      doing: [.release(.spi), .routingSet(.spi)],
      plain: .values(0, -3),
      switched: .values(0, -2)
    ),
    SwitchCase(
      "registration-looks-at-interrupt",
      "it is active",
      after: [.active(20)],
      doing: [.register(.ppi)],
      plain: .values(0),
      switched: .code(.denied)
    ),
    SwitchCase(
      "registration-looks-at-interrupt",
      "it is not the client's",
      after: [.foreign(40)],
      doing: [.register(.spi)],
      plain: .values(0),
      switched: .code(.denied)
    ),
    SwitchCase(
      "registrations-counted",
      "CPU_ON empties the handler and counts nothing down: the slot can never be released",
      with: ["power-on-clears-private", "release-looks-here"],
      doing: [.register(.ppi, on: 1), .power(.on, 1), .release(.ppi)],
      plain: .values(0, 0, 0),
      switched: .values(0, 0, -3)
    ),
  ]
}
