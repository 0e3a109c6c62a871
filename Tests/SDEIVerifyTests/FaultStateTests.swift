import SDEIFormats
import SDEIModel
import SDEITestSupport
import SDEIVerify
import Testing

@Suite("Recorded defects, found before the move")
struct FaultStateTests {
  /// The built-in profile of the kernel that a state strikes.
  private func profile(_ fault: FaultState) throws -> Profile {
    try #require(Profile.named(fault.dialect.name))
  }

  @Test("there are states for each kernel")
  func dialects() {
    #expect(Set(FaultStates.all.map(\.dialect)) == [.kvmV4, .kvmV5, .kvmV7])
    #expect(FaultStates.all.count >= 20)
  }

  @Test("each is found at its own kernel, and nothing of it elsewhere", arguments: FaultStates.all)
  func found(fault: FaultState) throws {
    let document = Document(format: .sdei, snapshot: fault.snapshot)
    let assessment = Compatibility.assess(document, against: try profile(fault))
    let ids = Set(assessment.findings.map(\.id))
    // Where the profile lists the events, one that is dropped is one that it does not offer.
    let expected = fault.expected.map { $0 == "SDEI-T135" ? "SDEI-T210" : $0 }
    #expect(Set(expected).isSubset(of: ids), "\(assessment.findings)")
    let specific = try #require(Profile.named("specification-1.1"))
    let elsewhere = Compatibility.check(document, against: specific).map(\.id)
    #expect(!elsewhere.contains { $0.hasPrefix("SDEI-T0") || $0.hasPrefix("SDEI-T1") })
  }

  @Test("one state's hazard at a kernel is accepted by rule, and only that one")
  func accepted() throws {
    var accepted = 0
    for fault in FaultStates.all {
      let document = Document(format: .sdei, snapshot: fault.snapshot)
      var profile = try profile(fault)
      for finding in Compatibility.check(document, against: profile)
      where finding.severity != .note && finding.id.hasPrefix("SDEI-T1") {
        profile.defects = [KnownDefect(rule: finding.id, reason: "patched there")]
        let after = Compatibility.check(document, against: profile)
        #expect(after.filter { $0.id == finding.id }.allSatisfy { $0.severity == .note })
        accepted += 1
      }
    }
    #expect(accepted >= 10)
  }
}
