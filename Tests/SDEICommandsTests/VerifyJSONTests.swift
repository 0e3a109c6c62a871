import Foundation
import SDEITestSupport
import Testing

@Suite("sdeictl verify --format json and jsonl")
struct VerifyJSONTests {
  private static let journal = "fixtures/journals/kvm-v7-016.sdeij"
  private static let busy = "fixtures/native/every-encoding.sdei"

  @Test("every report satisfies schemas/verify.schema.json")
  func schema() throws {
    let directory = try Temporary()
    let inputs = try VerifyInputs()
    var files: [String] = []
    var count = 0
    for question in VerifyInputs.questions {
      let document = try inputs.run("json", question).output
      let lines = try inputs.run("jsonl", question).output
      files.append(try directory.write(document, "\(files.count).json"))
      files.append(try directory.write(lines, "\(files.count).jsonl"))
      count += 1 + lines.count { $0 == UInt8(ascii: "\n") }
    }
    for arguments in [["-r", "fixtures", "schemas"], [Self.journal], ["README.md"]] {
      let result = try Program.run(
        program: Program.sdeictl,
        ["verify", "--format", "json"] + arguments
      )
      files.append(try directory.write(result.output, "\(files.count).json"))
      count += 1
    }
    let result = try Program.run(
      program: "python3",
      ["Tests/Tools/validate.py", "schemas/verify.schema.json"] + files
    )
    #expect(result.text.hasSuffix("\(count) valid, 0 not\n"), "\(result.text)")
  }

  @Test("lines are the document's inputs, then its summary", arguments: VerifyInputs.questions)
  func lines(question: [String]) throws {
    let inputs = try VerifyInputs()
    let document = try VerifyReport(try inputs.run("json", question).output)
    let lines = try VerifyReport(try inputs.run("jsonl", question).output, isLines: true)
    #expect(document.inputs.count == inputs.paths.count)
    for (one, other) in zip(document.inputs, lines.inputs) {
      var other = other
      #expect(other.removeValue(forKey: "schema") as? String == "sdeictl/verify/1")
      #expect(NSDictionary(dictionary: one) == NSDictionary(dictionary: other))
    }
    #expect(lines.inputs.count == document.inputs.count)
    #expect(NSDictionary(dictionary: lines.summary) == NSDictionary(dictionary: document.summary))
    #expect(NSDictionary(dictionary: lines.general) == NSDictionary(dictionary: document.general))
  }

  @Test("counts in the summary are the sums of the inputs'", arguments: VerifyInputs.questions)
  func sums(question: [String]) throws {
    let report = try VerifyReport(try VerifyInputs().run("json", question).output)
    let general = report.identifiers(nil).count + (report.general["omitted"] as? Int ?? 0)
    var total = 0
    for name in ["error", "warning", "note"] { total += report.total(name) - report.sum(name) }
    // What lies below --min-severity is counted, and neither given nor omitted.
    #expect(question.contains("--min-severity") ? total >= general : total == general)
    for name in ["tolerated", "known"] { #expect(report.total(name) == report.sum(name)) }
    func count(_ isCounted: ([String: Any]) -> Bool) -> Int {
      report.inputs.count(where: isCounted)
    }
    #expect(report.total("unread") == count { $0["unread"] != nil })
    #expect(report.total("valid") == count { $0["valid"] as? Bool == true })
    #expect(report.total("notValid") == count { $0["valid"] as? Bool == false })
    #expect(report.total("inputs") == report.inputs.count && report.total("skipped") == 0)
    let rules = try #require(report.summary["rules"] as? [String: Int])
    let findings = ["error", "warning", "note"].reduce(0) { $0 + report.total($1) }
    #expect(rules.values.reduce(0, +) == findings && findings > 20)
    for input in report.inputs where input["unread"] == nil {
      let given = (input["findings"] as? [Any])?.count ?? 0
      let counts = try #require(input["counts"] as? [String: Int])
      var asked = counts["error"] ?? 0
      if !question.contains("error") { asked += counts["warning"] ?? 0 }
      if !question.contains("--min-severity") { asked += counts["note"] ?? 0 }
      #expect(given + (input["omitted"] as? Int ?? 0) == asked)
    }
  }

  @Test(
    "however many inputs are looked at at once, the bytes are the same, in the order of the inputs",
    arguments: ["jsonl", "json", "text", "sarif", "junit", "github"]
  )
  func jobs(format: String) throws {
    let states = Repository.stateFixtures
    guard states.count > 40 else { throw NothingToTest(what: "fixtures") }
    func run(_ jobs: String) throws -> ProgramResult {
      let arguments = ["verify", "--format", format, "--jobs", jobs, "README.md"]
      return try Program.run(program: Program.sdeictl, arguments + states)
    }
    let one = try run("1")
    #expect(one.status == 2)
    for jobs in ["2", "8", "1000"] {
      let other = try run(jobs)
      #expect(other.output == one.output && other.messages == one.messages)
    }
    guard format == "jsonl" else { return }
    let report = try VerifyReport(one.output, isLines: true)
    #expect(report.inputs.compactMap { $0["input"] as? String } == ["README.md"] + states)
  }

  @Test("limits hold for what destinations say as well, and what is left out is counted")
  func destinations() throws {
    func findings(_ more: String...) throws -> (given: [String], omitted: Int) {
      let arguments = ["verify", Self.busy, "--format", "json", "--to", "kvm-v5"]
      let result = try Program.run(program: Program.sdeictl, arguments + more)
      let report = try VerifyReport(result.output)
      let destinations = report.inputs[0]["destinations"] as? [[String: Any]] ?? []
      let destination = try #require(destinations.first)
      let findings = try #require(destination["findings"] as? [[String: Any]])
      return (
        findings.compactMap { $0["severity"] as? String }, destination["omitted"] as? Int ?? 0
      )
    }
    let all = try findings()
    #expect(all.given.count > 2 && all.omitted == 0)
    let errors = try findings("--min-severity", "error")
    #expect(errors.given == all.given.filter { $0 == "error" } && errors.omitted == 0)
    let two = try findings("--max-findings", "2")
    #expect(two.given == Array(all.given.prefix(2)) && two.omitted == all.given.count - 2)
    let none = try findings("--max-findings", "0")
    #expect(none.given.isEmpty && none.omitted == all.given.count)
  }
}
