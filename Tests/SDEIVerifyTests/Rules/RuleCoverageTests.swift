import SDEIFormats
import SDEIModel
import SDEITestSupport
import SDEIVerify
import Testing

@Suite("Every invariant of the list has its rules, and every rule its case")
struct RuleCoverageTests {
  /// The document's list: how many invariants it has, and what kinds of rules say them.
  private static let invariants = 1...66
  private static let kinds: Set<RuleKind> = [.state, .pair, .journal, .decoder, .nonRule]

  /// What breaks a rule of a kind, or shows that it is none, by identifier.
  private static let cases: [RuleKind: Set<String>] = [
    .state: Set(RuleCase.all.map(\.id)),
    .defect: Set(RuleCase.all.map(\.id)),
    .pair: Set(PairCase.all.map(\.id)),
    .journal: Set(JournalCase.all.map(\.id)),
    .decoder: Set(DecoderRuleTests.all.map(\.id) + RunningDecoderRuleTests.cases.map(\.id)),
    .nonRule: Set(NonRuleTests.all.map(\.id)),
  ]

  @Test(
    "each rule has a case of its kind",
    arguments: cases.keys.sorted { $0.rawValue < $1.rawValue }
  )
  func complete(_ kind: RuleKind) throws {
    let rules = Catalogue.rules.filter { $0.kind == kind }.map(\.id)
    if rules.isEmpty { throw NothingToTest(what: "\(kind)") }
    let missing = Set(rules).subtracting(Self.cases[kind] ?? [])
    #expect(missing.isEmpty, "\(missing.sorted())")
  }

  @Test("each of the 66 has a rule, and letters follow each other", arguments: invariants)
  func numbered(_ number: Int) {
    let ids = Catalogue.rules.filter { $0.invariant == number }.map(\.id)
    let stem = "SDEI-V" + String(String(1000 + number).dropFirst())
    #expect(ids == (ids.count == 1 ? [stem] : "abcdefgh".prefix(ids.count).map { stem + "\($0)" }))
    #expect(!ids.isEmpty)
  }

  @Test("no rule has another number, and their kinds are those of the list")
  func list() {
    let rules = Catalogue.rules.filter { $0.kind.letter == "V" }
    #expect(Set(rules.compactMap(\.invariant)) == Set(Self.invariants))
    #expect(Set(rules.map(\.kind)) == Self.kinds)
    for rule in rules {
      let isReported = DialectID.allCases.contains { rule.severity(in: $0) != nil }
      #expect(isReported == (rule.kind != .nonRule), "\(rule.id)")
      // What one state can not tell is asked of two, or of a journal (46: a mask behind a reset).
      let isOfSteps = [.pair, .journal].contains(rule.kind)
      let number = rule.invariant ?? 0
      #expect(isOfSteps == (number == 45 || number >= 60 || rule.id == "SDEI-V046b"), "\(rule.id)")
    }
  }

  private func notes(_ change: (inout Snapshot) -> Void) -> [Finding] {
    var snapshot = LegalState.quiet
    change(&snapshot)
    return Verifier.findings(Document(format: .sdei, snapshot: snapshot)).listed
  }

  @Test("a target is not looked for where affinities are unknown: one note says so")
  func unknownAffinities() {
    let findings = notes { state in
      state.vcpus.affinityKnown = Bitmap()
      state.vcpus.affinity = Column()
    }
    #expect(findings.map(\.id) == ["SDEI-V031b"] && findings.first?.severity == .note)
    #expect(findings.first?.path == "events[0x40400004].routing.affinity")
    #expect(findings.first?.problem.contains("can not be checked") == true)
    // Nothing is to be told where the target is among the vCPUs that are known.
    let known = notes { $0.vcpus.affinityKnown.remove(2) }
    #expect(known.isEmpty, "\(known)")
  }
}
