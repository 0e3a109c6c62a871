import Foundation
import SDEITestSupport
import Testing

@Suite("sdeictl verify --baseline")
struct VerifyBaselineTests {
  private static let inputs = [
    VerifyInputs.notValid, "fixtures/kvm-v4/oddities.kvm-v4", VerifyInputs.valid,
  ]
  private let directory: Temporary

  init() throws { directory = try Temporary() }

  private func run(_ more: String...) throws -> ProgramResult {
    try Program.run(program: Program.sdeictl, ["verify"] + Self.inputs + more)
  }

  private func verify(_ baseline: [UInt8], _ more: String...) throws -> (Int32, VerifyReport) {
    let file = try directory.write(baseline, "baseline")
    let arguments = ["verify"] + Self.inputs + ["--format", "json", "--baseline", file]
    let result = try Program.run(program: Program.sdeictl, arguments + more)
    return (result.status, try VerifyReport(result.output))
  }

  @Test(
    "what an earlier report has is known, and not reported again",
    arguments: ["json", "jsonl"]
  )
  func known(format: String) throws {
    let earlier = try run("--format", format)
    let before = try VerifyReport(earlier.output, isLines: format == "jsonl")
    let (status, report) = try verify(earlier.output)
    #expect(earlier.status == 1 && status == 0)
    let all = ["error", "warning", "note"].reduce(0) { $0 + before.total($1) }
    #expect(report.total("known") == all && report.sum("known") == all && all > 20)
    #expect(
      report.total("valid") == before.total("valid")
        && (report.summary["rules"] as? [String: Int])?.isEmpty == true
    )
    for input in 0..<3 { #expect(report.identifiers(input).isEmpty) }
    let text = try run("--baseline", directory.file("baseline"))
    #expect(text.status == 0 && text.text.contains("; \(all) in the baseline\n"), "\(text.text)")
    #expect(text.messages.isEmpty)
  }

  @Test("what it has not is new: another finding, another place, another input")
  func new() throws {
    let lines = try run("--format", "jsonl").text.split(separator: "\n")
    func edited(_ edit: (inout [[String: Any]]) -> Void) throws -> [UInt8] {
      var first = try #require(
        try JSONSerialization.jsonObject(with: Data(lines[0].utf8)) as? [String: Any]
      )
      var findings = try #require(first["findings"] as? [[String: Any]])
      edit(&findings)
      first["findings"] = findings
      let line = String(decoding: try JSONSerialization.data(withJSONObject: first), as: UTF8.self)
      return Array(([line] + lines.dropFirst().map(String.init)).joined(separator: "\n").utf8)
    }
    let (same, nothing) = try verify(try edited { _ in })
    #expect(same == 0 && nothing.identifiers(0).isEmpty)
    let (one, less) = try verify(try edited { $0.removeAll { $0["id"] as? String == "SDEI-T011" } })
    #expect(one == 1 && less.identifiers(0) == ["SDEI-T011"])
    let (place, moved) = try verify(
      try edited { findings in
        for index in findings.indices where findings[index]["id"] as? String == "SDEI-V008" {
          findings[index]["path"] = "elsewhere"
        }
      }
    )
    #expect(place == 0 && moved.identifiers(0) == ["SDEI-V008"], "a warning")
    let (words, reworded) = try verify(try edited { $0[0]["problem"] = "other words" })
    #expect(words == 0 && reworded.identifiers(0).isEmpty)
    let (other, unnamed) = try verify(Array(lines[1...].joined(separator: "\n").utf8))
    #expect(other == 1 && unnamed.identifiers(0).count == 7 && unnamed.identifiers(1).isEmpty)
  }

  @Test(
    "what is accepted is no reason to call a state valid, and a journal not played is no answer"
  )
  func verdicts() throws {
    let input = "fixtures/kvm-v5/real-refused.kvm-v5"
    let file = try directory.write(
      try Program.run("verify", input, "--format", "json").output,
      "refused.json"
    )
    let accepted = try Program.run("verify", input, "--baseline", file)
    let words =
      "\(input): nothing wrong but what is accepted; 7 in the baseline, 3 errors of them\n"
    #expect(accepted.status == 0 && accepted.text == words, "\(accepted.text)")
    // Too little memory for the engine must not turn "no" into "yes".
    let journal = "fixtures/journals/fault-kvm-v5-04_shared.jsonl"
    #expect(try Program.run("verify", journal).status == 1)
    let unplayed = try Program.run("verify", journal, "--max-memory", "1K")
    #expect(unplayed.status == 2, "\(unplayed.text)")
    #expect(unplayed.text.hasPrefix("\(journal): not judged to its end"), "\(unplayed.text)")
    #expect(unplayed.text.contains("SDEI-R004"))
    let report = try directory.write(
      try Program.run("verify", journal, "--max-memory", "1K", "--format", "json").output,
      "unplayed.json"
    )
    let known = try Program.run("verify", journal, "--max-memory", "1K", "--baseline", report)
    #expect(known.status == 2 && known.text.contains(": not judged to its end"), "\(known.text)")
  }

  @Test("an input that could not be read then is all new now")
  func unread() throws {
    let file = directory.file("later.kvm-v5")
    let earlier = try Program.run("verify", file, "--format", "jsonl")
    let baseline = try directory.write(earlier.output, "baseline")
    _ = try directory.write(try Repository.bytes(VerifyInputs.notValid), "later.kvm-v5")
    let now = try Program.run("verify", file, "--format", "jsonl", "--baseline", baseline)
    let report = try VerifyReport(now.output, isLines: true)
    #expect(earlier.status == 2 && now.status == 1 && report.identifiers(0).count == 7)
  }

  @Test(
    "what is no report is refused with its place, marked by §",
    arguments: [
      "§", "§words", "§[]", "§7", "§{}", "§{\"a\": 1}", "{\"schema\": §\"sdeictl/verify/2\"}",
      "{\"schema\": §\"sdeictl/diff/1\", \"inputs\": []}", "{\"schema\": §7, \"inputs\": []}",
      "§{\"inputs\": []}", "§{\"summary\": {}}", "§{\"schema\": \"sdeictl/verify/1\"}",
      "{\"schema\": \"sdeictl/verify/1\", \"inputs\": [§7]}",
      "{\"schema\": \"sdeictl/verify/1\", \"inputs\": [{\"input\": \"a\", \"findings\": §{}}]}",
      """
      {"schema": "sdeictl/verify/1", "input": "a"}
      {"schema": "sdeictl/verify/1", "input": "b", "findings": [§{"id": "SDEI-V001"}]}
      """,
      """
      {"schema": "sdeictl/verify/1", "input": "a"}
      {"schema": "sdeictl/verify/1", "input": "b"§
      """,
    ]
  )
  func refused(marked: String) throws {
    let offset = try #require(marked.utf8.firstRange(of: "§".utf8)).lowerBound
    let place = marked.utf8.distance(from: marked.startIndex, to: offset)
    let text = marked.replacing("§", with: "")
    let file = try directory.write(Array(text.utf8), "baseline")
    let result = try run("--baseline", file)
    #expect(result.status == 2 && result.output.isEmpty)
    #expect(result.messages.contains("baseline: byte \(place) ("), "\(result.messages)")
    #expect(result.messages.contains("expected a report of sdeictl verify"), "\(result.messages)")
  }
}
