internal import ArgumentParser
internal import SDEIEngine
internal import SDEIModel
internal import SDEIWire

struct DialectsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "dialects",
    abstract: "Tells what known implementations do otherwise than the specification.",
    discussion: """
      Without a name: the dialects that the engine plays. With one: its switches, each with what \
      is done otherwise, the specification's ambiguity that it decides, and where it is known \
      from. "all" lists every switch and who has it.

      Examples:
        sdeictl dialects
        sdeictl dialects kvm-v5
        sdeictl dialects all --format json | jq '.switches[].name'
      """
  )

  @Argument(help: "A dialect, a switch, or all.") var name: String?
  @Option(help: "text or json.") var format: ReportFormat = .text
  @OptionGroup var colour: ColourOptions

  func run() throws {
    switch try selection() {
    case .overview(let dialects):
      try format == .json
        ? Console.write(Self.json(dialects, [])) : Console.write(overview(dialects))
    case .switches(let dialects, let switches):
      try format == .json
        ? Console.write(Self.json(dialects, switches))
        : Console.write(switches.flatMap { lines($0, dialects) })
    }
  }

  private enum Selection {
    case overview([Dialect])
    case switches([Dialect], [Deviation])
  }

  private func selection() throws -> Selection {
    guard let name else { return .overview(Dialect.all) }
    if name == "all" { return .switches(Dialect.all, Deviation.all) }
    if let dialect = Dialect.all.first(where: { $0.id.name == name }) {
      return dialect.deviations.isEmpty
        ? .overview([dialect]) : .switches([dialect], dialect.deviations)
    }
    if let deviation = Deviation.named(name) { return .switches(Dialect.all, [deviation]) }
    let names = Dialect.all.map(\.id.name).joined(separator: ", ")
    throw ValidationError("\"\(name)\" is no dialect and no switch; dialects: \(names), or all")
  }

  private func overview(_ dialects: [Dialect]) -> [String] {
    var table = TextTable(["dialect", "switches", "what"], indent: "")
    for dialect in dialects {
      table.add([dialect.id.name, "\(dialect.deviations.count)", dialect.title])
    }
    return table.lines(colour.style)
  }

  /// One switch: its name, what it does, and where that is known from.
  private func lines(_ deviation: Deviation, _ dialects: [Dialect]) -> [String] {
    var marks = deviation.ambiguity.map { ["decides \($0)"] } ?? []
    if dialects.count > 1 {
      let having = dialects.filter { $0.deviations.contains(deviation) }.map(\.id.name)
      marks.append(having.isEmpty ? "in no dialect" : having.joined(separator: ", "))
    }
    let tail = marks.isEmpty ? "" : "  (" + marks.joined(separator: "; ") + ")"
    return [
      colour.style.bold(deviation.name) + tail, "  " + deviation.sentence + ".",
      "  " + colour.style.dim(deviation.source),
    ]
  }

  static func json(_ dialects: [Dialect], _ switches: [Deviation]) -> [UInt8] {
    var json = JSONWriter()
    json.object { json in
      json.key("schema")
      json.string("sdeictl/dialects/1")
      json.key("dialects")
      json.array { json in
        for dialect in dialects {
          json.object { json in
            json.key("name")
            json.string(dialect.id.name)
            json.key("title")
            json.string(dialect.title)
            json.key("switches")
            json.array { json in for item in dialect.deviations { json.string(item.name) } }
          }
        }
      }
      json.key("switches")
      json.array { json in for deviation in switches { write(deviation, &json) } }
    }
    return json.finish()
  }

  private static func write(_ deviation: Deviation, _ json: inout JSONWriter) {
    json.object { json in
      json.key("name")
      json.string(deviation.name)
      if let ambiguity = deviation.ambiguity {
        json.key("ambiguity")
        json.string(ambiguity)
      }
      json.key("does")
      json.string(deviation.sentence)
      json.key("source")
      json.string(deviation.source)
    }
  }
}
