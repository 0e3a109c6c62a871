import Foundation
import SDEITestSupport

/// Inputs of every kind that a report of `verify` has to cope with.
struct VerifyInputs {
  static let valid = "fixtures/kvm-v5/real-4-vcpus.kvm-v5"
  /// One of which nothing at all is found.
  static let clean = "fixtures/kvm-split/worked-example.kvm-split"
  static let notValid = "fixtures/kvm-v5/real-refused.kvm-v5"
  static let noState = "fixtures/kvm-v7/none.kvm-v7"

  /// Names that some form of a report has to write in another way.
  static let names = [
    "a b.kvm-v5", "ü→.kvm-v5", "a:b,c%0A.kvm-v5", "\"<&>']]>.kvm-v5",
    "line\nbreak\u{1B}\u{7}.kvm-v5",
  ]

  /// What a report can be asked for, besides its form.
  static let questions: [[String]] = [
    [], ["--strict"], ["--to", "kvm-v5", "--to", "kvm-v4"], ["--quiescent", "--jobs", "3"],
    ["--min-severity", "warning"], ["--max-findings", "2"],
    ["--to", "kvm-v7", "--min-severity", "error", "--max-findings", "1"],
    ["--policy", "POLICY", "--today", "2026-06-30"], ["--policy", "POLICY"],
  ]

  let directory: Temporary
  let paths: [String]
  private let input: [UInt8]

  init() throws {
    let directory = try Temporary()
    let refused = try Repository.bytes(Self.notValid)
    let named = try Self.names.map { try directory.write(refused, $0) }
    let snapshot = try Repository.bytes("fixtures/native/w1-linux.sdei")
    let policy = """
      {"schema": "sdeictl/policy/1",
       "severities": [{"rule": "SDEI-T011", "severity": "note", "reason": "r"},
         {"rule": "SDEI-V032", "severity": "ignore", "reason": "r"}],
       "tolerances": [{"rule": "SDEI-V008", "reason": "r", "until": "2026-06-29"},
         {"rule": "SDEI-T013", "path": "contexts.**", "reason": "r"},
         {"rule": "SDEI-V001", "reason": "met by nothing"}]}
      """
    _ = try directory.write(Array(policy.utf8), "POLICY")
    paths =
      [
        Self.valid, Self.notValid, try directory.write(Array(snapshot.prefix(100)), "cut.sdei"),
        directory.file("missing"), "-", Self.noState, "README.md",
      ] + named
    input = try Repository.bytes("fixtures/kvm-v4/oddities.kvm-v4")
    self.directory = directory
  }

  /// Runs `verify` on all of them.
  func run(_ format: String, _ question: [String]) throws -> ProgramResult {
    let question = question.map { $0 == "POLICY" ? directory.file($0) : $0 }
    return try Program.run(
      program: Program.sdeictl,
      ["verify", "--format", format] + paths + question,
      input: input
    )
  }
}

/// A report in JSON or JSON Lines, read.
struct VerifyReport {
  let inputs: [[String: Any]]
  let general: [String: Any]
  let summary: [String: Any]

  init(_ bytes: [UInt8], isLines: Bool = false) throws {
    var parts = try isLines ? Self.lines(bytes) : [Self.object(bytes)]
    guard let last = parts.popLast(), let general = last["general"] as? [String: Any],
      let summary = last["summary"] as? [String: Any]
    else { throw NothingToTest(what: "summary in \(String(decoding: bytes, as: UTF8.self))") }
    inputs = isLines ? parts : last["inputs"] as? [[String: Any]] ?? []
    (self.general, self.summary) = (general, summary)
  }

  private static func lines(_ bytes: [UInt8]) throws -> [[String: Any]] {
    try bytes.split(separator: UInt8(ascii: "\n")).map { try object(Array($0)) }
  }

  private static func object(_ bytes: [UInt8]) throws -> [String: Any] {
    let value = try JSONSerialization.jsonObject(with: Data(bytes))
    guard let object = value as? [String: Any] else { throw NothingToTest(what: "object") }
    return object
  }

  /// A count of the summary.
  func total(_ name: String) -> Int { summary[name] as? Int ?? -1 }

  /// The sum of a count of all inputs.
  func sum(_ name: String) -> Int {
    inputs.reduce(0) { $0 + (($1["counts"] as? [String: Int])?[name] ?? 0) }
  }

  /// The identifiers of the findings that are given of an input, or of what is about none.
  func identifiers(_ input: Int?) -> [String] {
    let part = input.map { inputs[$0] } ?? general
    return (part["findings"] as? [[String: Any]] ?? []).compactMap { $0["id"] as? String }
  }
}
