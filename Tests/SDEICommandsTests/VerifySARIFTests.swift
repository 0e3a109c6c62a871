import SDEITestSupport
import Testing

@Suite(
  "sdeictl verify --format sarif",
  .enabled(
    if: PythonPackages.hasSARIF || PythonPackages.isNeeded,
    Comment(rawValue: PythonPackages.advice)
  )
)
struct VerifySARIFTests {
  private func check(_ package: String, _ sarif: [UInt8], _ json: [UInt8]) throws -> ProgramResult {
    let directory = try Temporary()
    return try Program.run(
      program: "python3",
      [
        "Tests/Tools/sarif_check.py", package, try directory.write(sarif, "report.sarif"),
        try directory.write(json, "report.json"),
      ]
    )
  }

  @Test(
    "it satisfies the published schema, and another reader counts as we do",
    arguments: VerifyInputs.questions
  )
  func valid(question: [String]) throws {
    let inputs = try VerifyInputs()
    let sarif = try inputs.run("sarif", question)
    let json = try inputs.run("json", question)
    #expect(sarif.status == 2 && json.status == 2 && !sarif.messages.contains("explain"))
    for package in ["schemastore", "sarif-tools"] {
      let result = try check(package, sarif.output, json.output)
      #expect(result.status == 0, "\(package): \(result.text)\(result.messages)")
      let results = result.text.prefix { $0 != " " }
      #expect((Int(results) ?? 0) >= 9 && result.text.hasSuffix(" results, 0 mistakes\n"))
    }
  }

  @Test("nothing found, and nothing that could be read, are reports as well")
  func edges() throws {
    for (input, isRead) in [(VerifyInputs.clean, true), ("/nowhere", false)] {
      let sarif = try Program.run("verify", input, "--format", "sarif")
      let json = try Program.run("verify", input, "--format", "json")
      #expect(sarif.text.contains("\"executionSuccessful\": \(isRead)"))
      for package in ["schemastore", "sarif-tools"] {
        let result = try check(package, sarif.output, json.output)
        #expect(result.text == "0 results, 0 mistakes\n", "\(result.text)\(result.messages)")
      }
    }
  }

  @Test(
    "the check finds what is wrong",
    arguments: [
      ("\"level\": \"error\"", "\"level\": \"fatal\""),
      ("\"level\": \"error\"", "\"level\": \"note\""),
      ("\"ruleIndex\": ", "\"ruleIndex\": 1"), ("\"uri\": \"", "\"uri\": \"x y:"),
      ("\"version\": \"2.1.0\"", "\"version\": \"2.1\""), ("\"byteOffset\"", "\"offset\""),
      ("\"executionSuccessful\": true", "\"executionSuccessful\": false"),
    ]
  )
  func checked(old: String, new: String) throws {
    let sarif = try Program.run("verify", VerifyInputs.notValid, "--format", "sarif").text
    let json = try Program.run("verify", VerifyInputs.notValid, "--format", "json").output
    let changed = sarif.replacing(old, with: new)
    guard changed != sarif else { throw NothingToTest(what: old) }
    let result = try check("schemastore", Array(changed.utf8), json)
    #expect(result.status == 1, "\(result.text)\(result.messages)")
  }
}
