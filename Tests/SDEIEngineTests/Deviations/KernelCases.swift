import SDEIEngine
import SDEIModel

/// How KVM keeps its state.
extension SwitchCase {
  static let kernels = [
    SwitchCase(
      "kernel-objects",
      "KVM knows in which order events were registered",
      doing: [.register(.later), .register(.normal)],
      look: Look { .events($0.engine.registeredNumbers) },
      plain: .events([]),
      switched: .events([.later, .normal])
    ),
    SwitchCase(
      "kernel-objects",
      "both levels point at one event, which the first completion frees",
      change: { snapshot in
        runs(.normal, &snapshot, in: [(0, .normal), (0, .critical)])
      },
      doing: [.complete()],
      plain: .answers([.resumes]),
      switched: .undefined(.useAfterFree)
    ),
    SwitchCase(
      "kernel-objects",
      "a shared event runs on two vCPUs and is unregistered",
      change: { snapshot in
        runs(.shared, &snapshot, in: [(0, .normal), (1, .normal)])
      },
      doing: [.unregister(.shared), .complete()],
      plain: .answers([.value(-5), .resumes]),
      switched: .answers([.value(-5), .undefined(.useAfterFree)])
    ),
    SwitchCase(
      "refcount-kept",
      with: ["counts-occurrences"],
      after: .ready(.normal),
      doing: [.fire(.normal), .fire(.normal)],
      look: refcount,
      plain: .word(0),
      switched: .word(2)
    ),
    SwitchCase(
      "refcount-kept",
      "an occurrence that was handled no longer counts",
      with: ["counts-occurrences"],
      after: .ready(.normal) + [.unmask()],
      doing: [.fire(.normal), .fire(.normal), .deliver(), .complete()],
      look: refcount,
      plain: .word(0),
      switched: .word(1)
    ),
    SwitchCase(
      "virtual-numbers",
      "0x40 has not the bits, 0x40400000 has them, 0 needs none",
      with: ["status-of-unknown-is-zero"],
      doing: [
        .status(EventNumber(0x40)), .status(EventNumber(0x4040_0000)),
        .status(.softwareSignalled),
      ],
      plain: .values(0, 0, 0),
      switched: .values(-2, 0, 0)
    ),
    SwitchCase(
      "virtual-numbers-without-zero",
      "0x40 has not the bits, 0x40400000 has them, 0 is no number",
      with: ["status-of-unknown-is-zero"],
      doing: [
        .status(EventNumber(0x40)), .status(EventNumber(0x4040_0000)),
        .status(.softwareSignalled),
      ],
      plain: .values(0, 0, 0),
      switched: .values(-2, 0, -2)
    ),
  ]

  private static let refcount = Look {
    .word(UInt64($0.engine.registeredEntry(.normal).refcount))
  }

  /// A registered and enabled event whose handler runs at some levels.
  private static func runs(
    _ number: EventNumber,
    _ snapshot: inout Snapshot,
    in places: [(vcpu: UInt32, level: Level)]
  ) {
    snapshot.events.update(number) {
      $0.registered = Bitmap(below: 1)
      $0.enabled = Bitmap(below: 1)
      $0.running = Bitmap(below: 1)
    }
    for place in places {
      snapshot.contexts.insert(Context(vcpu: place.vcpu, level: place.level, event: number))
    }
  }
}
