internal import ArgumentParser
internal import SDEIDiff
internal import SDEIFormats
internal import SDEIModel
internal import SDEIWire

struct PatchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "patch",
    abstract: "Makes the changes of a patch, all of them or none.",
    discussion: """
      A patch is what sdeictl diff writes with --format json or json-patch; which of the two it is \
      is told by its content. An array is a JSON patch (RFC 6902) of the state's json document, \
      which sdeictl dump --to json prints. \
      A patch that was made for another state is refused, naming what was found and expected.

      Examples:
        sdeictl patch state.sdei change.json -o new.sdei
        sdeictl diff a.sdei b.sdei --format json | sdeictl patch a.sdei - -o b2.sdei
        echo '[{"op": "replace", "path": "/instance/producer", "value": "lab"}]' \\
          | sdeictl patch capture.kvm-v5 - --to json -o -
      """
  )

  @Argument(help: "The state; - for standard input.") var state: String
  @Argument(help: "The patch; - for standard input.") var patch: String
  @OptionGroup var inputOptions: InputOptions
  @OptionGroup var definitions: DefinitionsOption
  @Option(
    name: [.short, .customLong("output")],
    help: "The file to write; - for standard output."
  )
  var output: String
  @Option(
    help: ArgumentHelp(
      "The format to write; the state's own, or sdei where that is only read.",
      valueName: FormatRegistry.written.map(\.name).joined(separator: "|")
    )
  )
  var to: FormatID?
  @Flag(help: "Write what the format can hold, and list what is lost.") var allowLoss = false
  @OptionGroup var memory: MemoryOptions

  func validate() throws {
    guard state != "-" || patch != "-" else {
      throw ValidationError("standard input is the state or the patch, not both; name a file")
    }
    if let to, !FormatRegistry.written.contains(to) {
      let names = FormatRegistry.written.map(\.name).joined(separator: ", ")
      throw ValidationError("\(to.name) is only read; choose one of \(names)")
    }
  }

  func run() throws {
    var document = try Files.read(state, inputOptions.inputFormat)
    try definitions.supply(&document)
    Files.tell(document.findings)
    try Files.requireState(document)
    let patch = try Files.withInput(patch) { bytes throws(DecodeError) in
      try StatePatch(reading: bytes)
    }
    let result = try patched(document, patch)
    let format = to ?? writable(document.format)
    let options = EncodeOptions(maxBytes: memory.maxMemory)
    try Files.write(
      try Files.encode(result, as: format, options, allowLoss: allowLoss),
      to: output,
      isText: FormatRegistry.format(format).traits.isText,
      inputs: [state, self.patch]
    )
  }

  private func patched(_ document: Document, _ patch: StatePatch) throws -> Document {
    do {
      var result = try patch.applied(to: document, maxBytes: memory.maxMemory)
      if result.snapshot != document.snapshot {
        result.unknownRecords = result.unknownRecords.keepingSafe(in: "a file with another state")
      }
      return result
    } catch let error as PatchError {
      let text =
        "the patch (\(Files.displayName(self.patch))) does not apply to "
        + "\(Files.displayName(state)): \(error)"
      if error.code == .tooLarge { throw Console.fail(text) }
      Console.message("sdeictl: " + text)
      throw ExitStatus.no
    } catch let error as EncodeError {
      throw Console.fail("\(Files.displayName(state)) has no json document: \(error)")
    }
  }

  private func writable(_ format: FormatID) -> FormatID {
    if FormatRegistry.written.contains(format) { return format }
    Console.message(
      "sdeictl: \(format.name) is only read, so the result is written as sdei; --to chooses another"
    )
    return .sdei
  }
}
