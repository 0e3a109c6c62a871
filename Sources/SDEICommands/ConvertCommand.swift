internal import ArgumentParser
internal import SDEIFormats
internal import SDEIJournal
internal import SDEIModel
internal import SDEIWire

/// What `convert` writes: a state in a format, or a journal in a form.
enum ConvertTarget: ExpressibleByArgument {
  case state(FormatID)
  case journal(JournalForm)

  init?(argument: String) {
    if let format = FormatID(name: argument), FormatRegistry.written.contains(format) {
      self = .state(format)
    } else if let form = JournalForm(rawValue: argument) {
      self = .journal(form)
    } else {
      return nil
    }
  }

  static var allValueStrings: [String] {
    FormatRegistry.written.map(\.name) + JournalForm.allCases.map(\.name)
  }
}

struct ConvertCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "convert",
    abstract: "Writes a state in another format, or a journal in its other form.",
    discussion: """
      What the format can not hold is listed, and without --allow-loss nothing is written. \
      Several inputs are the parts of one state (a VM part and its vCPU parts) and are put \
      together; --split takes a state apart.

      Examples:
        sdeictl convert capture.kvm-v5 --to sdei -o state.sdei
        sdeictl convert state.sdei --to kvm-v5 -o - | ssh host restore
        sdeictl convert state.sdei --to sdei --split parts
        sdeictl convert parts/*.sdei --to sdei -o state.sdei
        sdeictl convert run.sdeij --to jsonl -o - | jq -c .
      """
  )

  @Argument(help: "The state, or its parts; - for standard input.") var inputs: [String]
  @OptionGroup var inputOptions: InputOptions
  @OptionGroup var definitions: DefinitionsOption
  @Option(help: "A state's format (sdei, json, kvm-v5 ...), or a journal's form (jsonl, sdeij).")
  var to: ConvertTarget
  @Option(name: [.short, .customLong("output")], help: "The file to write; - for standard output.")
  var output: String?
  @Option(help: "Write the VM part and one part for each vCPU into this existing directory.")
  var split: String?
  @Flag(help: "Write what the format can hold, and list what is lost.") var allowLoss = false
  @Flag(help: "Deflate the records of a sdei file.") var compress = false
  @OptionGroup var memory: MemoryOptions

  func validate() throws {
    guard !inputs.isEmpty else { throw ValidationError("no input is named") }
    guard (output == nil) != (split == nil) else {
      throw ValidationError("name the output with -o FILE, or a directory with --split DIRECTORY")
    }
    switch to {
    case .state(let format) where split != nil && format != .sdei && format != .json:
      throw ValidationError("\(format.name) holds a whole VM; split into sdei or json")
    case .journal where split != nil || inputs.count > 1:
      throw ValidationError("a journal is converted alone, and has no parts")
    case .state, .journal: break
    }
  }

  func run() throws {
    switch to {
    case .journal(let form): try writeJournal(form)
    case .state(let format):
      var document =
        try inputs.count == 1 ? Files.read(inputs[0], inputOptions.inputFormat) : merged()
      try definitions.supply(&document)
      Files.tell(document.findings)
      if let split { return try writeParts(of: document, into: split, format) }
      try write(document, format, to: output)
    }
  }

  private func writeJournal(_ form: JournalForm) throws {
    let (journal, tail) = try Files.readJournal(inputs[0])
    if tail != nil && !allowLoss {
      Console.message(
        "sdeictl: nothing was written: the journal is torn; --allow-loss writes what is whole"
      )
      throw ExitStatus.no
    }
    let bytes: [UInt8]
    do throws(EncodeError) {
      bytes = try journal.encode(as: form, EncodeOptions(maxBytes: memory.maxMemory))
    } catch {
      throw Console.fail("the journal can not be written: \(error)")
    }
    try Files.write(bytes, to: output, isText: form == .jsonLines, inputs: inputs)
  }

  private func write(_ document: Document, _ to: FormatID, to path: String?) throws {
    let options = EncodeOptions(maxBytes: memory.maxMemory, isCompressed: compress)
    let bytes = try Files.encode(document, as: to, options, allowLoss: allowLoss)
    if compress, to == .sdei, !bytes.withBytes({ NativeFormat.isDeflated($0) }) {
      Console.message(
        "sdeictl: nothing was deflated: only contexts are, where it makes them smaller"
      )
    }
    try Files.write(
      bytes,
      to: path,
      isText: FormatRegistry.format(to).traits.isText,
      inputs: inputs
    )
  }

  private static let otherFile = "a file that is put together otherwise"

  private func merged() throws -> Document {
    var vm: Document?
    var parts: [(path: String, part: Document)] = []
    for path in inputs {
      let document = try Files.read(path, inputOptions.inputFormat)
      switch document.scope {
      case .whole:
        throw Console.fail("\(path) is a whole state and no part; convert it alone")
      case .vm:
        guard vm == nil else { throw Console.fail("\(path) is a second VM part; name one") }
        vm = document
      case .vcpu: parts.append((path, document))
      }
    }
    guard var result = vm else {
      throw Console.fail("none of the inputs is a VM part; name it, too")
    }
    do throws(PartsError) {
      var merger = try PartsMerger(vm: result.snapshot)
      for (_, part) in parts {
        guard case .vcpu(let vcpu, let digest) = part.scope else { continue }
        try merger.add(part.snapshot, vcpu: vcpu, of: digest)
      }
      result.snapshot = try merger.finish()
    } catch {
      throw Console.fail(error.description)
    }
    result.scope = .whole
    result.unknownRecords = ([result] + parts.map(\.part)).flatMap(\.unknownRecords)
      .keepingSafe(in: Self.otherFile)
    return result
  }

  /// The most parts that are put into one directory: a guard against filling a disk by mistake.
  private static let largestSplit: UInt32 = 1 << 20

  private func writeParts(of document: Document, into directory: String, _ to: FormatID) throws {
    guard document.scope == .whole else {
      throw Console.fail("\(inputs[0]) is a part already; only a whole state can be split")
    }
    let snapshot = document.snapshot
    guard snapshot.vcpus.count <= Self.largestSplit else {
      let files = ViewText.count(UInt64(snapshot.vcpus.count), "file")
      throw Console.fail("\(files) are too many for one directory; ship the whole snapshot")
    }
    var part = document
    part.unknownRecords = document.unknownRecords.keepingSafe(in: Self.otherFile)
    part.scope = .vm
    part.snapshot = snapshot.vmPart()
    try write(part, to, to: "\(directory)/vm.\(to.name)")
    let digest = VMDigest(of: part.snapshot)
    part.unknownRecords = []
    for vcpu in 0..<snapshot.vcpus.count {
      part.scope = .vcpu(vcpu, of: digest)
      part.snapshot = snapshot.vcpuPart(vcpu)
      try write(part, to, to: "\(directory)/vcpu-\(vcpu).\(to.name)")
    }
  }
}
