import SDEIEngine
import SDEIModel
import SDEITestSupport
import Testing

@Suite("What is said of a state before it is moved comes true in the recordings")
struct PredictionTests {
  /// Of the 60 recordings of each family.
  static let families: [(family: TraceFamily, steps: Int)] = [
    (.kvmV4, 83), (.kvmV5, 92), (.kvmV7, 127),
  ]

  @Test("every recorded migration is predicted", arguments: families)
  func migrations(_ family: TraceFamily, _ steps: Int) throws {
    var tally = PredictionTally()
    for recording in try Recording.all(family) {
      var player = try KVMPlayer(family)
      for (number, step) in recording.steps.enumerated() {
        if step.name == "migrate" {
          tally.place = "\(recording.name)#\(number)"
          try tally.predict(player.dispatcher, step)
        }
        _ = try player.play(step)
      }
    }
    print("\(family): from the engine's states: \(tally.summary)")
    for (id, count) in tally.hazards.sorted(by: { $0.key < $1.key }) {
      print("  \(family) \(id): told of \(count) states")
    }
    for (what, count) in tally.notes.sorted(by: { $0.key < $1.key }) {
      print("  \(family) \(what): \(count)")
    }
    let shown = tally.misses.prefix(12).joined(separator: "\n")
    #expect(tally.misses.isEmpty, "\(tally.misses.count):\n\(shown)")
    #expect(tally.steps >= steps)
  }
}
