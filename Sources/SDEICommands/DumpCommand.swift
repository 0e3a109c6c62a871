internal import ArgumentParser
internal import SDEIFormats
internal import SDEIJournal
internal import SDEIVerify

/// What `dump` shows: the view for people, the state in a format, or a redacted journal in a form.
enum DumpTarget: ExpressibleByArgument {
  case text
  case format(FormatID)
  case journal(JournalForm)

  init?(argument: String) {
    if argument == "text" {
      self = .text
    } else if let format = FormatID(name: argument), FormatRegistry.written.contains(format) {
      self = .format(format)
    } else if let form = JournalForm(rawValue: argument) {
      self = .journal(form)
    } else {
      return nil
    }
  }

  static var allValueStrings: [String] {
    ["text"] + FormatRegistry.written.map(\.name) + JournalForm.allCases.map(\.name)
  }
  var defaultValueDescription: String { "text" }
}

struct DumpCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "dump",
    abstract: "Shows a state, or writes it in another form.",
    discussion: """
      Without --to the state is shown as text: events and their handlers, vCPUs that are not idle, \
      what is pending, and what is unusual. The view stays short with any number of vCPUs and \
      counts what it leaves out; --all shows every row. Registers X0 to X17 and the values of extras \
      are in --to json.

      --redact makes a report that can be published: addresses of the guest and its host become \
      pseudonyms, the same address always the same one; padding is overwritten, the producer left \
      out. It takes a journal, too, and writes it with --to jsonl or sdeij.

      Examples:
        sdeictl dump capture.kvm-v5
        sdeictl dump state.sdei --to json > state.json
        cat state.sdei | sdeictl dump -
        sdeictl dump --scenario linux-boot --vcpus 512 --to sdei -o boot.sdei
        sdeictl dump --redact capture.kvm-v5 --to json -o report.json
        sdeictl dump --redact run.sdeij --to jsonl -o report.jsonl

      Scenarios, run by the engine: \(ScenarioOptions.names).
      """
  )

  @Argument(help: "The state, or with --redact a journal; - for standard input.")
  var input: String?
  @OptionGroup var scenario: ScenarioOptions
  @OptionGroup var inputOptions: InputOptions
  @OptionGroup var definitions: DefinitionsOption
  @Option(help: "text, a format, or with --redact a journal's form.") var to: DumpTarget = .text
  @Flag(help: "Replace addresses by pseudonyms.") var redact = false
  @Option(
    help: ArgumentHelp(
      "The state that a journal starts from which has its digest only.",
      valueName: "STATE"
    )
  )
  var from: String?
  @Option(name: [.short, .customLong("output")], help: "The file to write.") var output: String?
  @Flag(help: "Show every row, however many there are.") var all = false
  @Flag(help: "Write what the format can hold, and list what is lost.") var allowLoss = false
  @OptionGroup var memory: MemoryOptions
  @OptionGroup var colour: ColourOptions

  func validate() throws {
    guard (input == nil) != (scenario.scenario == nil) else {
      throw ValidationError("name a state, or a scenario with --scenario NAME --vcpus N")
    }
    if input != nil { try scenario.refuse() }
    if case .journal = to, !redact {
      throw ValidationError("dump writes a journal only with --redact; convert writes it as it is")
    }
    if from != nil && (!redact || input == nil) {
      throw ValidationError("--from belongs to a journal that is redacted")
    }
  }

  private func document() throws -> (Document, source: String) {
    guard let input else { return try scenarioDocument() }
    var document = try Files.read(input, inputOptions.inputFormat)
    try definitions.supply(&document)
    return (document, Files.displayName(input))
  }

  /// The state that the scenario leads to.
  func scenarioDocument() throws -> (Document, source: String) {
    let snapshot = try scenario.run(maxMemory: memory.maxMemory)
    let name = "scenario \(scenario.scenario?.name ?? "")"
    return (Document(format: .sdei, snapshot: snapshot), name)
  }

  func run() throws {
    if redact { return try showRedacted() }
    let (document, source) = try document()
    try show(document, source)
  }

  /// Writes a document in the form that was asked for.
  func show(_ document: Document, _ source: String) throws {
    let inputs = input.map { [$0] } ?? []
    switch to {
    case .text where !document.hasState:
      let lines = ["\(source): no SDEI state"] + FileInfo.facts(document).map { "  " + $0 }
      let text = Array((lines.joined(separator: "\n") + "\n").utf8)
      try Files.write(text, to: output, isText: true, inputs: inputs)
    case .journal(let form):
      throw Console.fail("this is a state and no journal; --to \(form.name) is a journal's form")
    case .text:
      let style = output == nil ? colour.style : .plain
      let view = StateView(
        document: document,
        source: source,
        style: style,
        showsAll: all,
        findings: Verifier.noticed(document)
      )
      let text = Array((view.lines().joined(separator: "\n") + "\n").utf8)
      try Files.write(text, to: output, isText: true, inputs: inputs)
    case .format(let format):
      let bytes = try Files.encode(
        document,
        as: format,
        EncodeOptions(maxBytes: memory.maxMemory),
        allowLoss: allowLoss
      )
      try Files.write(
        bytes,
        to: output,
        isText: FormatRegistry.format(format).traits.isText,
        inputs: inputs
      )
    }
  }
}
