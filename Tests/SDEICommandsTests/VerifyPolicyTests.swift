import SDEITestSupport
import Testing

@Suite("sdeictl verify --policy, and the hint")
struct VerifyPolicyTests {
  private let directory: Temporary

  init() throws { directory = try Temporary() }

  private func policy(_ members: String) throws -> String {
    let text = "{\"schema\": \"sdeictl/policy/1\", \(members)}"
    let file = try directory.write(Array(text.utf8), "policy.json")
    let valid = try Program.run(
      program: "python3",
      ["Tests/Tools/validate.py", "schemas/policy.schema.json", file]
    )
    #expect(valid.status == 0, "\(valid.text)")
    return file
  }

  private func verify(_ members: String, _ more: String...) throws -> (Int32, VerifyReport) {
    let arguments = [
      "verify", VerifyInputs.notValid, "--format", "json", "--policy", try policy(members),
    ]
    let result = try Program.run(program: Program.sdeictl, arguments + more)
    return (result.status, try VerifyReport(result.output))
  }

  private static let three = ["SDEI-T007", "SDEI-T011", "SDEI-T013"]

  @Test("severities change the answer, and ignored findings are only counted")
  func severities() throws {
    func setting(_ severity: String) -> String {
      let entries = Self.three.map {
        "{\"rule\": \"\($0)\", \"severity\": \"\(severity)\", \"reason\": \"r\"}"
      }
      return "\"severities\": [\(entries.joined(separator: ", "))]"
    }
    for (severity, status, counts) in [
      ("error", 1, ["error": 3, "warning": 2, "note": 2]),
      ("warning", 0, ["error": 0, "warning": 5, "note": 2]),
      ("note", 0, ["error": 0, "warning": 2, "note": 5]),
      ("ignore", 0, ["error": 0, "warning": 2, "note": 2, "tolerated": 3]),
    ] as [(String, Int32, [String: Int])] {
      let (got, report) = try verify(setting(severity))
      #expect(got == status && report.inputs[0]["passes"] as? Bool == (status == 0))
      // What is only counted is no reason to call the state valid.
      let isValid = status == 0 && severity != "ignore"
      #expect(report.inputs[0]["valid"] as? Bool == isValid)
      #expect(report.inputs[0]["counts"] as? [String: Int] == counts)
      #expect(report.total("tolerated") == counts["tolerated"] ?? 0)
      #expect(report.identifiers(nil).isEmpty)
    }
    let (strict, _) = try verify(setting("warning"), "--strict")
    #expect(strict == 1)
  }

  @Test(
    "a tolerance holds until the end of its day; without a day it is not used",
    arguments: [
      ("2026-06-29", 0, []), ("2026-06-30", 0, []), ("2026-07-01", 1, ["SDEI-P001"]),
      ("", 1, ["SDEI-P002"]),
    ] as [(String, Int32, [String])]
  )
  func days(today: String, status: Int32, about: [String]) throws {
    let entries = Self.three.map { rule in
      let until = rule == "SDEI-T011" ? ", \"until\": \"2026-06-30\"" : ""
      return "{\"rule\": \"\(rule)\", \"reason\": \"r\"\(until)}"
    }
    let members = "\"tolerances\": [\(entries.joined(separator: ", "))]"
    let arguments = [
      "verify", VerifyInputs.notValid, "--format", "json", "--policy", try policy(members),
    ]
    let result = try Program.run(
      program: Program.sdeictl,
      arguments + (today.isEmpty ? [] : ["--today", today])
    )
    let report = try VerifyReport(result.output)
    #expect(result.status == status && report.identifiers(nil) == about)
    #expect(report.total("tolerated") == (status == 0 ? 3 : 2))
    #expect(report.identifiers(0).contains("SDEI-T011") == (status == 1))
  }

  @Test("findings about the policy name the entry, count, and are judged by it as well")
  func about() throws {
    let tolerances = """
      "tolerances": [{"rule": "SDEI-V008", "reason": "r"}, {"rule": "SDEI-V001", "reason": "r"},
      {"rule": "SDEI-T007", "path": "events[0x1].**", "reason": "r"},
      {"rule": "SDEI-T013", "reason": "r", "until": "2025-12-31"}]
      """
    let (_, report) = try verify(tolerances, "--today", "2026-01-01")
    #expect(report.identifiers(nil) == ["SDEI-P001", "SDEI-P003", "SDEI-P003"])
    let findings = report.general["findings"] as? [[String: Any]] ?? []
    #expect(
      findings.compactMap { $0["path"] as? String } == [3, 1, 2].map { "policy.tolerances[\($0)]" }
    )
    #expect(report.total("note") == report.sum("note") + 2)
    #expect(report.total("warning") == report.sum("warning") + 1)
    let ignored = """
      , "severities": [{"rule": "SDEI-P003", "severity": "ignore", "reason": "r"},
      {"rule": "SDEI-P001", "severity": "error", "reason": "r"}]
      """
    let (status, other) = try verify(tolerances + ignored, "--today", "2026-01-01")
    #expect(other.identifiers(nil) == ["SDEI-P001"] && status == 1)
    #expect(other.total("tolerated") == other.sum("tolerated") + 2)
    #expect(other.total("error") == other.sum("error") + 1)
  }

  @Test("a file that is no policy is told with its place, before anything is checked")
  func wrong() throws {
    let text = "{\"schema\": \"sdeictl/policy/1\", \"tolerances\": [{\"rule\": \"SDEI-V999\"}]}"
    let file = try directory.write(Array(text.utf8), "wrong.json")
    let result = try Program.run("verify", VerifyInputs.valid, "--policy", file)
    #expect(result.status == 2 && result.output.isEmpty)
    #expect(result.messages.contains("wrong.json: byte "), "\(result.messages)")
    #expect(result.messages.contains("tolerances[0]"), "\(result.messages)")
    let missing = try Program.run("verify", VerifyInputs.valid, "--policy", "/nowhere")
    #expect(missing.status == 2 && missing.messages.contains("/nowhere"))
  }

  @Test("text says once how to know more, of the first of the gravest findings that are given")
  func hint() throws {
    func messages(_ arguments: String...) throws -> String {
      try Program.run(program: Program.sdeictl, ["verify"] + arguments).messages
    }
    let surplus = "fixtures/kvm-v5/surplus.kvm-v5"
    func hint(_ id: String) -> String { "sdeictl explain \(id) tells more\n" }
    #expect(try messages(VerifyInputs.clean) == "")
    #expect(try messages(VerifyInputs.notValid) == hint("SDEI-T007"))
    #expect(
      try messages(surplus, VerifyInputs.notValid, VerifyInputs.notValid) == hint("SDEI-T007")
    )
    #expect(try messages(surplus).hasPrefix("sdeictl explain SDEI-"))
    #expect(try messages(surplus, "--min-severity", "warning") == "")
    #expect(
      try messages(VerifyInputs.notValid, "--to", "kvm-v5").hasPrefix("sdeictl explain SDEI-T")
    )
    #expect(try messages(VerifyInputs.notValid, "--exit-zero") == hint("SDEI-T007"))
    for format in ["json", "jsonl", "sarif", "junit", "github"] {
      #expect(try messages(VerifyInputs.notValid, "--format", format) == "")
    }
    let explained = try Program.run("explain", "SDEI-T007")
    #expect(explained.status == 0)
  }
}
