import SDEIEngine
import SDEIModel

/// SIGNAL, and what a host does.
extension SwitchCase {
  static let signals = [
    SwitchCase(
      "signal-not-supported",
      doing: [.signal()],
      plain: .values(0),
      switched: .code(.notSupported)
    ),
    SwitchCase(
      "signal-goes-to-caller",
      after: .ready(.softwareSignalled, on: 0) + .ready(.softwareSignalled, on: 1),
      doing: [.signal(to: 1)],
      look: .occurrence(.softwareSignalled, on: 0),
      plain: .occurrence(.none),
      switched: .occurrence(.waiting(1))
    ),
    SwitchCase(
      "signal-needs-registration",
      "the target has not registered, the caller has",
      after: .ready(.softwareSignalled),
      doing: [.signal(to: 1), .signal(to: 0)],
      plain: .values(0, 0),
      switched: .values(-2, 0)
    ),
    SwitchCase(
      "signal-needs-enable",
      after: [.register(.softwareSignalled)],
      doing: [.signal(), .enable(.softwareSignalled), .signal()],
      plain: .values(0, 0, 0),
      switched: .values(-2, 0, 0)
    ),
    SwitchCase(
      "signal-needs-unmasked",
      after: .ready(.softwareSignalled),
      doing: [.signal(), .unmask(), .signal()],
      plain: .values(0, 0, 0),
      switched: .values(-2, 0, 0)
    ),
    SwitchCase(
      "signal-looks-at-no-property",
      "an event 0 that is not signalable",
      change: {
        $0.events.update(.softwareSignalled) { $0.definition?.isSignalable = false }
      },
      doing: [.signal()],
      plain: .code(.invalidParameters),
      switched: .values(0)
    ),
    SwitchCase(
      "signal-respects-unregistration",
      after: .running(.softwareSignalled),
      doing: [.signal(), .unregister(.softwareSignalled), .signal()],
      plain: .values(0, -5, 0),
      switched: .values(0, -5, -2)
    ),
    SwitchCase(
      "signal-respects-unregistration",
      "the target's, not the caller's",
      after: .running(.softwareSignalled, on: 1) + [.unregister(.softwareSignalled, on: 1)],
      doing: [.signal(to: 0), .signal(to: 1)],
      plain: .values(0, 0),
      switched: .values(0, -2)
    ),
  ]

  static let hosts = [
    SwitchCase(
      "inject-refused-not-pended",
      "registered by nobody; not enabled; masked; then none of it",
      after: [.register(.normal)],
      doing: [.inject(.later), .inject(.normal), .enable(.normal), .inject(.normal)]
        + [.unmask(), .inject(.normal)],
      plain: .values(0, 0, 0, 0, 0, 0),
      switched: .values(-2, -1, 0, -1, 0, 0)
    ),
    SwitchCase(
      "inject-needs-registration",
      after: [.register(.later, on: 1)],
      doing: [.inject(.later)],
      plain: .values(0),
      switched: .errno(.noEntry)
    ),
    SwitchCase(
      "immediate-needs-quiet",
      "what waits is not enabled",
      after: .ready(.normal) + [.register(.later), .fire(.later), .unmask()],
      doing: [.inject(.normal, immediately: true)],
      plain: .values(0),
      switched: .errno(.busy)
    ),
    SwitchCase(
      "cancel-of-nothing-invalid",
      after: [.register(.normal)],
      doing: [.cancel(.normal), .cancel(.unknown)],
      plain: .values(-2, -2),
      switched: .values(-22, -22)
    ),
    SwitchCase(
      "cancel-busy-while-running",
      "it runs, and waits once more",
      after: .running(.normal) + [.fire(.normal)],
      doing: [.cancel(.normal)],
      plain: .values(0),
      switched: .errno(.busy)
    ),
    SwitchCase(
      "cancel-busy-while-running",
      "it does nothing",
      after: [.register(.normal)],
      doing: [.cancel(.normal), .cancel(.later)],
      plain: .values(-2, -2),
      switched: .values(0, -2)
    ),
  ]
}
