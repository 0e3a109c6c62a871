import SDEITestSupport
import Testing

@Suite("sdeictl verify: how much is given, and how much memory that takes")
struct VerifyLimitsTests {
  private static let input = "fixtures/native/every-encoding.sdei"

  @Test(
    "--min-severity and --max-findings say what is given, and not what is counted",
    arguments: [
      ([], 37, 0), (["--min-severity", "warning"], 31, 0), (["--min-severity", "error"], 15, 0),
      (["--max-findings", "0"], 0, 37), (["--max-findings", "7"], 7, 30),
      (["--min-severity", "error", "--max-findings", "7"], 7, 8),
      (["--max-findings", "100"], 37, 0),
    ] as [([String], Int, Int)]
  )
  func given(arguments: [String], lines: Int, omitted: Int) throws {
    let text = try Program.run(program: Program.sdeictl, ["verify", Self.input] + arguments)
    #expect(text.status == 1)
    #expect(text.text.hasPrefix("\(Self.input): not valid (15 errors, 16 warnings, 6 notes)\n"))
    let given = text.text.split(separator: "\n").filter { $0.hasSuffix("]") }
    #expect(given.count == lines, "\(text.text)")
    let rest = omitted == 0 ? "]\n" : "\n  … and \(omitted) more findings\n"
    #expect(text.text.hasSuffix(lines == 0 && omitted == 0 ? "" : rest), "\(text.text.suffix(90))")
    let json = try Program.run(
      program: Program.sdeictl,
      ["verify", Self.input, "--format", "json"] + arguments
    )
    let report = try VerifyReport(json.output)
    #expect(report.identifiers(0).count == lines)
    #expect(report.inputs[0]["omitted"] as? Int == (omitted == 0 ? nil : omitted))
    #expect(
      report.inputs[0]["counts"] as? [String: Int] == ["error": 15, "warning": 16, "note": 6]
    )
  }

  /// Many events, each of which breaks rules.
  private static func hostile() throws -> [UInt8] {
    let one: [UInt8] = [0x1F, 1, 1, 1, 1, 1]
    let columns = (0..<MemoryTests.count).flatMap { _ in one }
    return try MemoryTests.file([(4, MemoryTests.events(MemoryTests.count)), (5, columns)])
  }

  @Test("all findings of a hostile state are counted, and memory follows the file's size")
  func bounded() throws {
    let directory = try Temporary()
    let bytes = try Self.hostile()
    let file = try directory.write(bytes, "hostile.sdei")
    let policy = try directory.write(
      Array(
        """
        {"schema": "sdeictl/policy/1", "tolerances": [
         {"rule": "SDEI-V022", "path": "events[0x0-0xff]", "reason": "r"}]}
        """.utf8
      ),
      "policy.json"
    )
    let idle = try Program.runMeasured(["verify", "fixtures/native/empty.sdei"]).peakKiB
    var counts: [[String: Int]] = []
    for more in [
      ["--format", "json"], ["--format", "json", "--policy", policy], ["--format", "sarif"],
      ["--format", "junit"], ["--format", "github"], [],
    ] {
      let (result, peakKiB) = try Program.runMeasured(["verify", file] + more)
      #expect(result.status == 1, "\(result.messages)")
      let used = peakKiB - idle
      print("\(more): \(bytes.count) bytes, \(used) KiB, \(result.output.count) bytes of report")
      #expect(used < 64 * bytes.count / 1024 + 1024, "\(more)")
      guard more.prefix(2) == ["--format", "json"] else { continue }
      let report = try VerifyReport(result.output)
      let rules = try #require(report.summary["rules"] as? [String: Int])
      #expect(rules.values.contains { $0 >= MemoryTests.count - 1 }, "\(rules)")
      let identifiers = report.identifiers(0)
      for (rule, count) in rules {
        let given = identifiers.count { $0 == rule }
        #expect(given == min(count, 1024), "\(rule)")
      }
      let omitted = report.inputs[0]["omitted"] as? Int ?? 0
      let all = ["error", "warning", "note"].reduce(0) { $0 + report.sum($1) }
      #expect(omitted + identifiers.count == all)
      #expect(report.total("tolerated") == (more.contains(policy) ? 256 : 0))
      counts.append(rules)
    }
    #expect(counts.count == 2)
  }
}
