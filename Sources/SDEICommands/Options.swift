public import ArgumentParser
public import SDEIFormats
public import SDEIJournal
public import SDEIModel
public import SDEIVerify
internal import SDEIWire

extension FormatID: ExpressibleByArgument {
  /// The format with a name.
  public init?(argument: String) { self.init(name: argument) }

  /// The names.
  public static var allValueStrings: [String] { allCases.map(\.name) }
}
extension CalendarDate: ExpressibleByArgument {
  /// The day that a text names.
  public init?(argument: String) { self.init(argument) }
}
extension DialectID: ExpressibleByArgument {}
extension JournalForm: ExpressibleByArgument {}
extension RuleKind: ExpressibleByArgument {}
extension Severity: ExpressibleByArgument {}

/// How an answer is given.
enum ReportFormat: String, ExpressibleByArgument, CaseIterable {
  case text, json
}

extension Scenario: ExpressibleByArgument {
  /// The scenario with a name, nil when there is none.
  public init?(argument: String) {
    guard let scenario = Scenario.named(argument) else { return nil }
    self = scenario
  }

  /// The names.
  public static var allValueStrings: [String] { all.map(\.name) }
}

/// How an input is read, in commands whose output has a format of another name (`--to`).
struct InputOptions: ParsableArguments {
  @Option(
    name: [.customLong("input-format"), .customLong("format")],
    help: ArgumentHelp(
      "The input's format; told by its first bytes otherwise.",
      valueName: FormatID.allCases.map(\.name).joined(separator: "|")
    )
  )
  var inputFormat: FormatID?
}

/// Where definitions of events come from that an input's form does not tell.
struct DefinitionsOption: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "A file with definitions of events (schemas/events.schema.json), for forms that have none.",
      valueName: "FILE"
    )
  )
  var events: String?

  /// What the file has, nil where none is named.
  func load() throws -> DefinitionsFile? {
    try events.map { path in
      try Files.withInput(path) { bytes throws(DecodeError) in
        try DefinitionsFile(reading: bytes)
      }
    }
  }

  /// Supplies the definitions to a state.
  func supply(_ document: inout Document) throws {
    if let file = try load() { document.supply(file) }
  }
}

/// How much memory may be used.
struct MemoryOptions: ParsableArguments {
  @Option(
    name: .customLong("max-memory"),
    help: ArgumentHelp(
      "The largest output of a format in which columns unfold, and the memory of an engine.",
      valueName: "SIZE"
    ),
    transform: { try ByteSize(parsing: $0).bytes }
  )
  var maxMemory: UInt64 = 1 << 30
}

/// A size in bytes: `4096`, `64K`, `512MiB`, `1G`.
struct ByteSize {
  let bytes: UInt64

  init(parsing text: String) throws {
    let digits = text.prefix { $0.isASCII && $0.isNumber }
    let units: [String: UInt64] = [
      "": 1, "K": 1 << 10, "KiB": 1 << 10, "M": 1 << 20, "MiB": 1 << 20, "G": 1 << 30,
      "GiB": 1 << 30,
    ]
    guard let number = UInt64(digits), let unit = units[String(text.dropFirst(digits.count))] else {
      throw ValidationError("\"\(text)\" is not a size like 4096, 64K, 512MiB or 1G")
    }
    let (bytes, overflow) = number.multipliedReportingOverflow(by: unit)
    guard !overflow else { throw ValidationError("\"\(text)\" is too large") }
    self.bytes = bytes
  }
}

/// Whether text is set off by colour.
enum ColourChoice: String, ExpressibleByArgument, CaseIterable {
  case auto, always, never
}

struct ColourOptions: ParsableArguments {
  @Option(help: "Colour: auto (on a terminal, unless NO_COLOR is set), always or never.")
  var color: ColourChoice = .auto

  var style: Style {
    switch color {
    case .always: Style(isColoured: true)
    case .never: .plain
    case .auto:
      Style(
        isColoured: OutputFile.isTerminal(Console.output)
          && SystemEnvironment.value("NO_COLOR").map(\.isEmpty) ?? true
          && SystemEnvironment.value("TERM") != "dumb"
      )
    }
  }
}
