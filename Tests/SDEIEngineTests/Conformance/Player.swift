import SDEIEngine
import SDEIModel
import SDEITestSupport

/// Plays a recording of any family.
enum Player {
  static func dialect(_ family: TraceFamily) -> Dialect {
    switch family {
    case .kvmV4: .kvmV4
    case .kvmV5: .kvmV5
    case .kvmV7: .kvmV7
    case .tfA: .tfA
    }
  }

  static func play(
    _ recording: Recording,
    _ family: TraceFamily,
    _ observer: (any StepObserver)? = nil
  ) throws -> Tally {
    if family == .tfA {
      var player = try TFAPlayer()
      player.observer = observer
      try player.play(recording)
      return player.tally
    }
    var player = try KVMPlayer(family)
    player.observer = observer
    try player.play(recording)
    return player.tally
  }
}
