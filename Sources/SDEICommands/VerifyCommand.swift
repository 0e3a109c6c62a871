internal import ArgumentParser
internal import SDEIFormats
internal import SDEIModel
internal import SDEIVerify

/// How findings are given.
enum ReportFormat: String, ExpressibleByArgument, CaseIterable {
  case text, json
}

struct VerifyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Checks states: valid, and would a destination load them?",
    discussion: """
      Without --to: is the state valid, and would its own kernel load it again? With --to: will \
      that destination load it, and if not, why not? A destination is a built-in profile or a \
      profile's file (sdeictl profiles). With several states or destinations the answer is a matrix.

      All findings are given, not only the first. Errors make the exit status 1, and so does an \
      input without SDEI state where --to is asked; with --strict, so do warnings. An input that can not be read or decoded makes it 2.

      Examples:
        sdeictl verify capture.kvm-v5
        sdeictl verify --format json *.sdei | jq .summary
        sdeictl verify capture.kvm-v5 --to kvm-v7
        sdeictl verify *.sdei --to kvm-v5 --to host-17.json --today 2026-11-30
      """
  )

  @Argument(help: "The states; - for standard input.") var inputs: [String]
  @Option(help: "The inputs' format; told by their first bytes otherwise.")
  var inputFormat: FormatID?
  @OptionGroup var definitions: DefinitionsOption
  @Option(
    name: .customLong("to"),
    help: ArgumentHelp(
      "A destination: a built-in profile or a profile's file. May be given again.",
      valueName: "TARGET"
    )
  )
  var targets: [String] = []
  @Option(
    help: ArgumentHelp(
      "What day it is, for hazards that a profile accepts until a day.",
      valueName: "YYYY-MM-DD"
    )
  )
  var today: CalendarDate?
  @Option(help: "text or json.") var format: ReportFormat = .text
  @Flag(help: "Let warnings make the exit status 1, too.") var strict = false
  @OptionGroup var memory: MemoryOptions
  @OptionGroup var colour: ColourOptions

  func validate() throws {
    guard !inputs.isEmpty else { throw ValidationError("no input is named") }
    if today != nil && targets.isEmpty { throw ValidationError("--today belongs to --to") }
  }

  func run() throws {
    let report = try report(try targets.map { try Target($0) })
    switch format {
    case .text: try Console.write(report.lines(colour.style))
    case .json: try Console.write(report.json())
    }
    if !report.unread.isEmpty { throw ExitStatus.unanswered }
    let worst = report.worst
    if worst == .error || (strict && worst == .warning) { throw ExitStatus.no }
  }

  private func report(_ targets: [Target]) throws -> VerifyReport {
    var report = VerifyReport(targets: targets)
    for path in inputs {
      let name = Files.displayName(path)
      do {
        var document = try Files.read(path, inputFormat)
        try definitions.supply(&document)
        report.inputs.append(.read(result(name, document, targets)))
      } catch let code as ExitCode {
        guard code == ExitStatus.unanswered else { throw code }
        report.inputs.append(.unread(name))
      }
    }
    return report
  }

  private func result(_ name: String, _ document: Document, _ targets: [Target]) -> VerifyResult {
    VerifyResult(
      input: name,
      document: document,
      findings: Verifier.verify(document),
      destinations: targets.map {
        Compatibility.assess(
          document,
          against: $0.profile,
          today: today,
          EncodeOptions(maxBytes: memory.maxMemory)
        )
      }
    )
  }
}
