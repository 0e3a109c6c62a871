import SDEIFormats
import SDEIModel
import SDEITestSupport
import SDEIVerify
import Testing

@Suite("Rules of running handlers, masks and contexts (34 to 59)")
struct RunningRuleTests {
  /// The rules of these numbers, but those of journals.
  private static let rules = Catalogue.rules.filter {
    (34...59).contains($0.invariant ?? 0) && $0.kind != .journal
  }

  @Test("what differs by dialect differs")
  func severities() throws {
    func severity(_ id: String, _ dialect: DialectID) throws -> Severity? {
      try #require(Catalogue.rule("SDEI-V" + id)).severity(in: dialect)
    }
    #expect(try severity("044", .specification) == .error)
    #expect(try severity("044", .tfA) == .warning)
    #expect(try severity("046c", .tfA) == nil)
    #expect(try severity("034b", .kvmV5) == .warning)
    #expect(try severity("036c", .tfA) == .warning)
    #expect(try severity("037", .kvmV5) == nil)
    #expect(try severity("042a", .kvmV7) == nil)
    #expect(try severity("047b", .kvmV4) == nil)
    #expect(try severity("048", .kvmV5) == .warning)
    #expect(try severity("057b", .specification) == nil)
  }

  @Test("the states of KVM's series break none", arguments: [LegalKVM.v5, LegalKVM.v7])
  func legalKVM(_ snapshot: Snapshot) {
    let findings = Verifier.findings(Document(format: .sdei, snapshot: snapshot)).listed
    #expect(!findings.contains { $0.id.hasPrefix("SDEI-V") }, "\(findings)")
  }

  @Test("what is due is told of states at rest only")
  func atRest() {
    for ruleCase in RuleCase.all where ["SDEI-V050", "SDEI-V052"].contains(ruleCase.id) {
      var moving = ruleCase
      moving.isAtRest = false
      #expect(!moving.findings(moving.breaks).contains { $0.id == ruleCase.id })
    }
  }

  @Test("the built-in scenarios break none that must hold", arguments: StateFixture.scenarios)
  func scenarios(_ fixture: StateFixture) {
    let numbers = Set(Self.rules.map(\.id))
    let findings = Verifier.findings(fixture.document).listed.filter { numbers.contains($0.id) }
    #expect(findings.allSatisfy { $0.severity < .error }, "\(findings)")
    // A scenario's registers are any, so its handlers need not keep exceptions masked; and nothing
    // masks a vCPU before it is powered on again.
    #expect(Set(findings.map(\.id)).isSubset(of: ["SDEI-V046c", "SDEI-V058c"]), "\(findings)")
  }

  /// What the kernels' states break: by what their code does, and by what the recordings' driver
  /// wrote into registers of vCPUs (numbers from 53 on) and into KVM v7's running bits.
  static let recorded: [(TraceFamily, code: Set<String>, driver: Set<String>)] = [
    (
      .kvmV4, ["SDEI-V034b", "SDEI-V049"],
      ["SDEI-V054", "SDEI-V056c", "SDEI-V058a", "SDEI-V058c"]
    ),
    (.kvmV5, ["SDEI-V034b", "SDEI-V042b", "SDEI-V048"], ["SDEI-V054", "SDEI-V056c"]),
    (
      .kvmV7, ["SDEI-V042b", "SDEI-V049"],
      [
        "SDEI-V035a", "SDEI-V054", "SDEI-V056a", "SDEI-V056b", "SDEI-V056c", "SDEI-V057a",
      ]
    ),
  ]

  @Test("the recorded dumps break what their kernels are known to break", arguments: recorded)
  func recordings(_ family: TraceFamily, code: Set<String>, driver: Set<String>) throws {
    let numbers = Set(Self.rules.map(\.id))
    var tally: [String: Int] = [:]
    var unknown: [String] = []
    for dump in try KVMTrace.dumps(family, in: KVMTrace.directories(family)[0]) {
      let findings = Verifier.findings(try Codec.decode(dump.transcript)).listed
      for finding in findings where numbers.contains(finding.id) {
        tally["\(finding.id) \(finding.severity.rawValue)", default: 0] += 1
        if !code.union(driver).contains(finding.id) { unknown.append("\(dump): \(finding)") }
      }
    }
    print("\(family):", tally.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" })
    #expect(unknown.isEmpty, "\(unknown.count): \(unknown.prefix(3))")
    let found = Set(tally.keys.map { String($0.prefix { $0 != " " }) })
    #expect(code.isSubset(of: found), "\(tally)")
  }
}
