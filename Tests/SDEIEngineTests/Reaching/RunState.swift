import SDEIEngine
import SDEIModel
import SDEITestSupport

/// States at the end of the random runs, made without asking any rule on the way.
enum RunState {
  /// The state at the end of the run with a seed.
  static func end(seed: UInt64) throws -> Snapshot {
    var maker = StepMaker(random: SplitMix64(seed: seed))
    var player = try maker.player()
    for _ in 0..<RandomRun.steps {
      _ = try player.play(maker.step(StateFacts(player.engine.snapshot())))
    }
    return player.engine.snapshot()
  }

  /// What a state has that makes it worth a test, by name.
  static func traits(of state: Snapshot) -> [String] {
    var result: [String] = []
    func note(_ name: String, _ holds: Bool) { if holds { result.append(name) } }
    let levels = [Level.normal, .critical].map { Set(state.contexts.level($0).map(\.vcpu)) }
    note("normal handlers", !levels[0].isEmpty)
    note("critical handlers", !levels[1].isEmpty)
    note("nested handlers", !levels[0].isDisjoint(with: levels[1]))
    note(
      "vCPUs off",
      state.vcpus.power.runs.contains { run in
        run.range.contains { state.vcpus.powerState(of: $0) == .off }
      }
    )
    note("delivery requests", !state.vcpus.deliveryRequest.isEmpty)
    note("bindings", state.events.contains { $0.definition?.origin == .slot })
    note("relative entries", state.events.contains { !$0.relative.isEmpty })
    note("RM_PE", state.events.contains { $0.routing.mode == .pe })
    note("pending", state.events.contains { !$0.pending.isEmpty })
    note("unregistering", state.events.contains { !$0.running.subtracting($0.registered).isEmpty })
    note(
      "disabled inside",
      state.events.contains {
        !$0.running.intersection($0.registered).subtracting($0.enabled).isEmpty
      }
    )
    return result
  }
}

extension IndexRange {
  fileprivate func contains(_ holds: (UInt32) -> Bool) -> Bool {
    (first...last).contains(where: holds)
  }
}
