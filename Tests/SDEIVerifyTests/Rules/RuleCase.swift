import SDEIFormats
import SDEIModel
import SDEIVerify
import Testing

/// A state that breaks one rule and only it, and one that nearly does.
struct RuleCase: Sendable, CustomTestStringConvertible {
  let id: String
  /// The dialect that the changed state is given.
  var dialect: DialectID = .specification
  /// Whether the state is checked as one at rest.
  var isAtRest = false
  /// The state before the change.
  var start: @Sendable () -> Snapshot = { LegalState.snapshot }
  /// Where the finding says the rule is broken.
  let path: String
  /// A part of the finding's problem, where what was found matters.
  var found = ""
  /// Other identifiers that must be broken with it, and why.
  var also: [String: String] = [:]
  /// Breaks the rule.
  let breaks: @Sendable (inout Snapshot) -> Void
  /// Comes near to it.
  let nearMiss: @Sendable (inout Snapshot) -> Void

  var testDescription: String { "\(id) at \(path)" }

  /// What rules, leaks and defects say of a changed state.
  func findings(_ change: (inout Snapshot) -> Void) -> [Finding] {
    var snapshot = start()
    snapshot.instance.dialect = dialect
    change(&snapshot)
    let document = Document(format: .sdei, snapshot: snapshot)
    return Verifier.findings(document, isAtRest: isAtRest).listed.filter {
      ["SDEI-V", "SDEI-L", "SDEI-K"].contains($0.id.prefix(6))
    }
  }

  static let all: [RuleCase] =
    instance + definitions + bindings + handlers + routing + running + pending + contexts + leaks
    + defects

  /// Whether another finding must be named by `also`.
  ///
  /// A defect tells where something comes from that invariants find wrong: those are not asked for.
  func expects(_ other: Finding) -> Bool {
    other.id != id && (id.hasPrefix("SDEI-V") || !other.id.hasPrefix("SDEI-V"))
  }
}

@Suite("Each rule of states: what breaks it, and what nearly does")
struct RuleCaseTests {
  @Test("the legal state breaks none, at rest or not", arguments: [false, true])
  func legal(_ isAtRest: Bool) {
    let document = Document(format: .sdei, snapshot: LegalState.snapshot)
    let findings = Verifier.findings(document, isAtRest: isAtRest).listed
    #expect(findings.isEmpty, "\(findings)")
  }

  @Test("a broken rule is found at its place, and no other one is", arguments: RuleCase.all)
  func broken(_ ruleCase: RuleCase) throws {
    let findings = ruleCase.findings(ruleCase.breaks)
    let own = findings.filter { $0.id == ruleCase.id }
    #expect(own.map(\.path) == [ruleCase.path])
    let isTold = own.allSatisfy { ruleCase.found.isEmpty || $0.problem.contains(ruleCase.found) }
    #expect(isTold, "\(own.map(\.problem))")
    let rule = try #require(Catalogue.rule(ruleCase.id))
    #expect(own.allSatisfy { $0.severity == rule.severity(in: ruleCase.dialect) })
    let others = Set(findings.filter(ruleCase.expects).map(\.id))
    #expect(others == Set(ruleCase.also.keys))
  }

  @Test("a near miss does not break it", arguments: RuleCase.all)
  func nearMiss(_ ruleCase: RuleCase) {
    let findings = ruleCase.findings(ruleCase.nearMiss)
    #expect(!findings.contains { $0.id == ruleCase.id }, "\(findings)")
  }
}
