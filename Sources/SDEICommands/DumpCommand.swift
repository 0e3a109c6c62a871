internal import ArgumentParser
internal import SDEIFormats
internal import SDEIJournal
internal import SDEIVerify

/// What `dump` shows: the view for people, or the state in a format.
enum DumpTarget: ExpressibleByArgument {
  case text
  case format(FormatID)

  init?(argument: String) {
    if argument == "text" {
      self = .text
    } else if let format = FormatID(name: argument) {
      self = .format(format)
    } else {
      return nil
    }
  }

  static var allValueStrings: [String] { ["text"] + FormatID.allCases.map(\.name) }
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

      Examples:
        sdeictl dump capture.kvm-v5
        sdeictl dump state.sdei --to json > state.json
        cat state.sdei | sdeictl dump -
        sdeictl dump --scenario linux-boot --vcpus 512 --to sdei -o boot.sdei

      Scenarios, run by the engine: \(ScenarioOptions.names).
      """
  )

  @Argument(help: "The state; - for standard input.") var input: String?
  @OptionGroup var scenario: ScenarioOptions
  @OptionGroup var inputOptions: InputOptions
  @OptionGroup var definitions: DefinitionsOption
  @Option(help: "text, or a format.") var to: DumpTarget = .text
  @Option(name: [.short, .customLong("output")], help: "The file to write.") var output: String?
  @Flag(help: "Show every row, however many there are.") var all = false
  @OptionGroup var memory: MemoryOptions
  @OptionGroup var colour: ColourOptions

  func validate() throws {
    guard (input == nil) != (scenario.scenario == nil) else {
      throw ValidationError("name a state, or a scenario with --scenario NAME --vcpus N")
    }
    if input != nil { try scenario.refuse() }
  }

  private func document() throws -> (Document, source: String) {
    guard let input else {
      let snapshot = try scenario.run(maxMemory: memory.maxMemory)
      let name = "scenario \(scenario.scenario?.name ?? "")"
      return (Document(format: .sdei, snapshot: snapshot), name)
    }
    var document = try Files.read(input, inputOptions.inputFormat)
    try definitions.supply(&document)
    return (document, Files.displayName(input))
  }

  func run() throws {
    let (document, source) = try document()
    let inputs = input.map { [$0] } ?? []
    switch to {
    case .text where !document.hasState:
      let lines = ["\(source): no SDEI state"] + FileInfo.facts(document).map { "  " + $0 }
      let text = Array((lines.joined(separator: "\n") + "\n").utf8)
      try Files.write(text, to: output, isText: true, inputs: inputs)
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
        allowLoss: nil
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
