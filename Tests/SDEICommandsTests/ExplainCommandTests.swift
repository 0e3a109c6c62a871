import Foundation
import SDEITestSupport
import SDEIVerify
import Testing

@Suite("sdeictl explain")
struct ExplainCommandTests {
  @Test("a rule has all its parts, wrapped at 100 columns")
  func page() throws {
    let result = try Program.run("explain", "SDEI-K001")
    #expect(result.status == 0 && result.messages.isEmpty)
    let lines = result.text.split(separator: "\n")
    #expect(lines.first == "SDEI-K001  routing mode that is the affinity's low byte")
    for label in ["kind", "severity", "source", "wrong", "to do", "why", "example"] {
      #expect(lines.contains { $0.hasPrefix("  \(label) ") }, "\(label)")
    }
    #expect(result.text.contains("note in kvm-v4, kvm-v5 ("))
    #expect(result.text.contains("not reported elsewhere"))
  }

  @Test("no line of any rule is longer, or ends in a space")
  func widths() throws {
    let result = try Program.run(
      program: Program.sdeictl,
      ["explain"] + Catalogue.rules.map(\.id)
    )
    #expect(result.status == 0)
    let lines = result.text.split(separator: "\n")
    #expect(lines.allSatisfy { $0.count <= 100 && !$0.hasSuffix(" ") })
    #expect(lines.count { $0.hasPrefix("SDEI-") } == Catalogue.rules.count)
  }

  @Test(
    "identifiers are read in any case, with or without SDEI-, each once",
    arguments: ["t007", "T007", "sdei-t007"]
  )
  func spelling(_ id: String) throws {
    let expected = try Program.run("explain", "SDEI-T007")
    let result = try Program.run("explain", id, "SDEI-T007")
    #expect(result.status == 0 && result.output == expected.output)
  }

  @Test("a number with cases gives all of them")
  func cases() throws {
    for rule in Catalogue.rules where rule.id.last?.isLetter == true {
      let number = String(rule.id.dropLast())
      let result = try Program.run("explain", number)
      #expect(result.status == 0 && result.text.contains(rule.id + "  "))
      break
    }
  }

  @Test("an unknown identifier is wrong usage, and the most alike are named")
  func unknown() throws {
    let result = try Program.run("explain", "T0007")
    #expect(result.status == 64 && result.output.isEmpty)
    #expect(result.messages.contains("the most alike are SDEI-T007"))
    #expect(try Program.run("explain").status == 64)
    #expect(try Program.run("explain", "--list", "V020").status == 64)
    #expect(try Program.run("explain", "V020", "--kind", "state").status == 64)
    #expect(try Program.run("explain", "--list", "--kind", "nonsense").status == 64)
    let odd = try Program.run("explain", "\u{1B}[31m" + String(repeating: "x", count: 10_000))
    #expect(odd.status == 64 && !odd.messages.contains("\u{1B}"))
  }

  @Test("the list has a line for each rule, ascending, and of one kind where it is asked for")
  func list() throws {
    let lines = try Program.run("explain", "--list").text.split(separator: "\n").dropFirst()
    #expect(lines.map { String($0.prefix { $0 != " " }) } == Catalogue.rules.map(\.id))
    let defects = try Program.run("explain", "--list", "--kind", "defect").text
    let ids = defects.split(separator: "\n").dropFirst().map { String($0.prefix { $0 != " " }) }
    #expect(ids == Catalogue.rules.filter { $0.kind == .defect }.map(\.id) && ids.count > 10)
  }

  @Test("the JSON satisfies schemas/rules.schema.json, and says what the catalogue says")
  func json() throws {
    let directory = try Temporary()
    var files: [String] = []
    for arguments in [["--list"], ["--list", "--kind", "leak"], ["V020", "K001"]] {
      let result = try Program.run(
        program: Program.sdeictl,
        ["explain", "--format", "json"] + arguments
      )
      #expect(result.status == 0)
      files.append(try directory.write(result.output, "\(files.count).json"))
    }
    let validated = try Program.run(
      program: "python3",
      ["Tests/Tools/validate.py", "schemas/rules.schema.json"] + files
    )
    #expect(validated.text.contains("\(files.count) valid, 0 not"), "\(validated.text)")
    let all = try #require(
      try JSONSerialization.jsonObject(with: Data(contentsOf: URL(fileURLWithPath: files[0])))
        as? [String: Any]
    )
    let rules = try #require(all["rules"] as? [[String: Any]])
    #expect(all["schema"] as? String == "sdeictl/rules/1")
    #expect(rules.map { $0["id"] as? String } == Catalogue.rules.map(\.id))
    #expect(rules.map { $0["explanation"] as? String } == Catalogue.rules.map(\.explanation))
    let usual = rules.map { ($0["severity"] as? [String: Any])?["usual"] as? String }
    #expect(usual == Catalogue.rules.map { $0.severity.usual?.rawValue ?? "never" })
  }
}
