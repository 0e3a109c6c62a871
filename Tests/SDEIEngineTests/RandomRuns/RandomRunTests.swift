import SDEIModel
import Testing

@Suite("Random runs of the specification keep its invariants (sdei-spec 8)")
struct RandomRunTests {
  private static let perTest: UInt64 = 500
  private static let first: UInt64 = 0x5DE1_2000

  @Test("10,000 seeds: rules, restarts and formats", arguments: 0..<20 as Range<UInt64>)
  func runs(_ part: UInt64) throws {
    var problems: [String] = []
    var counts: [String: Int] = [:]
    let start = Self.first + part * Self.perTest
    for seed in start..<start + Self.perTest {
      var run = RandomRun(seed: seed)
      try run.play()
      problems += run.problems
      counts.merge(run.counts, uniquingKeysWith: +)
    }
    let shown = problems.prefix(5).joined(separator: "\n")
    #expect(problems.isEmpty, "\(problems.count) problems\n\(shown)")
    try expectVariety(counts)
    if part == 0 {
      print("seeds from \(start), \(Self.perTest) of 10000, \(RandomRun.steps) steps each:")
      for (name, count) in counts.sorted(by: { $0.key < $1.key }) { print("  \(name): \(count)") }
    }
  }

  /// A run that never gets anywhere proves nothing: each part must see what there is to see.
  private func expectVariety(_ counts: [String: Int]) throws {
    let entries = ["normal entries", "critical entries", "nested entries", "settled"]
    for name in entries { #expect(counts[name, default: 0] > 20, "\(name)") }
    for function in FunctionID.allCases {
      let seen = counts.filter { $0.key.hasPrefix(function.name + " ") }
      #expect(seen.values.reduce(0, +) > 20, "\(function.name)")
    }
    let results = [
      "SDEI_EVENT_UNREGISTER PENDING", "SDEI_EVENT_UNREGISTER SUCCESS",
      "SDEI_EVENT_COMPLETE resumes", "SDEI_EVENT_COMPLETE_AND_RESUME resumes",
      "SDEI_EVENT_COMPLETE_AND_RESUME INVALID_PARAMETERS", "SDEI_INTERRUPT_BIND value",
      "SDEI_INTERRUPT_BIND OUT_OF_RESOURCE", "SDEI_INTERRUPT_BIND DENIED",
      "SDEI_INTERRUPT_RELEASE SUCCESS", "SDEI_INTERRUPT_RELEASE DENIED",
      "SDEI_EVENT_ROUTING_SET SUCCESS", "SDEI_PRIVATE_RESET DENIED", "SDEI_SHARED_RESET DENIED",
      "SDEI_EVENT_SIGNAL SUCCESS", "SDEI_EVENT_CONTEXT value",
    ]
    for name in results { #expect(counts[name, default: 0] > 0, "\(name)") }
  }
}
