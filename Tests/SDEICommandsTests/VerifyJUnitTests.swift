import Foundation
import SDEITestSupport
import Testing

@Suite("sdeictl verify --format junit")
struct VerifyJUnitTests {
  struct Group: Decodable {
    struct Case: Decodable {
      let name: String
      let verdict: String
      let type: String
      let text: String
    }
    let name: String
    let cases: [Case]
  }

  private func read(_ report: ProgramResult) throws -> [Group] {
    let directory = try Temporary()
    let file = try directory.write(report.output, "report.xml")
    let result = try Program.run(program: "python3", ["Tests/Tools/junit_check.py", file])
    #expect(result.status == 0, "\(result.messages)")
    return try JSONDecoder().decode([Group].self, from: Data(result.output))
  }

  @Test(
    "it is XML whose counts are right, a suite for each input and a case for each finding",
    arguments: VerifyInputs.questions
  )
  func counts(question: [String]) throws {
    let inputs = try VerifyInputs()
    let suites = try read(try inputs.run("junit", question))
    let json = try VerifyReport(try inputs.run("json", question).output)
    let targets = question.count { $0 == "--to" }
    let general = json.identifiers(nil)
    #expect(suites.count == inputs.paths.count + (general.isEmpty ? 0 : 1))
    for (position, suite) in suites.prefix(inputs.paths.count).enumerated() {
      let input = json.inputs[position]
      if input["unread"] != nil {
        #expect(suite.cases.map(\.verdict) == ["error"])
        continue
      }
      let findings = suite.cases.dropFirst(1 + targets)
      #expect(findings.count == json.identifiers(position).count)
      let prefixes = findings.map { String($0.name.prefix { $0 != " " }) }
      #expect(prefixes == json.identifiers(position))
      let isStrict = question.contains("--strict")
      let counts = try #require(input["counts"] as? [String: Int])
      let isBad = counts["error"] != 0 || isStrict && counts["warning"] != 0
      #expect(suite.cases[0].verdict == (isBad ? "failure" : "pass"), "\(suite.name)")
      for (finding, item) in zip(input["findings"] as? [[String: Any]] ?? [], findings) {
        let severity = finding["severity"] as? String
        let isFailure = severity == "error" || isStrict && severity == "warning"
        #expect(item.verdict == (isFailure ? "failure" : "pass"))
      }
    }
  }

  @Test("names and texts come back as they were, but for what XML has no character for")
  func names() throws {
    let inputs = try VerifyInputs()
    let suites = try read(try inputs.run("junit", []))
    let names = suites.suffix(VerifyInputs.names.count).map(\.name)
    let expected = VerifyInputs.names.map { name in
      inputs.directory.file(name).replacing("\n", with: "\\u{a}")
        .replacing("\u{1B}", with: "\\u{1b}").replacing("\u{7}", with: "\\u{7}")
    }
    #expect(names == expected)
    // The message has the name as the system call got it; the terminal's characters are no XML.
    let missing = inputs.directory.file("no\u{1B}]]>\"'&amp;\u{FFFE}\tb")
    let one = try read(try Program.run("verify", missing, "--format", "junit"))
    let text = try #require(one.first?.cases.first?.text)
    #expect(text.contains("]]>\"'&amp;") && text.hasSuffix("No such file or directory"), "\(text)")
    #expect(!text.contains("\u{1B}") && !text.contains("\u{FFFE}"))
  }

  @Test("a destination that does not load the state fails, and with --strict one with hazards")
  func destinations() throws {
    let busy = "fixtures/kvm-v5/real-64-vcpus.kvm-v5"
    func verdicts(_ input: String, _ more: String...) throws -> [String] {
      let arguments = ["verify", input, "--format", "junit", "--to", "kvm-v5"] + more
      let report = try Program.run(program: Program.sdeictl, arguments)
      let answers = try read(report).flatMap(\.cases).filter { $0.name.hasPrefix("loads in ") }
      #expect(report.status == (answers.contains { $0.verdict == "failure" } ? 1 : 0))
      #expect(answers.allSatisfy { $0.verdict == "pass" || !$0.text.isEmpty && !$0.type.isEmpty })
      return answers.map(\.verdict)
    }
    #expect(try verdicts(VerifyInputs.valid) == ["pass"])
    #expect(try verdicts(VerifyInputs.notValid) == ["failure"])
    #expect(try verdicts(VerifyInputs.noState) == ["failure"])
    #expect(try verdicts(busy) == ["pass"])
    #expect(try verdicts(busy, "--strict") == ["failure"])
    #expect(try verdicts(VerifyInputs.valid, "--strict", "--to", "kvm-v4") == ["pass", "failure"])
  }
}
