import SDEIFormats
import SDEIJournal
import SDEIModel
import SDEITestSupport
import SDEIVerify
import Testing

@Suite("Rules of states against their plain form for small states")
struct RuleOracleTests {
  /// An invariant and the rules that say the same together.
  struct Pair: Sendable, CustomTestStringConvertible {
    let invariant: String
    let rules: [String]
    /// Whether the rules also find all that breaks the invariant, which may say more.
    var isExact = true
    /// States in which the two speak of different things.
    var isLeftOut: @Sendable (Set<String>) -> Bool = { _ in false }
    var testDescription: String { "\(invariant): \(rules.joined(separator: ", "))" }
  }

  static let pairs: [Pair] = [
    Pair(invariant: "1", rules: ["V001a", "V001b", "V001c"]),
    Pair(invariant: "3", rules: ["V003b"]),
    Pair(invariant: "4", rules: ["V004a"]),
    Pair(invariant: "5", rules: ["V005a", "V005b"]),
    Pair(invariant: "6", rules: ["V006a", "V006b", "V006c"]),
    Pair(invariant: "8, 9", rules: ["V008", "V009a", "V009b"]),
    // The invariant passes event 0 over.
    Pair(invariant: "10", rules: ["V010a", "V010b"]) { $0.contains("V009a") },
    Pair(invariant: "11", rules: ["V011a", "V011b"]),
    // Rules of bound events ask for the two priorities and types that there are.
    Pair(invariant: "12", rules: ["V012a", "V012b"]) { $0.contains("V011b") },
    Pair(invariant: "14", rules: ["V014"]),
    Pair(invariant: "15", rules: ["V015a"]),
    Pair(invariant: "16", rules: ["V016a", "V016b"]) { $0.contains("V011a") },
    Pair(invariant: "17", rules: ["V017"]) { $0.contains("V011a") },
    Pair(invariant: "18", rules: ["V018a"]),
    Pair(invariant: "20", rules: ["V020"]),
    Pair(invariant: "22", rules: ["V022a", "V022b", "V022c"]),
    Pair(invariant: "23", rules: ["V023"]),
    Pair(invariant: "26", rules: ["V026a"]),
    Pair(invariant: "28, 29, 47", rules: ["V028a", "V029a"]),
    Pair(invariant: "30", rules: ["V030"]),
    // Where affinities are unknown or wrong themselves the rule does not guess.
    Pair(invariant: "31", rules: ["V031a", "V031b"]) {
      $0.contains("V005b") || $0.contains("V031b?")
    },
    // What is left over, and other modes, are other rules.
    Pair(invariant: "32", rules: ["V032a", "V032b"], isExact: false),
  ]

  /// The rules that a state breaks, without `SDEI-`; with a question mark where it could not tell.
  private func broken(_ snapshot: Snapshot) -> Set<String> {
    let findings = Verifier.findings(Document(format: .sdei, snapshot: snapshot)).listed
    return Set(
      findings.filter { $0.id.hasPrefix("SDEI-V") }.map {
        $0.id.dropFirst(5) + ($0.severity == .note ? "?" : "")
      }
    )
  }

  @Test("a rule is broken where its invariant is, over changed legal states", arguments: pairs)
  func agree(_ pair: Pair) throws {
    let invariant = try #require(StateInvariant.all.first { $0.rule == pair.invariant })
    let seed: UInt64 = 0x5DE1_0801
    var count = 0
    for number in 0..<6000 as Range<UInt64> {
      let state = MutatedState.make(seed: seed &+ number)
      let rules = broken(state)
      if pair.isLeftOut(rules) { continue }
      let isBroken = invariant.isBroken(StateFacts(state))
      let isFound = !rules.isDisjoint(with: pair.rules)
      let isRight = pair.isExact ? isFound == isBroken : !isFound || isBroken
      #expect(isRight, "seed \(seed &+ number): found \(rules.sorted()), broken \(isBroken)")
      count += isFound ? 1 : 0
    }
    if count == 0 { throw NothingToTest(what: "state that breaks \(pair.invariant)") }
  }

  @Test("no rule of an error is broken at the end of what the reference engine runs")
  func engine() throws {
    let scenarios = StateFixture.scenarios
    if scenarios.isEmpty { throw NothingToTest(what: "scenario") }
    for scenario in scenarios {
      let errors = Verifier.findings(scenario.document).listed.filter {
        $0.severity == .error && $0.id.hasPrefix("SDEI-V")
      }
      #expect(errors.isEmpty, "\(scenario.name): \(errors)")
    }
  }

  @Test("nor behind what random clients do to it")
  func randomClients() throws {
    let random = try #require(Scenario.all.first { $0.name == "random" })
    for seed in 0..<150 as Range<UInt64> {
      let end = try random.run(vcpus: max(random.minimumVCPUs, UInt32(1 + seed % 9)), seed: seed)
      let findings = Verifier.findings(Document(format: .sdei, snapshot: end.snapshot())).listed
      let errors = findings.filter { $0.severity == .error && $0.id.hasPrefix("SDEI-V") }
      #expect(errors.isEmpty, "seed \(seed): \(errors)")
    }
  }

  @Test("any state that can be held is looked at")
  func anyState() {
    let seed: UInt64 = 0x5DE1_0802
    for number in 0..<1500 as Range<UInt64> {
      let document = Document(format: .sdei, snapshot: RandomSnapshot.make(seed: seed &+ number))
      let findings = Verifier.findings(document)
      #expect(findings.count >= findings.listed.count, "seed \(seed &+ number)")
    }
  }
}
