internal import ArgumentParser
internal import SDEIEngine
internal import SDEIFormats
internal import SDEIJournal
internal import SDEIModel
internal import SDEIWire

struct ReplayCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "replay",
    abstract: "Does again what journals say, and compares every result with what was recorded.",
    discussion: """
      The replay stops at the first step that does something else than was recorded, and shows the \
      state before it, the call, what was expected, and the switch or dialect that explains it \
      where one does. Several journals are replayed one after another; one that starts from a \
      digest goes on from the state that the one before it reached.

      Examples:
        sdeictl replay run.jsonl
        sdeictl replay run.jsonl --trace --until 40
        sdeictl replay run.jsonl -o after.sdei --expect capture.kvm-v5
        sdeictl replay run.jsonl --until 40 -o half.sdei
        sdeictl replay run.jsonl --from half.sdei --after 40
        sdeictl replay run.jsonl --dialect kvm-v5 --format json
      """
  )

  @Argument(help: "The journals; - for standard input.") var journals: [String]
  @Option(help: "Start from this state instead of the first journal's own.") var from: String?
  @Option(help: "Leave out the steps up to this number; --from brings the state behind them.")
  var after: Int?
  @Option(help: "Stop behind the step with this number.") var until: Int?
  @Option(help: "Compare the state reached with this one.") var expect: String?
  @Option(help: "Play the steps in this dialect.") var dialect: DialectID?
  @Flag(help: "Show every step in one line.") var trace = false
  @Option(help: "The report: text or json.") var format: ReportFormat = .text
  @Option(name: [.short, .customLong("output")], help: "Write the state reached.")
  var output: String?
  @Option(help: "The format of the state that is written.") var to: FormatID = .sdei
  @Flag(help: "Write what the format can hold, and list what is lost.") var allowLoss = false
  @OptionGroup var memory: MemoryOptions
  @OptionGroup var colour: ColourOptions

  func validate() throws {
    guard !journals.isEmpty else { throw ValidationError("no journal is named") }
    guard FormatRegistry.written.contains(to) else {
      throw ValidationError("\(to.name) is only read; --to takes a format that is written")
    }
    if let until, until < max(after ?? 0, 1) {
      throw ValidationError("--until takes a step's number, from 1 on and not below --after")
    }
    guard [from, expect].count(where: { $0 == "-" }) + journals.count(where: { $0 == "-" }) < 2
    else { throw ValidationError("standard input can be read once only") }
    if trace && format == .json {
      throw ValidationError("--trace shows text; leave it out with --format json")
    }
    if let after {
      guard after >= 0, from != nil, journals.count == 1 else {
        throw ValidationError("--after takes a step's number, one journal, and a state by --from")
      }
    }
    if let dialect, Dialect.of(dialect) == nil {
      throw ValidationError("the engine does not play \(dialect.name); see sdeictl dialects")
    }
    if output == "-" && (trace || format == .json) {
      throw ValidationError("the state goes to standard output; name a file for it with -o")
    }
  }

  func run() throws {
    // What is to be compared in the end is read first: it may not be readable.
    let expected = try expect.map { try Files.read($0, nil).snapshot }
    var state = try from.map { try Files.read($0, nil).snapshot }
    var results: [ReplayResult] = []
    for path in journals {
      let (journal, tail) = try Files.readJournal(path)
      if journals.count == 1 { try checkNumbers(path, journal.steps.count) }
      var replayer = try replayer(path, journal, state)
      try play(&replayer, journal.steps.count)
      state = replayer.dispatcher.snapshot()
      results.append(
        ReplayResult(
          journal: Files.displayName(path),
          stepCount: journal.steps.count,
          skipped: min(after ?? 0, journal.steps.count),
          recorded: recorded(journal.steps, replayer.position),
          tail: tail,
          replayer: replayer
        )
      )
      if replayer.end != nil { break }
    }
    try finish(results, state, expected)
  }

  /// What was recorded of the last step that was done.
  private func recorded(_ steps: [JournalStep], _ position: Int) -> Answer? {
    guard position > 0, case .action(_, let recorded) = steps[position - 1] else { return nil }
    return recorded.answer
  }

  /// Refuses numbers of steps that the journal does not have.
  private func checkNumbers(_ path: String, _ count: Int) throws {
    for (option, value) in [("--after", after), ("--until", until)] {
      guard let value, value > count else { continue }
      throw Console.fail(
        "\(Files.displayName(path)) has \(count) steps; \(option) \(value) is behind its end"
      )
    }
  }

  private func replayer(
    _ path: String,
    _ journal: Journal,
    _ state: Snapshot?
  ) throws -> Replayer {
    // A journal that brings its own state starts from that, unless another one was named for it.
    var start = state
    if case .snapshot = journal.header.start, from == nil || path != journals[0] { start = nil }
    do throws(ReplayError) {
      return try Replayer(
        journal,
        from: start,
        after: after ?? 0,
        dialect: dialect.flatMap(Dialect.of),
        maxMemory: memory.maxMemory
      )
    } catch {
      throw Console.fail("\(Files.displayName(path)): \(error)\(option(error))")
    }
  }

  /// The option by which a limit is raised, where that is what is needed.
  private func option(_ error: ReplayError) -> String {
    if case .engine(.tooLarge) = error { " (--max-memory)" } else { "" }
  }

  private func play(_ replayer: inout Replayer, _ count: Int) throws {
    var progress = Progress(total: count, least: 200_000, "steps")
    var lines: [String] = []
    do throws(ReplayError) {
      while replayer.position < until ?? .max, let report = try replayer.next() {
        progress.advance()
        if trace && format == .text { lines.append(StepText.line(report)) }
        if lines.count == 1024 {
          try? Console.write(lines)
          lines = []
        }
      }
    } catch {
      progress.clear()
      throw Console.fail("step \(replayer.position + 1): \(error)\(option(error))")
    }
    progress.clear()
    if !lines.isEmpty { try Console.write(lines) }
  }

  private func finish(_ results: [ReplayResult], _ state: Snapshot?, _ expected: Snapshot?) throws {
    let differences = state.map { unexpected($0, expected) } ?? []
    switch format {
    case .text:
      let lines = results.flatMap { $0.lines(colour.style) }
      let report = lines + expectationLines(differences)
      if output == "-" {
        Console.message(report.joined(separator: "\n"))
      } else {
        try Console.write(report)
      }
    case .json: try Console.write(ReplayResult.json(results, expect, differences))
    }
    let isRight = results.allSatisfy(\.agrees) && differences.isEmpty
    if let output, let state {
      let bytes = try Files.encode(
        Document(format: to, snapshot: state),
        as: to,
        EncodeOptions(maxBytes: memory.maxMemory),
        allowLoss: allowLoss
      )
      if results.contains(where: { $0.replayer.end != nil }) {
        Console.message("sdeictl: the state written is the one behind the steps that agreed")
      }
      let inputs = journals + [from, expect].compactMap(\.self)
      try Files.write(
        bytes,
        to: output,
        isText: FormatRegistry.format(to).traits.isText,
        inputs: inputs
      )
    }
    if !isRight { throw ExitStatus.no }
  }

  /// In what the state reached differs from the one that was expected.
  private func unexpected(_ state: Snapshot, _ expected: Snapshot?) -> [Difference] {
    guard var expected else { return [] }
    // Who wrote a state is no part of what it says.
    expected.instance.producer = state.instance.producer
    return expected.differences(from: state)
  }

  private func expectationLines(_ differences: [Difference]) -> [String] {
    guard let expect else { return [] }
    let name = Files.displayName(expect)
    if differences.isEmpty { return ["the state reached is that of \(name)"] }
    let count = ViewText.count(UInt64(differences.count), "difference")
    let shown = differences.prefix(20).map { "  \($0.path)" }
    let rest = differences.count - shown.count
    return ["the state reached is not that of \(name): \(count)"] + shown
      + (rest > 0 ? ["  and \(rest) more"] : [])
  }
}
