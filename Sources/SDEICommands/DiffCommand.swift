internal import ArgumentParser
internal import SDEIDiff
internal import SDEIFormats
internal import SDEIModel
internal import SDEIWire

/// How differences are given.
enum DiffFormat: String, ExpressibleByArgument, CaseIterable {
  case text, json
  case jsonPatch = "json-patch"
}

struct DiffCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "diff",
    abstract: "Shows what differs between two states, in words.",
    discussion: """
      The states may be in different formats. What belongs together is found by event number, vCPU \
      and level, and equal changes of many vCPUs are one line. + is only in B, - only in A, ~ in both. \
      Each line ends with what the change means: representation only (other bits that mean the same), \
      host-only (no guest can see it), guest-visible, breaks migration (a destination that has the one \
      can not go on with the other).

      A pattern names places by their paths: events[0x4040*].vcpus[0-7].entry, contexts.*.x*, \
      **.extras; * stands for any characters of a part, ** for any parts, and a place stands for all \
      below it.

      Standard error tells which state is A and which is B, and the patterns that met nothing. Of \
      registers that mean nothing (a level at which no handler runs) only their number is told; --all \
      shows them.

      The exit status is 0 where the states are equal (in what is looked at), 1 where they differ.

      Examples:
        sdeictl diff before.sdei after.sdei
        sdeictl diff --canonical capture.kvm-v5 converted.kvm-v7
        sdeictl diff a.sdei b.sdei --ignore '**.extras' --ignore instance.producer
        sdeictl diff a.sdei b.sdei --format json-patch > changes.json
        sdeictl diff --base common.sdei mine.sdei theirs.sdei
      """
  )

  @Argument(help: "The first state; - for standard input.") var a: String
  @Argument(help: "The second state; - for standard input.") var b: String
  @Option(help: "A state that both come from: show what each of them changed since.")
  var base: String?
  @Flag(help: "Compare what the states mean in the specification's terms.") var canonical = false
  @Option(
    help: ArgumentHelp("Leave out places. May be given again.", valueName: "PATH-PATTERN"),
    transform: Self.pattern
  )
  var ignore: [PathPattern] = []
  @Option(
    help: ArgumentHelp("Look only at places. May be given again.", valueName: "PATH-PATTERN"),
    transform: Self.pattern
  )
  var only: [PathPattern] = []
  @Flag(help: "Show all registers, also those that mean nothing.") var all = false
  @Option(help: "text, json (sdeictl patch applies it) or json-patch (RFC 6902).")
  var format: DiffFormat = .text
  @Option(help: "The inputs' format; told by their first bytes otherwise.")
  var inputFormat: FormatID?
  @OptionGroup var definitions: DefinitionsOption
  @OptionGroup var memory: MemoryOptions
  @OptionGroup var colour: ColourOptions

  private static func pattern(_ text: String) throws -> PathPattern {
    do throws(PathPatternError) {
      return try PathPattern(text)
    } catch {
      throw ValidationError(error.description)
    }
  }

  func validate() throws {
    guard [a, b, base].count(where: { $0 == "-" }) < 2 else {
      throw ValidationError("standard input can be one of the states only")
    }
    if format == .jsonPatch, base != nil {
      throw ValidationError("a JSON patch leads from one state to another; leave --base out")
    }
  }

  func run() throws {
    let first = try read(a)
    let second = try read(b)
    try check(b, second, against: a, first)
    if format == .jsonPatch {
      tellUnmet([second], from: first)
      return try writeJSONPatch(first, second)
    }
    let content = try compare(first, second)
    let report = DiffReport(
      first: DiffReport.Input(name: Files.displayName(a), document: first),
      second: DiffReport.Input(name: Files.displayName(b), document: second),
      isCanonical: canonical,
      isFiltered: !filter.isEmpty,
      isComplete: all,
      content: content
    )
    switch format {
    case .text:
      try Console.write(report.lines(colour.style))
      for line in report.summary { Console.message("sdeictl: " + line) }
    case .json, .jsonPatch: try Console.write(try json(report))
    }
    if !report.isEqual { throw ExitStatus.no }
  }

  private var filter: ChangeFilter { ChangeFilter(ignore: ignore, only: only) }

  /// Says which patterns name no place that differs: a mistyped one would pass for an answer.
  private func tellUnmet(_ states: [Document], from base: Document) {
    if filter.isEmpty { return }
    let changes = states.flatMap { SnapshotDiff(from: base.snapshot, to: $0.snapshot).changes }
    if changes.isEmpty { return }
    for pattern in filter.unmet(changes) {
      Console.message("sdeictl: the pattern \(pattern) meets no difference of the two states")
    }
  }

  private func compare(_ first: Document, _ second: Document) throws -> DiffReport.Content {
    let common = try base.map { path in
      let document = try read(path)
      try check(path, document, against: a, first)
      return DiffReport.Input(name: Files.displayName(path), document: document)
    }
    tellUnmet(
      common.map { _ in [first, second] } ?? [second],
      from: common?.document ?? first
    )
    do throws(PatchError) {
      guard let common else {
        return .two(try SnapshotDiff(from: first.snapshot, to: second.snapshot, filter))
      }
      let diff = try ThreeWayDiff(
        base: common.document.snapshot,
        first: first.snapshot,
        second: second.snapshot,
        filter
      )
      return .three(diff, base: common)
    } catch {
      throw Console.fail("what the patterns leave makes no state: \(error)")
    }
  }

  private func json(_ report: DiffReport) throws -> [UInt8] {
    do throws(EncodeError) {
      return try report.json()
    } catch {
      throw Console.fail("the difference can not be said in JSON: \(error)")
    }
  }

  private func read(_ path: String) throws -> Document {
    var document = try Files.read(path, inputFormat)
    guard document.hasState else {
      throw Console.fail(
        "\(Files.displayName(path)) holds no SDEI state; there is nothing to compare"
      )
    }
    try definitions.supply(&document)
    if canonical {
      let state = document.snapshot
      let needed = state.contextsNeeded(in: .specification)
      guard needed <= memory.maxMemory / Snapshot.contextCost else {
        throw Console.fail(
          "\(Files.displayName(path)) marks \(needed) vCPUs as running, and each would become a context; "
            + "raise --max-memory, or compare without --canonical"
        )
      }
      document.snapshot = state.canonical()
    }
    return document
  }

  /// A part of a state has its own places only: everything else would be told as removed.
  private func check(
    _ path: String,
    _ document: Document,
    against otherPath: String,
    _ other: Document
  ) throws {
    guard document.partName == other.partName else {
      throw Console.fail(
        "\(Files.displayName(otherPath)) is \(other.partName) and \(Files.displayName(path)) is "
          + "\(document.partName); compare what belongs together: sdeictl convert puts parts together"
      )
    }
    if document.unknownRecords != other.unknownRecords {
      Console.message(
        "sdeictl: \(Files.displayName(otherPath)) and \(Files.displayName(path)) have different records "
          + "of unknown types, which are not compared"
      )
    }
  }

  /// Writes the operations that lead from one state's `json` document to the other's.
  private func writeJSONPatch(_ first: Document, _ second: Document) throws {
    var target = second
    do throws(PatchError) {
      let diff = try SnapshotDiff(from: first.snapshot, to: second.snapshot, filter)
      target.snapshot = try SnapshotPatch(diff.changes).applied(to: first.snapshot)
    } catch {
      throw Console.fail("what the patterns leave makes no state: \(error)")
    }
    let patch: JSONPatchDocument
    do throws(EncodeError) {
      patch = try JSONPatchDocument(
        from: first,
        to: target,
        EncodeOptions(maxBytes: memory.maxMemory)
      )
    } catch {
      throw Console.fail("a state can not be written as json: \(error)")
    }
    try Console.write(patch.text())
    if !patch.operations.isEmpty { throw ExitStatus.no }
  }
}

extension Document {
  /// What of a VM's state it is, in words.
  fileprivate var partName: String {
    switch scope {
    case .whole: "a whole state"
    case .vm: "a VM part"
    case .vcpu(let vcpu, _): "the part of vCPU \(vcpu)"
    }
  }
}
