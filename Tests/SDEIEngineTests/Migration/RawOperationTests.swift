import SDEIEngine
import SDEIModel
import SDEITestSupport
import Testing

@Suite("Raw commands and pseudo registers of the recordings")
struct RawOperationTests {
  /// What a family's raw operations are called, how many the project's own recordings hold, and how
  /// many its recorded defects.
  static let families: [(family: TraceFamily, operations: Int, faults: Int)] = [
    (.kvmV4, 201, 1), (.kvmV5, 709, 14), (.kvmV7, 362, 0),
  ]

  private static let names: Set<String> = ["ioctl", "get_one_reg", "set_one_reg"]
  /// What a recording says of such an operation.
  private static let results: Set<String> = [
    "ret", "state", "states", "count", "version", "data", "req", "irq_pending", "crash",
  ]

  @Test("every one is checked: its errno, and what it reads back", arguments: families)
  func operations(_ family: TraceFamily, _ operations: Int, _ faults: Int) throws {
    var own = RawTally()
    for recording in try Recording.all(family) { try play(recording, family, &own) }
    var demos = RawTally()
    for recording in try Recording.faults(family) { try play(recording, family, &demos) }
    print(
      "\(family): \(own.operations) raw operations of \(own.recorded) recorded, "
        + "\(own.errnos) errnos (\(own.refused) of them refusals) and \(own.readBacks) values read "
        + "back; in the recorded defects \(demos.operations) of \(demos.recorded)"
    )
    for (name, tally) in [("recordings", own), ("defects", demos)] {
      let shown = tally.problems.prefix(8).joined(separator: "\n")
      #expect(tally.problems.isEmpty, "\(name): \(shown)")
      #expect(tally.operations == tally.recorded, "\(name)")
    }
    // More where SDEI_TRACES names more.
    #expect(own.operations >= operations && demos.operations == faults)
    #expect(own.readBacks > 0 && own.refused > 0)
  }

  private func play(
    _ recording: Recording,
    _ family: TraceFamily,
    _ tally: inout RawTally
  ) throws {
    // Counted from the text, so that a step that nobody plays is missed.
    for step in recording.steps {
      let text = step.line.filter { $0 != " " }
      if Self.names.contains(where: { text.contains("\"op\":\"\($0)\"") }) { tally.recorded += 1 }
    }
    var player = try KVMPlayer(family)
    for (number, step) in recording.steps.enumerated() {
      let before = player.tally
      let reason = try player.play(step)
      if Self.names.contains(step.name) {
        let place = "\(recording.name)#\(number)"
        tally.count(step, before, player.tally, reason, place, Self.results)
      }
      if reason != nil { return }
    }
  }
}

/// What was compared of raw operations.
private struct RawTally {
  var recorded = 0
  private(set) var operations = 0
  private(set) var errnos = 0
  private(set) var refused = 0
  private(set) var readBacks = 0
  private(set) var problems: [String] = []

  mutating func count(
    _ step: TraceStep,
    _ before: Tally,
    _ after: Tally,
    _ undefined: Undefined?,
    _ place: String,
    _ known: Set<String>
  ) {
    operations += 1
    problems += after.mismatches.dropFirst(before.mismatches.count)
    let keys = step.result.members.map(\.key)
    let unknown = keys.filter { !known.contains($0) }
    if !unknown.isEmpty { problems.append("\(place): nobody looks at \(unknown)") }
    if let undefined {
      if step.result["crash"] == nil { problems.append("\(place): \(undefined), and it returned") }
      return
    }
    guard let errno = step.result["ret"]?.signed else {
      return problems.append("\(place): no errno is recorded")
    }
    errnos += 1
    if errno != 0 { refused += 1 }
    let values = keys.filter { ["state", "states", "version", "data"].contains($0) }
    readBacks += errno == 0 ? values.count : 0
    // Each errno and each value read back is a comparison of its own.
    let least = 1 + (errno == 0 ? values.count : 0)
    if after.checks - before.checks < least { problems.append("\(place): too little is compared") }
  }
}
