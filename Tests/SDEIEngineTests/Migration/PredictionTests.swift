import SDEIEngine
import SDEIFormats
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
    for recording in try Recording.all(family) { try predict(recording, family, &tally) }
    report(tally, "\(family): from the engine's states")
    #expect(tally.steps >= steps)
  }

  @Test("so are those of the recorded defects", arguments: [(TraceFamily.kvmV4, 2), (.kvmV5, 3)])
  func faults(_ family: TraceFamily, _ steps: Int) throws {
    var tally = PredictionTally()
    for recording in try Recording.faults(family) { try predict(recording, family, &tally) }
    report(tally, "\(family): from the engine's states, faults")
    #expect(tally.steps == steps)
    let harm = family == .kvmV5 ? "request_lost, a preemption" : "normal_handler_changed"
    #expect(tally.notes[harm, default: 0] > 0)
  }

  private func predict(
    _ recording: Recording,
    _ family: TraceFamily,
    _ tally: inout PredictionTally
  ) throws {
    var player = try KVMPlayer(family)
    for (number, step) in recording.steps.enumerated() {
      if step.name == "migrate" {
        tally.place = "\(recording.name)#\(number)"
        try tally.predict(player.dispatcher, step)
      }
      if try player.play(step) != nil { return }
    }
  }

  private func report(_ tally: PredictionTally, _ what: String) {
    print("\(what): \(tally.summary)")
    for (id, count) in tally.hazards.sorted(by: { $0.key < $1.key }) {
      print("  \(what): \(id) told of \(count) states")
    }
    for (what, count) in tally.notes.sorted(by: { $0.key < $1.key }) {
      print("  \(what): \(count)")
    }
    let shown = tally.misses.prefix(12).joined(separator: "\n")
    #expect(tally.misses.isEmpty, "\(tally.misses.count):\n\(shown)")
  }

  /// Of the project's own recordings: the dumps right before a migration.
  static let dumps: [(family: TraceFamily, steps: Int)] = [
    (TraceFamily.kvmV4, 27), (.kvmV5, 22), (.kvmV7, 32),
  ].filter { family, _ in FormatID(rawValue: family.rawValue) != nil }

  @Test("the raw bytes of a dump alone give the same prediction", arguments: dumps)
  func bytes(_ family: TraceFamily, _ steps: Int) throws {
    var tally = PredictionTally()
    for (place, directory) in KVMTrace.directories(family).enumerated() {
      let before = tally.steps
      for trace in try KVMTrace.all(family, in: directory) {
        try predict(trace, &tally)
      }
      if place == 0 { #expect(tally.steps - before == steps) }
    }
    report(tally, "\(family): from raw bytes")
    #expect(tally.steps >= steps)
  }

  private func predict(_ trace: KVMTrace, _ tally: inout PredictionTally) throws {
    let dumps = Dictionary(uniqueKeysWithValues: trace.dumps.map { ($0.step, $0) })
    var player = try KVMPlayer(trace.family)
    var isRestored = false
    for (number, step) in trace.steps.enumerated() {
      if step.name == "create" { isRestored = false }
      if step.name == "migrate" {
        tally.place = "\(trace.family)/\(trace.name)#\(number)"
        if let dump = dumps[number - 1] {
          let snapshot = try Codec.decode(dump.transcript).snapshot
          tally.predict(snapshot, player.dispatcher, step, isRestored: isRestored)
        }
        if step.result["now"]?.text == "destination" { isRestored = true }
      }
      if try player.play(step) != nil { return }
    }
  }
}
