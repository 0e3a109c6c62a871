import SDEIFormats
import SDEIModel
import SDEITestSupport
import SDEIVerify
import Testing

@Suite("Hazards that a host's owner accepts")
struct AcceptedHazardsTests {
  private func profile(_ rule: String, expires: String? = nil) throws -> Profile {
    var profile = Profile(name: "host", dialect: .specification)
    profile.vendor = 7
    profile.defects = [
      KnownDefect(
        rule: rule,
        reason: "the guests do not look",
        expires: try expires.map { try #require(CalendarDate($0)) }
      )
    ]
    return profile
  }

  @Test("a hazard becomes a note that names the reason, and the answer is yes")
  func accepted() throws {
    let findings = Compatibility.check(Snapshot(), against: try profile("SDEI-T222"))
    #expect(findings.map(\.id) == ["SDEI-T222"] && findings[0].severity == .note)
    #expect(findings[0].problem.contains("the guests do not look"))
  }

  @Test("it is accepted up to and on the day, and not behind it")
  func expiry() throws {
    let profile = try profile("SDEI-T222", expires: "2026-11-22")
    for today in ["0001-01-01", "2026-11-21", "2026-11-22"] {
      let findings = Compatibility.check(Snapshot(), against: profile, today: today)
      #expect(findings.map(\.id) == ["SDEI-T222"] && findings[0].severity == .note, "\(today)")
    }
    for today in ["2026-11-23", "2026-12-01", "2027-01-01"] {
      let findings = Compatibility.check(Snapshot(), against: profile, today: today)
      #expect(findings.map(\.id) == ["SDEI-T222", "SDEI-T260"], "\(today)")
      #expect(findings.allSatisfy { $0.severity == .warning })
      #expect(findings[1].problem.contains("2026-11-22"))
    }
  }

  @Test("without a day it counts, and a warning says that it was not looked at")
  func undated() throws {
    let findings = Compatibility.check(
      Snapshot(),
      against: try profile("SDEI-T222", expires: "2000-01-01")
    )
    #expect(findings.map(\.id) == ["SDEI-T261", "SDEI-T222"])
    #expect(findings.map(\.severity) == [.warning, .note])
    #expect(findings[0].action.contains("--today"))
  }

  @Test("an entry whose hazard is not there says nothing, expired or not")
  func unmatched() throws {
    for today in [nil, "2026-11-22"] {
      let profile = try profile("SDEI-T223", expires: "2000-01-01")
      let findings = Compatibility.check(Snapshot(), against: profile, today: today)
      #expect(findings.map(\.id) == ["SDEI-T222"] && findings[0].severity == .warning)
    }
  }

  @Test("a refusal is not accepted away")
  func refusal() throws {
    let document = try Codec.decode(Repository.bytes("fixtures/kvm-v5/real-refused.kvm-v5"))
    var profile = try #require(Profile.named("kvm-v5"))
    let before = Compatibility.check(document, against: profile)
    profile.defects = [KnownDefect(rule: "SDEI-T007", reason: "it should not")]
    let assessment = Compatibility.assess(document, against: profile)
    #expect(assessment.answer == .no)
    #expect(assessment.findings.filter { $0.severity == .error } == before)
    #expect(assessment.findings.map(\.id).contains("SDEI-T262"))
  }

  @Test("a hazard of the host's commands is accepted by its rule")
  func hazard() throws {
    let document = try Codec.decode(Repository.bytes("fixtures/kvm-v5/real-64-vcpus.kvm-v5"))
    var profile = try #require(Profile.named("kvm-v5"))
    #expect(Compatibility.assess(document, against: profile).answer == .hazards)
    profile.defects = [KnownDefect(rule: "SDEI-T117", reason: "ignored there")]
    #expect(Compatibility.assess(document, against: profile).answer == .yes)
  }
}
