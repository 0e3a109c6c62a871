import SDEIEngine
import SDEIModel

/// Triggers, and which event is entered where.
extension SwitchCase {
  static let triggers = [
    SwitchCase(
      "triggers-kept-while-unregistered",
      doing: [.fire(.normal), .register(.normal), .enable(.normal), .unmask(), .deliver()],
      plain: .values(0, 0, 0, 0, 0),
      switched: .values(1, 0, 0, 0, 1)
    ),
    SwitchCase(
      "counts-occurrences",
      after: .ready(.normal),
      doing: [.fire(.normal), .fire(.normal)],
      look: .occurrence(.normal),
      plain: .occurrence(.waiting(1)),
      switched: .occurrence(.waiting(2))
    ),
    SwitchCase(
      "counts-occurrences",
      "each is delivered, none twice",
      after: .ready(.normal) + [.unmask()],
      doing: [
        .fire(.normal), .fire(.normal), .deliver(), .complete(), .deliver(), .complete(),
        .deliver(),
      ],
      plain: .answers(
        [.value(1), .value(1), .value(1), .resumes, .value(0), .value(-3), .value(0)]
      ),
      switched: .answers(
        [.value(1), .value(1), .value(1), .resumes, .value(1), .resumes, .value(0)]
      )
    ),
    SwitchCase(
      "counts-occurrences",
      "also behind an interrupt that was taken at once",
      after: .ready(.normal) + [.unmask()],
      doing: [.arrive(.normal), .fire(.normal), .fire(.normal)],
      look: .occurrence(.normal),
      plain: .occurrence(.running(waiting: 1)),
      switched: .occurrence(.running(waiting: 2))
    ),
    SwitchCase(
      "event-zero-asserts",
      after: [.register(.softwareSignalled), .unmask()],
      doing: [.arrive(.softwareSignalled)],
      plain: .values(0),
      switched: .undefined(.assertPending)
    ),
    SwitchCase(
      "event-zero-asserts",
      "SIGNAL and DISABLE in its own handler, then COMPLETE",
      after: .running(.softwareSignalled),
      doing: [.signal(), .disable(.softwareSignalled), .complete(), .deliver()],
      plain: .answers([.value(0), .value(0), .resumes, .value(0)]),
      switched: .answers([.value(0), .value(0), .resumes, .undefined(.assertPending)])
    ),
    SwitchCase(
      "explicit-dispatch-only",
      after: .ready(.normal) + .ready(.firmware) + [.unmask()],
      doing: [.dispatch(.normal), .complete(), .dispatch(.firmware)],
      plain: .answers([.value(0), .resumes, .value(0)]),
      switched: .values(-1, -3, 0)
    ),
    SwitchCase(
      "priority-mask-sticks",
      "a second critical event inside of the same normal handler",
      after: .ready(.firmware) + .ready(.urgent) + [.unmask(), .dispatch(.firmware)],
      doing: [.dispatch(.urgent), .complete(), .dispatch(.urgent)],
      plain: .answers([.value(0), .resumes, .value(0)]),
      switched: .answers([.value(0), .resumes, .undefined(.panicPriority)])
    ),
  ]

  static let choice = [
    SwitchCase(
      "first-in-first-out",
      after: .ready(.normal) + .ready(.later) + [.unmask()],
      doing: [.fire(.later), .fire(.normal), .deliver()],
      look: .running(),
      plain: .event(.normal),
      switched: .event(.later)
    ),
    SwitchCase(
      "first-in-first-out",
      "what was delivered has left the queue",
      after: .ready(.normal) + .ready(.later) + [.unmask()],
      doing: [.fire(.later), .fire(.normal), .deliver(), .complete(), .fire(.later), .deliver()],
      look: .running(),
      plain: .event(.later),
      switched: .event(.normal)
    ),
    SwitchCase(
      "shared-waits-per-vcpu",
      "fires on vCPU 1, routed to vCPU 0",
      after: [
        .register(.shared, flags: 1, affinity: 0), .enable(.shared), .unmask(0), .unmask(1),
      ],
      doing: [.fire(.shared, on: 1), .deliver(0), .deliver(1)],
      plain: .values(1, 1, 0),
      switched: .values(1, 0, 1)
    ),
    SwitchCase(
      "shared-waits-per-vcpu",
      "UNREGISTER drops it on every vCPU",
      after: .ready(.shared),
      doing: [
        .fire(.shared, on: 1), .status(.shared, on: 1), .unregister(.shared), .register(.shared),
      ]
        + [.enable(.shared), .unmask(0), .unmask(1), .fire(.shared, on: 1), .deliver(0)],
      plain: .values(1, 3, 0, 0, 0, 0, 0, 1, 1),
      switched: .values(1, 3, 0, 0, 0, 0, 0, 1, 0)
    ),
    SwitchCase(
      "delivers-while-masked",
      after: .ready(.normal) + [.fire(.normal)],
      doing: [.deliver()],
      plain: .values(0),
      switched: .values(1)
    ),
    SwitchCase(
      "delivers-while-disabled",
      after: [.register(.normal), .fire(.normal), .unmask()],
      doing: [.deliver()],
      plain: .values(0),
      switched: .values(1)
    ),
    SwitchCase(
      "delivers-while-disabled",
      "what is not registered is not entered",
      after: [.register(.firmware), .unmask()],
      doing: [.dispatch(.urgent), .dispatch(.firmware)],
      plain: .values(-1, -1),
      switched: .values(-1, 0)
    ),
    SwitchCase(
      "delivers-shared-concurrently",
      after: .running(.shared) + [.unmask(1), .fire(.shared, on: 1)],
      doing: [.deliver(1)],
      plain: .values(0),
      switched: .values(1)
    ),
    SwitchCase(
      "one-level",
      after: .running(.normal) + .ready(.critical),
      doing: [.fire(.critical), .deliver()],
      plain: .values(1, 1),
      switched: .values(1, 0)
    ),
    SwitchCase(
      "running-is-marks-only",
      "a critical handler inside of a normal one with a lower number",
      after: .nested,
      doing: [.complete()],
      look: .completed,
      plain: .event(.critical),
      switched: .event(.normal)
    ),
    SwitchCase(
      "search-stops-at-disabled",
      after: [.register(.normal), .fire(.normal), .unmask()],
      doing: [.deliver()],
      plain: .values(0),
      switched: .undefined(.endlessLoop)
    ),
    SwitchCase(
      "search-stops-at-disabled",
      "an enabled event of a lower number comes first",
      after: [.register(.later), .fire(.later), .unmask()] + .ready(.normal) + [.fire(.normal)],
      doing: [.deliver(), .complete(), .deliver()],
      plain: .answers([.value(1), .resumes, .value(0)]),
      switched: .answers([.value(1), .resumes, .undefined(.endlessLoop)])
    ),
    SwitchCase(
      "search-stops-at-disabled",
      "a shared event, on the vCPU that does not hold its slot",
      after: [.register(.shared), .fire(.shared), .unmask(1)],
      doing: [.deliver(1), .enable(.shared), .deliver(1)],
      plain: .values(0, 0, 1),
      switched: .answers([.undefined(.endlessLoop), .value(0), .value(1)])
    ),
    SwitchCase(
      "mask-in-handler-deferred",
      after: .running(.normal) + .ready(.critical),
      doing: [.mask(), .fire(.critical), .deliver()],
      plain: .values(1, 1, 0),
      switched: .values(1, 1, 1)
    ),
  ]
}
