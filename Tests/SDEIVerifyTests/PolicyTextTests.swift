import SDEIFormats
import SDEIModel
import SDEITestSupport
import SDEIVerify
import Testing

@Suite("schemas/policy.schema.json, and the reader of policies")
struct PolicyTextTests {
  private static func tolerance(_ members: String) -> String {
    #"{"schema": "sdeictl/policy/1", "tolerances": [{"# + members + "}]}"
  }
  private static func setting(_ members: String) -> String {
    #"{"schema": "sdeictl/policy/1", "severities": [{"# + members + "}]}"
  }
  private static func reason(_ text: String) -> String {
    tolerance(#""rule": "SDEI-V001", "reason": §""# + text + "\"")
  }
  private static func path(_ text: String) -> String {
    tolerance(#""rule": "SDEI-V001", "reason": "r", "path": §"# + text)
  }
  private static func until(_ text: String) -> String {
    tolerance(#""rule": "SDEI-V001", "reason": "r", "until": §"# + text)
  }
  private static func rule(_ text: String) -> String {
    setting(#""severity": "note", "reason": "r", "rule": §"# + text)
  }

  private static func quoted(_ text: String) -> String { "\"\(text)\"" }
  private static func long(_ character: String, _ count: Int) -> String {
    String(repeating: character, count: count)
  }

  /// What both take; the mark of the others' places means nothing here.
  static let valid: [String] =
    [
      #"{"schema": "sdeictl/policy/1"}"#,
      #"{"tolerances": [], "schema": "sdeictl/policy/1", "severities": []}"#,
      reason("r"), reason(long("r", 1024)),
      reason(long("→", 1024)), reason(long("😀", 1024)),
      reason(#"a \"quote\" and \\ \u00e9"#), path(#""**""#), path(#""events[0x4040*].vcpus[0-7]""#),
      path(quoted(long("e", 1024))),
      path(quoted(long("é", 1024))), until(#""2024-02-29""#),
      until(#""9999-12-31""#), rule(#""SDEI-V006""#), rule(#""SDEI-V006a""#), rule(#""SDEI-P003""#),
    ]
    + ["error", "warning", "note", "ignore"].map {
      setting(#""rule": "SDEI-V001", "reason": "r", "severity": ""# + $0 + "\"")
    }

  /// What both refuse, with a mark at the place that the reader tells.
  static let wrong: [String] = [
    "§[]", "§7", "§null", "§{}", #"§{"tolerances": []}"#, #"{"schema": §"sdeictl/policy/2"}"#,
    #"{"schema": §1}"#, #"{"schema": "sdeictl/policy/1", "tolerance": §[]}"#,
    #"{"schema": "sdeictl/policy/1", "severities": §{}}"#,
    #"{"schema": "sdeictl/policy/1", "severities": [§7]}"#,
    #"{"schema": "sdeictl/policy/1", "severities": §null}"#,
    #"{"schema": "sdeictl/policy/1", "tolerances": §"all"}"#,
    #"{"schema": "sdeictl/policy/1", "tolerances": [§{"rule": "SDEI-V001"}]}"#,
    #"{"schema": "sdeictl/policy/1", "tolerances": [§{"reason": "r"}]}"#,
    #"{"schema": "sdeictl/policy/1", "severities": [§{"rule": "SDEI-V001", "reason": "r"}]}"#,
    #"{"schema": "sdeictl/policy/1", "severities": [§{"rule": "SDEI-V001", "severity": "note"}]}"#,
    #"{"schema": "sdeictl/policy/1", "severities": [§{"severity": "note", "reason": "r"}]}"#,
    setting(#""rule": "SDEI-V001", "reason": "r", "severity": §"fatal""#),
    setting(#""rule": "SDEI-V001", "reason": "r", "severity": §"Error""#),
    setting(#""rule": "SDEI-V001", "reason": "r", "severity": §null"#),
    setting(#""rule": "SDEI-V001", "reason": "r", "severity": "note", "path": §"**""#),
    tolerance(#""rule": "SDEI-V001", "reason": "r", "severity": §"note""#),
    rule(#""V001""#), rule(#""sdei-v001""#), rule(#""SDEI-V001A""#), rule(#""SDEI-V0011""#),
    rule(#""SDEI-V001 ""#), rule("\"\""), rule("1"), rule(#"["SDEI-V001"]"#),
    reason(""), reason(#"a\nb"#), reason(#"\u001b[31m"#), reason(#"\u007f"#), reason(#"\u0085"#),
    reason(long("r", 1025)), reason(long("→", 1025)),
    tolerance(#""rule": "SDEI-V001", "reason": §7"#), path("\"\""), path("7"), path("null"),
    path(quoted(long("e", 1025))), until(#""2024-2-29""#),
    until(#""2024-02-29 ""#), until(#""2024-02-29\n""#), until(quoted("")), until("20240229"),
    until("null"), until(#""29.02.2024""#),
  ]

  /// What only the reader refuses: the schema's description says so.
  static let beyond: [String] = [
    rule(#""SDEI-V999""#), rule(#""SDEI-Z001""#), rule(#""SDEI-V008a""#), rule(#""SDEI-V006z""#),
    path(#""events[""#), path(#""events[]""#), path(#""events..x""#), path(#""events[1-]""#),
    path(#""events[9-1]""#), path(#""events]0[""#), until(#""2025-02-29""#),
    until(#""2026-13-01""#), until(#""2026-00-00""#),
  ]

  private func validate(_ texts: [String]) throws -> String {
    let directory = try Temporary()
    let files = try texts.enumerated().map { number, text in
      try directory.write(Array(text.replacing("§", with: "").utf8), "\(number).json")
    }
    return try Program.run(
      program: "python3",
      ["Tests/Tools/validate.py", "schemas/policy.schema.json"] + files
    ).text
  }

  private func refusal(_ marked: String) -> DecodeError? {
    do {
      _ = try Policy.reading(marked.replacing("§", with: ""))
      return nil
    } catch {
      return error as? DecodeError
    }
  }

  @Test("what the one takes, the other takes")
  func taken() throws {
    for text in Self.valid { #expect(refusal(text) == nil, "\(text.prefix(200))") }
    let result = try validate(Self.valid)
    #expect(result.hasSuffix("\(Self.valid.count) valid, 0 not\n"), "\(result)")
  }

  @Test("what the one refuses, the other refuses")
  func refused() throws {
    for text in Self.wrong { #expect(refusal(text) != nil, "\(text.prefix(200))") }
    let result = try validate(Self.wrong)
    #expect(result.hasSuffix("0 valid, \(Self.wrong.count) not\n"), "\(result)")
  }

  @Test("what a schema can not say is refused by the reader alone")
  func further() throws {
    for text in Self.beyond { #expect(refusal(text) != nil, "\(text)") }
    #expect(refusal(#"{"schema": "sdeictl/policy/1", "schema": "sdeictl/policy/1"}"#) != nil)
    let result = try validate(Self.beyond)
    #expect(result.hasSuffix("\(Self.beyond.count) valid, 0 not\n"), "\(result)")
  }

  @Test("a refusal has the place, what was expected, and what to do", arguments: wrong + beyond)
  func places(marked: String) throws {
    let mark = try #require(marked.utf8.firstRange(of: "§".utf8)).lowerBound
    let error = try #require(refusal(marked))
    #expect(error.offset == marked.utf8.distance(from: marked.startIndex, to: mark))
    #expect(!error.found.isEmpty && !error.expected.isEmpty && !error.action.isEmpty)
  }
}
