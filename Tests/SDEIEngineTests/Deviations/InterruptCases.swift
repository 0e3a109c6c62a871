import SDEIEngine
import SDEIModel

/// BIND and RELEASE.
extension SwitchCase {
  static let interrupts = [
    SwitchCase(
      "bind-not-supported",
      doing: [.bind(41), .release(.ppi)],
      plain: .values(0x4000_0002, 0),
      switched: .values(-1, -1)
    ),
    SwitchCase(
      "bind-foreign-denied",
      after: [.foreign(41)],
      doing: [.bind(41)],
      plain: .code(.invalidParameters),
      switched: .code(.denied)
    ),
    SwitchCase(
      "bind-foreign-denied",
      "no slot is free",
      after: [.foreign(41), .bind(42)],
      doing: [.bind(41)],
      plain: .code(.invalidParameters),
      switched: .code(.outOfResource)
    ),
    SwitchCase(
      "bind-active-allowed",
      after: [.active(41)],
      doing: [.bind(41)],
      plain: .code(.denied),
      switched: .values(0x4000_0002)
    ),
    SwitchCase(
      "bind-no-extended",
      "an extended SPI, an extended PPI",
      doing: [.bind(4096), .bind(1056)],
      plain: .values(0x4000_0002, 0x4000_0003),
      switched: .values(-2, -2)
    ),
    SwitchCase(
      "slots-keep-numbers",
      doing: [.release(.ppi), .status(.ppi), .release(.ppi), .bind(21)],
      plain: .values(0, -2, -2, 0x4000_0000),
      switched: .values(0, 0, -2, 0x4000_0000)
    ),
    SwitchCase(
      "slots-share-search",
      "events that have no interrupt are in front of the slot",
      with: ["slots-keep-numbers"],
      doing: [.release(.ppi), .bind(21)],
      plain: .values(0, 0x4000_0000),
      switched: .values(0, -10)
    ),
    SwitchCase(
      "registration-takes-interrupt",
      doing: [.register(.ppi)],
      look: .effects,
      plain: .effects([]),
      switched: .effects([.interruptTaken(interrupt: 20, vcpu: 0)])
    ),
    SwitchCase(
      "registration-takes-interrupt",
      "BIND does not",
      doing: [.bind(41)],
      look: .effects,
      plain: .effects([.interruptTaken(interrupt: 41, vcpu: nil)]),
      switched: .effects([])
    ),
    SwitchCase(
      "registration-takes-interrupt",
      "another vCPU releases the interrupt of a running handler",
      with: ["slots-keep-numbers", "release-looks-here"],
      after: .running(.ppi, on: 1),
      doing: [.unregister(.ppi, on: 1), .release(.ppi), .complete(on: 1)],
      plain: .answers([.value(-5), .value(0), .resumes]),
      switched: .answers([.value(-5), .value(0), .undefined(.panicMapping)])
    ),
    SwitchCase(
      "release-looks-here",
      "another vCPU still runs the handler",
      after: .running(.ppi, on: 1) + [.unregister(.ppi, on: 1)],
      doing: [.release(.ppi)],
      plain: .code(.denied),
      switched: .values(0)
    ),
    SwitchCase(
      "release-looks-here",
      "the interrupt is active",
      after: [.active(20)],
      doing: [.release(.ppi)],
      plain: .values(0),
      switched: .code(.denied)
    ),
  ]
}
