internal import ArgumentParser
internal import SDEIEngine
internal import SDEIFormats
internal import SDEIJournal
internal import SDEIModel

struct RecordCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "record",
    abstract: "Writes the journal of a built-in scenario, or one that leads to a state.",
    discussion: """
      The journal holds the starting state, every step with its result, and at the end a digest \
      of the state reached.

      --reaching makes calls, triggers and power transitions that bring the engine from reset \
      exactly to a state, or says what of the state no calls lead to. A state in another \
      dialect's terms is taken as the specification's engine takes it over, with event 0 as the only \
      one that can be signalled.

      Examples:
        sdeictl record --scenario linux-boot --vcpus 4
        sdeictl record --scenario random --vcpus 8 --seed 7 --form sdeij -o run.sdeij
        sdeictl record --reaching state.sdei -o calls.jsonl

      Scenarios: \(ScenarioOptions.names).
      """
  )

  @OptionGroup var scenario: ScenarioOptions
  @Option(
    help: ArgumentHelp("Lead from reset to this state; - for standard input.", valueName: "STATE")
  )
  var reaching: String?
  @Option(help: "jsonl (JSON Lines), or sdeij (records with checksums).")
  var form: JournalForm = .jsonLines
  @Option(name: [.short, .customLong("output")], help: "The file to write; - for standard output.")
  var output: String?
  @OptionGroup var memory: MemoryOptions

  func validate() throws {
    if reaching != nil {
      guard scenario.scenario == nil else {
        throw ValidationError("--scenario and --reaching are two journals; name one")
      }
      return try scenario.refuse()
    }
    guard scenario.scenario != nil else {
      throw ValidationError("name a scenario: --scenario NAME --vcpus N, or --reaching STATE")
    }
  }

  func run() throws {
    var (journal, end) = try reaching.map(lead) ?? play()
    do {
      journal.steps.append(.checkpoint(.digest(try SnapshotDigest(of: end))))
      let bytes = try journal.encode(as: form, EncodeOptions(maxBytes: memory.maxMemory))
      let inputs = [reaching].compactMap(\.self)
      try Files.write(bytes, to: output, isText: form == .jsonLines, inputs: inputs)
    } catch let error as EncodeError {
      throw Console.fail("the journal can not be written: \(error)")
    }
  }

  /// The journal of the scenario, and the state at its end.
  private func play() throws -> (Journal, Snapshot) {
    let steps = StepList()
    var start = Snapshot()
    let end = try scenario.run(maxMemory: memory.maxMemory) {
      start = $0
    } record: {
      steps.list.append(.action($0, $1))
    }
    return (Journal(header: header(start), steps: steps.list), end)
  }

  /// A journal that leads to a state, and that state.
  private func lead(to path: String) throws -> (Journal, Snapshot) {
    var state = try Files.read(path, nil).snapshot
    do {
      if state.instance.dialect != .specification {
        let engine = try Dispatcher(
          state,
          dialect: .specification,
          maxMemory: memory.maxMemory
        )
        state = engine.snapshot()
        state.keepSignalToEventZero()
      }
      let journal = try Journal(
        reaching: state,
        producer: Self.producer,
        maxMemory: memory.maxMemory
      )
      return (journal, state)
    } catch let error as Unreachable {
      throw Console.fail("\(Files.displayName(path)): \(error)")
    } catch let error as StartError {
      throw Console.fail("\(Files.displayName(path)): \(error) (--max-memory)")
    }
  }

  private static let producer = "sdeictl record"

  private func header(_ start: Snapshot) -> JournalHeader {
    JournalHeader(start: .snapshot(start), producer: Self.producer)
  }

  /// The steps as they come.
  private final class StepList {
    var list: [JournalStep] = []
  }
}

extension Snapshot {
  /// Makes event 0 the only one that a client can signal, as in the specification (DEN0054C 5.1.16):
  /// another dialect's definitions mean something else by the bit.
  fileprivate mutating func keepSignalToEventZero() {
    events.updateAll { event in
      if event.number != .softwareSignalled { event.definition?.isSignalable = false }
    }
  }
}
