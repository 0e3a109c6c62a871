import SDEIEngine
import SDEIModel

/// REGISTER, ENABLE and DISABLE.
extension SwitchCase {
  static let registration = [
    SwitchCase(
      "reserved-flags-ignored",
      doing: [.register(.normal, flags: 4)],
      plain: .code(.invalidParameters),
      switched: .values(0)
    ),
    SwitchCase(
      "flags-are-the-mode",
      "relative mode, which is supported",
      doing: [.register(.normal, flags: 2)],
      plain: .values(0),
      switched: .code(.invalidParameters)
    ),
    SwitchCase(
      "flags-looked-at-before-event",
      doing: [.register(.normal, flags: 1, affinity: 7)],
      plain: .values(0),
      switched: .code(.invalidParameters)
    ),
    SwitchCase(
      "affinity-not-checked",
      doing: [
        .register(.shared, flags: 1, affinity: 7), .routingSet(.shared, mode: 1, affinity: 8),
      ],
      plain: .values(-2, -2),
      switched: .values(0, 0)
    ),
    SwitchCase(
      "affinity-strict",
      "vCPU 1 as its raw MPIDR_EL1 names it",
      doing: [.register(.shared, flags: 1, affinity: 0x8000_0001)],
      plain: .values(0),
      switched: .code(.invalidParameters)
    ),
    SwitchCase(
      "entry-zero-refused",
      doing: [.register(.normal, entry: 0)],
      plain: .values(0),
      switched: .code(.invalidParameters)
    ),
    SwitchCase(
      "entry-misaligned-refused",
      doing: [.register(.normal, entry: 0x8002)],
      plain: .values(0),
      switched: .code(.invalidParameters)
    ),
    SwitchCase(
      "registrations-limited",
      "128 are registered; one of them on another vCPU is no further one",
      change: { snapshot in
        for number in 0..<128 {
          let definition = EventDefinition(type: .private, priority: .normal, isSignalable: false)
          let event = Event(EventNumber(0x1000 + UInt64(number)), definition: definition)
          snapshot.events.insert(event)
        }
      },
      after: (0..<128).map { .register(EventNumber(0x1000 + $0)) },
      doing: [.register(EventNumber(0x1000), on: 1), .register(.normal)],
      plain: .values(0, 0),
      switched: .values(0, -10)
    ),
    SwitchCase(
      "mode-takes-affinity",
      doing: [.register(.shared, affinity: 1), .info(.shared, .routingMode)],
      plain: .values(0, 0),
      switched: .values(0, 1)
    ),
    SwitchCase(
      "routing-kept-for-private",
      doing: [.register(.normal, flags: 1, affinity: 1)],
      look: .routing(.normal),
      plain: .routing(Routing()),
      switched: .routing(Routing(mode: .pe, affinity: Affinity(rawValue: 1)))
    ),
    SwitchCase(
      "affinity-kept-for-any",
      "as REGISTER brings it",
      doing: [.register(.shared, affinity: 1)],
      look: .routing(.shared),
      plain: .routing(Routing()),
      switched: .routing(Routing(mode: .any, affinity: Affinity(rawValue: 1)))
    ),
    SwitchCase(
      "affinity-kept-for-any",
      "as it was before ROUTING_SET",
      after: [.register(.shared, flags: 1, affinity: 1)],
      doing: [.routingSet(.shared)],
      look: .routing(.shared),
      plain: .routing(Routing()),
      switched: .routing(Routing(mode: .any, affinity: Affinity(rawValue: 1)))
    ),
    SwitchCase(
      "relative-at-registration",
      "VBAR moves between registration and delivery",
      doing: [
        .register(.normal, entry: 0x100, flags: 2), .enable(.normal), .unmask(),
        .edit(vcpu: 0) { $0.vbar = 0x20_0000 }, .fire(.normal), .deliver(),
      ],
      look: .register { $0.frame.pc },
      plain: .word(0x20_0100),
      switched: .word(0x10_0100)
    ),
    SwitchCase(
      "unknown-event-denied",
      doing: [.enable(.unknown), .disable(.unknown)],
      plain: .values(-2, -2),
      switched: .values(-3, -3)
    ),
    SwitchCase(
      "unregistered-anywhere-invalid",
      "registered by nobody, and by another vCPU",
      after: [.register(.later, on: 1)],
      doing: [.enable(.normal), .disable(.normal), .enable(.later)],
      plain: .values(-3, -3, -3),
      switched: .values(-2, -2, -3)
    ),
    SwitchCase(
      "enable-waits-for-quiet",
      after: .ready(.normal) + [.fire(.normal)],
      doing: [.disable(.normal), .status(.normal), .unregister(.normal)],
      plain: .values(0, 1, 0),
      switched: .values(-5, 3, -5)
    ),
    SwitchCase(
      "enable-twice-denied",
      after: .ready(.normal),
      doing: [.enable(.normal), .disable(.normal), .disable(.normal)],
      plain: .values(0, 0, 0),
      switched: .values(-3, 0, -3)
    ),
    SwitchCase(
      "enable-out-of-bounds",
      doing: [.enable(EventNumber(0x8000_0000))],
      plain: .code(.invalidParameters),
      switched: .undefined(.outOfBounds)
    ),
    SwitchCase(
      "enable-out-of-bounds",
      "DISABLE of the largest number",
      doing: [.disable(EventNumber(0xFFFF_FFFF))],
      plain: .code(.invalidParameters),
      switched: .undefined(.outOfBounds)
    ),
  ]
}
