internal import ArgumentParser
internal import SDEIFormats
internal import SDEIModel
internal import SDEIVerify
internal import SDEIWire

/// How findings are given.
enum ReportFormat: String, ExpressibleByArgument, CaseIterable {
  case text, json
}

struct VerifyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Checks states: valid, and would their own kernel load them again?",
    discussion: """
      All findings are given, not only the first. Errors make the exit status 1; with --strict, \
      so do warnings. An input that can not be read or decoded makes it 2.

      Examples:
        sdeictl verify capture.kvm-v5
        sdeictl verify --format json *.sdei | jq .summary
      """
  )

  @Argument(help: "The states; - for standard input.") var inputs: [String]
  @Option(help: "The inputs' format; told by their first bytes otherwise.")
  var inputFormat: FormatID?
  @OptionGroup var definitions: DefinitionsOption
  @Option(help: "text or json.") var format: ReportFormat = .text
  @Flag(help: "Let warnings make the exit status 1, too.") var strict = false
  @OptionGroup var colour: ColourOptions

  func validate() throws {
    guard !inputs.isEmpty else { throw ValidationError("no input is named") }
  }

  func run() throws {
    var results: [VerifyResult] = []
    var unread: [String] = []
    for path in inputs {
      do {
        var document = try Files.read(path, inputFormat)
        try definitions.supply(&document)
        results.append(
          VerifyResult(
            input: Files.displayName(path),
            document: document,
            findings: Verifier.verify(document)
          )
        )
      } catch let code as ExitCode {
        guard code == ExitStatus.unanswered else { throw code }
        unread.append(Files.displayName(path))
      }
    }
    switch format {
    case .text: try Console.write(results.flatMap { $0.lines(colour.style) })
    case .json: try Console.write(VerifyResult.json(results, unread: unread))
    }
    if !unread.isEmpty { throw ExitStatus.unanswered }
    let worst = results.flatMap(\.findings).map(\.severity).max()
    if worst == .error || (strict && worst == .warning) { throw ExitStatus.no }
  }
}

/// What was found in one input.
struct VerifyResult {
  let input: String
  let document: Document
  let findings: [Finding]

  func count(_ severity: Severity) -> Int { findings.count { $0.severity == severity } }

  /// The verdict, then a line for each finding.
  func lines(_ style: Style) -> [String] {
    let counts = [Severity.error, .warning, .note].compactMap { severity in
      count(severity) == 0
        ? nil : ViewText.count(UInt64(count(severity)), severity.rawValue)
    }
    let verdict = count(.error) > 0 ? style.red("not valid") : "valid"
    let summary = counts.isEmpty ? "" : " (" + counts.joined(separator: ", ") + ")"
    return ["\(input): \(verdict)\(summary)"]
      + findings.map { "  " + FindingText.line($0, style) }
  }

  static func json(_ results: [VerifyResult], unread: [String]) -> [UInt8] {
    var json = JSONWriter()
    json.object { json in
      json.key("schema")
      json.string("sdeictl/verify/1")
      json.key("inputs")
      json.array { json in for result in results { result.write(&json) } }
      json.key("unread")
      json.array { json in for input in unread { json.string(input) } }
      json.key("summary")
      json.object { json in
        for severity in [Severity.error, .warning, .note] {
          json.key(severity.rawValue)
          json.number(results.reduce(0) { $0 + $1.count(severity) })
        }
      }
    }
    return json.finish()
  }

  private func write(_ json: inout JSONWriter) {
    json.object { json in
      json.key("input")
      json.string(input)
      json.key("format")
      json.string(document.format.name)
      json.key("valid")
      json.bool(count(.error) == 0)
      json.key("findings")
      json.array { json in for finding in findings { Self.write(finding, &json) } }
    }
  }

  private static func write(_ finding: Finding, _ json: inout JSONWriter) {
    json.object { json in
      json.key("id")
      json.string(finding.id)
      json.key("severity")
      json.string(finding.severity.rawValue)
      json.key("path")
      json.string(finding.path)
      if let offset = finding.offset {
        json.key("offset")
        json.number(offset)
      }
      json.key("problem")
      json.string(finding.problem)
      json.key("action")
      json.string(finding.action)
    }
  }
}
