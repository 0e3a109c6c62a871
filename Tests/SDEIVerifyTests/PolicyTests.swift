import SDEIFormats
import SDEIModel
import SDEITestSupport
import SDEIVerify
import SDEIWire
import Testing

extension Policy {
  static func reading(_ text: String) throws -> Policy {
    try Array(text.utf8).withBytes { (bytes) throws(DecodeError) in try Policy.decode(bytes) }
  }

  /// A policy with one tolerance.
  static func tolerating(_ rule: String, _ members: String = "") throws -> Policy {
    let entry = "{\"rule\": \"\(rule)\", \"reason\": \"r\"\(members)}"
    return try reading("{\"schema\": \"sdeictl/policy/1\", \"tolerances\": [\(entry)]}")
  }
}

@Suite("Policies judge findings")
struct PolicyTests {
  private func finding(_ id: String, _ path: String = "", _ severity: Severity = .error) -> Finding
  {
    Finding(id: id, severity: severity, path: path, problem: "p", action: "a")
  }

  @Test(
    "a rule is named with its sub-case, or by its number alone for all of them",
    arguments: [
      ("SDEI-V006a", "SDEI-V006a", true), ("SDEI-V006a", "SDEI-V006b", false),
      ("SDEI-V006", "SDEI-V006a", true), ("SDEI-V006", "SDEI-V006b", true),
      ("SDEI-V006a", "SDEI-V006", false), ("SDEI-V008", "SDEI-V008", true),
      ("SDEI-V008", "SDEI-V0080", false), ("SDEI-V008", "SDEI-V080", false),
      ("SDEI-V008", "SDEI-K008", false),
    ]
  )
  func names(rule: String, id: String, isNamed: Bool) throws {
    let judge = PolicyJudge(try .tolerating(rule), today: nil)
    #expect(
      judge.judge(finding(id)) == (isNamed ? .tolerated(by: 0) : .reported(.error))
    )
    let entry = "{\"rule\": \"\(rule)\", \"severity\": \"note\", \"reason\": \"r\"}"
    let policy = try Policy.reading(
      "{\"schema\": \"sdeictl/policy/1\", \"severities\": [\(entry)]}"
    )
    let setting = PolicyJudge(policy, today: nil).judge(finding(id))
    #expect(setting == .reported(isNamed ? .note : .error))
  }

  @Test(
    "the pattern must name the whole place, all vCPUs of it included",
    arguments: [
      ("events[0x40*]", "events[0x40400001].vcpus[0-7].entry", true),
      ("events[0x40*]", "events[0x41000001].entry", false),
      ("events[0x40400000-0x404fffff].**", "events[0x40400001].vcpus[0-7].entry", true),
      ("events.vcpus[0-7]", "events[0x1].vcpus[0-7].entry", true),
      ("events.vcpus[0-15]", "events[0x1].vcpus[0-7].entry", true),
      ("events.vcpus[0-3,4-7]", "events[0x1].vcpus[0-7].entry", true),
      ("events.vcpus[0-6]", "events[0x1].vcpus[0-7].entry", false),
      ("events.vcpus[1]", "events[0x1].vcpus[0-7].entry", false),
      ("events.vcpus[0-4294967294]", "events[0x1].vcpus[0-4294967294].entry", true),
      ("events.vcpus[0-511]", "events[0x1].vcpus[0-4294967294].entry", false),
      ("contexts[*].normal", "contexts[0,2,4].normal.pc", true),
      ("contexts[*].normal", "contexts[0,2,4].critical.pc", false),
      ("**.pc", "contexts[0].normal.pc", true), ("vcpus.count", "vcpus.count", true),
      ("vcpus.count", "vcpus", false), ("**", "", true), ("events", "", false),
    ]
  )
  func paths(pattern: String, path: String, isTolerated: Bool) throws {
    let judge = PolicyJudge(
      try .tolerating("SDEI-V008", ", \"path\": \"\(pattern)\""),
      today: nil
    )
    let expected: Judgement = isTolerated ? .tolerated(by: 0) : .reported(.error)
    #expect(judge.judge(finding("SDEI-V008", path)) == expected)
  }

  @Test(
    "a tolerance with an end holds until its day is over, on a day that is known",
    arguments: [
      ("2024-02-28", true, nil), ("2024-02-29", true, nil), ("2024-03-01", false, "SDEI-P001"),
      ("2023-12-31", true, nil), ("2025-01-01", false, "SDEI-P001"), ("", false, "SDEI-P002"),
    ] as [(String, Bool, String?)]
  )
  func days(today: String, holds: Bool, about: String?) throws {
    let policy = try Policy.tolerating("SDEI-V008", ", \"until\": \"2024-02-29\"")
    let day = CalendarDate(today)
    let judgement = PolicyJudge(policy, today: day).judge(finding("SDEI-V008"))
    #expect(judgement == (holds ? .tolerated(by: 0) : .reported(.error)))
    let findings = policy.findings(today: day)
    #expect(findings.map(\.id) == (about.map { [$0] } ?? []))
    #expect(findings.allSatisfy { $0.path == "policy.tolerances[0]" })
    // One that does not hold is not also said to have met nothing.
    #expect(policy.unused([], today: day).map(\.id) == (holds ? ["SDEI-P003"] : []))
    #expect(policy.unused([0], today: day).isEmpty)
  }

  @Test("the first entry counts; a tolerance goes before a severity, and that before a baseline")
  func order() throws {
    let policy = try Policy.reading(
      """
      {"schema": "sdeictl/policy/1", "severities": [
        {"rule": "SDEI-V006a", "severity": "note", "reason": "r"},
        {"rule": "SDEI-V006", "severity": "ignore", "reason": "r"},
        {"rule": "SDEI-V008", "severity": "warning", "reason": "r"}],
       "tolerances": [{"rule": "SDEI-V008", "path": "events[0x1]", "reason": "r"},
        {"rule": "SDEI-V008", "path": "events[0x0-0x2]", "reason": "r"}]}
      """
    )
    let known = [finding("SDEI-V008", "events[0x9]"), finding("SDEI-V006b")].map {
      Baseline.key($0)
    }
    let judge = PolicyJudge(policy, today: nil, known: Set(known))
    #expect(judge.judge(finding("SDEI-V006a")) == .reported(.note))
    #expect(judge.judge(finding("SDEI-V006b")) == .tolerated(by: nil))
    #expect(judge.judge(finding("SDEI-V008", "events[0x1].entry")) == .tolerated(by: 0))
    #expect(judge.judge(finding("SDEI-V008", "events[0x2].entry")) == .tolerated(by: 1))
    #expect(judge.judge(finding("SDEI-V008", "events[0x3]")) == .reported(.warning))
    #expect(judge.judge(finding("SDEI-V008", "events[0x9]")) == .known)
    #expect(judge.judge(finding("SDEI-V010", "", .note)) == .reported(.note))
  }

  @Test("what is taken out is counted apart, and the tolerances that took it are known")
  func counts() throws {
    var findings = Findings(judge: PolicyJudge(try .tolerating("SDEI-V008"), today: nil))
    for _ in 0..<2000 {
      findings.add(finding("SDEI-V008"))
      findings.add(finding("SDEI-V006a", "", .warning))
    }
    #expect(findings.tolerated == 2000 && findings.tolerances == [0] && findings.known == 0)
    #expect(findings.count(.error) == 0 && findings.count(.warning) == 2000)
    #expect(findings.listed.count == Findings.limit && findings.worst == .warning)
    #expect(findings.tally.map(\.count) == [2000])
  }
}
