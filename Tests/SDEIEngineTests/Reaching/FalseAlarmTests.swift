import SDEIModel
import SDEITestSupport
import Testing

@Suite("No rule alarms falsely in random runs of the specification")
struct FalseAlarmTests {
  private static let perTest: UInt64 = 1000
  private static let first: UInt64 = 0x5DE1_4000

  @Test("10,000 runs of an arbitrary client: no error", arguments: 0..<10 as Range<UInt64>)
  func arbitraryClients(_ part: UInt64) throws {
    var found = FoundRules()
    for seed in Self.first + part * Self.perTest..<Self.first + (part + 1) * Self.perTest {
      var maker = StepMaker(random: SplitMix64(seed: seed))
      var player = try maker.player()
      for number in 1...RandomRun.steps {
        _ = try player.play(maker.step(StateFacts(player.engine.snapshot())))
        if number % 10 == 0 { found.add(player.engine.snapshot(), .error, "seed \(seed)") }
      }
    }
    #expect(found.rules.isEmpty, "\(found)")
  }

  @Test(
    "10,000 runs of a well-behaved client: no error and no warning, without an exception",
    arguments: 0..<10 as Range<UInt64>
  )
  func wellBehavedClients(_ part: UInt64) throws {
    var found = FoundRules()
    var counts: [String: Int] = [:]
    for seed in Self.first + part * Self.perTest..<Self.first + (part + 1) * Self.perTest {
      var client = WellBehavedClient(seed: seed)
      var player = try client.player()
      for number in 1...2 * RandomRun.steps {
        _ = try player.play(client.step(StateFacts(player.engine.snapshot())))
        guard number % 16 == 0 else { continue }
        let state = player.engine.snapshot()
        for severity in [Severity.warning, .error] { found.add(state, severity, "seed \(seed)") }
      }
      for trait in RunState.traits(of: player.engine.snapshot()) { counts[trait, default: 0] += 1 }
    }
    if part == 0 {
      print("well-behaved clients, \(Self.perTest) of 10000 runs: \(found)")
      for (name, count) in counts.sorted(by: { $0.key < $1.key }) { print("  \(name): \(count)") }
    }
    #expect(found.rules.isEmpty, "\(found)")
    #expect(counts.count == 11 && counts.values.allSatisfy { $0 > 10 }, "\(counts)")
  }
}

/// Rules that were broken, how often, and where first.
private struct FoundRules: CustomStringConvertible {
  private(set) var rules: [String: (count: Int, first: String)] = [:]
  private var states = 0

  mutating func add(_ state: Snapshot, _ severity: Severity, _ place: String) {
    states += 1
    for rule in StateOracle.broken(state, severity) {
      rules[rule, default: (0, place)].count += 1
    }
  }

  var description: String {
    let told = rules.sorted { $0.key < $1.key }.map {
      "\($0.key) in \($0.value.count), first \($0.value.first)"
    }
    return "\(states) states; " + (told.isEmpty ? "nothing" : told.joined(separator: "; "))
  }
}
