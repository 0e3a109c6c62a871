internal import ArgumentParser
internal import SDEIEngine
internal import SDEIFormats
internal import SDEIJournal
internal import SDEIModel

struct RecordCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "record",
    abstract: "Writes the journal of a built-in scenario.",
    discussion: """
      The journal holds the starting state, every step with its result, and at the end a digest \
      of the state reached.

      Examples:
        sdeictl record --scenario linux-boot --vcpus 4
        sdeictl record --scenario random --vcpus 8 --seed 7 --form sdeij -o run.sdeij

      Scenarios: \(ScenarioOptions.names).
      """
  )

  @OptionGroup var scenario: ScenarioOptions
  @Option(help: "jsonl (JSON Lines), or sdeij (records with checksums).")
  var form: JournalForm = .jsonLines
  @Option(name: [.short, .customLong("output")], help: "The file to write; - for standard output.")
  var output: String?
  @OptionGroup var memory: MemoryOptions

  func validate() throws {
    guard scenario.scenario != nil else {
      throw ValidationError("name a scenario: --scenario NAME --vcpus N")
    }
  }

  func run() throws {
    let steps = StepList()
    var start: Snapshot?
    let state = try scenario.run(maxMemory: memory.maxMemory) {
      start = $0
    } record: {
      steps.list.append(.action($0, $1))
    }
    guard let start else { return }
    do {
      let digest = try SnapshotDigest(of: state)
      let journal = Journal(
        header: JournalHeader(start: .snapshot(start), producer: "sdeictl record"),
        steps: steps.list + [.checkpoint(.digest(digest))]
      )
      let bytes = try journal.encode(as: form, EncodeOptions(maxBytes: memory.maxMemory))
      try Files.write(bytes, to: output, isText: form == .jsonLines, inputs: [])
    } catch let error as EncodeError {
      throw Console.fail("the journal can not be written: \(error)")
    }
  }

  /// The steps as they come.
  private final class StepList {
    var list: [JournalStep] = []
  }
}
