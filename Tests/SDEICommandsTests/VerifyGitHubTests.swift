import SDEITestSupport
import Testing

@Suite("sdeictl verify --format github")
struct VerifyGitHubTests {
  @Test(
    "what would end a property, a command or a line is escaped",
    arguments: [
      ("plain", "plain"), ("a b", "a b"), ("a:b", "a%3Ab"), ("a,b", "a%2Cb"), ("100%", "100%25"),
      ("%0A", "%250A"), ("a::b", "a%3A%3Ab"), ("ü→", "ü→"), ("a\nb", "a\\u{a}b"),
      ("a\r\nb", "a\\u{d}\\u{a}b"),
    ]
  )
  func properties(name: String, escaped: String) throws {
    let directory = try Temporary()
    let file = try directory.write(try Repository.bytes(VerifyInputs.notValid), name)
    let result = try Program.run("verify", file, "--format", "github")
    let lines = result.text.split(separator: "\n")
    // Seven findings, and the line with the counts.
    #expect(result.status == 1 && lines.count == 8, "\(result.text)")
    let start = "file=\(directory.path)/\(escaped),title=SDEI-"
    for line in lines.dropLast() {
      let command = line.dropFirst(2).prefix { $0 != " " }
      #expect(["error", "warning", "notice"].contains(String(command)), "\(line)")
      #expect(line.dropFirst(3 + command.count).hasPrefix(start), "\(line)")
    }
    #expect(lines[7].hasPrefix("1 input: 1 not taken back unharmed (3 errors"))
  }

  @Test(
    "a message keeps colons and commas, and is one line",
    arguments: [
      ("a,b:c", "a,b:c"), ("50%", "50%25"), ("a\nb", "a\\u{a}b"), ("a\r\nb", "a%0D\\u{a}b"),
    ]
  )
  func messages(name: String, escaped: String) throws {
    let result = try Program.run("verify", "/nowhere/" + name, "--format", "github")
    let lines = result.text.split(separator: "\n")
    #expect(result.status == 2 && lines.count == 2, "\(result.text)")
    let line = try #require(lines.first)
    #expect(line.hasPrefix("::error file=/nowhere/") && line.contains(",title=unreadable::"))
    #expect(line.contains("/nowhere/\(escaped): No such file"), "\(line)")
  }

  @Test("notes are notices, findings about the policy have no file, and limits are kept")
  func severities() throws {
    let inputs = try VerifyInputs()
    for question in VerifyInputs.questions {
      let result = try inputs.run("github", question)
      let json = try VerifyReport(try inputs.run("json", question).output)
      let lines = result.text.split(separator: "\n").dropLast()
      #expect(lines.count { !$0.contains(" file=") } == json.identifiers(nil).count)
      var findings = json.inputs.flatMap { $0["findings"] as? [[String: Any]] ?? [] }
      findings += json.general["findings"] as? [[String: Any]] ?? []
      for input in json.inputs {
        for destination in input["destinations"] as? [[String: Any]] ?? [] {
          findings += destination["findings"] as? [[String: Any]] ?? []
        }
      }
      for (command, severity) in [("warning", "warning"), ("notice", "note")] {
        let count = lines.count { $0.hasPrefix("::\(command) ") }
        #expect(count == findings.count { $0["severity"] as? String == severity }, "\(question)")
      }
      let unread = json.inputs.count { $0["unread"] != nil }
      let errors = findings.count { $0["severity"] as? String == "error" }
      #expect(lines.count { $0.hasPrefix("::error ") } == errors + unread)
    }
  }
}
