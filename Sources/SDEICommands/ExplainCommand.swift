internal import ArgumentParser
internal import SDEIVerify

struct ExplainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain",
    abstract: "Explains the identifiers of findings.",
    discussion: """
      For each identifier: what is wrong, what to do, why the rule is there, where it comes from, \
      how grave it is in which dialect, and an example. Case does not matter, SDEI- may be left \
      out, and a number with cases (V001: V001a, V001b, ...) gives all of them. An identifier never \
      changes its meaning. schemas/rules.md has all of this in one page.

      Examples:
        sdeictl explain V020
        sdeictl explain SDEI-T007 k001
        sdeictl explain --list
        sdeictl explain --list --kind defect
        sdeictl explain --list --format json | jq -r '.rules[].id'
      """
  )

  @Argument(help: ArgumentHelp("Identifiers: V020, SDEI-V020, t007.", valueName: "id"))
  var ids: [String] = []
  @Flag(help: "List all rules, a line for each.") var list = false
  @Option(help: "With --list: only the rules of one kind.") var kind: RuleKind?
  @Option(help: "text or json.") var format: ReportFormat = .text
  @OptionGroup var colour: ColourOptions

  func validate() throws {
    if ids.isEmpty && !list {
      throw ValidationError("name an identifier, or --list for all of them")
    }
    if !ids.isEmpty && list { throw ValidationError("--list takes no identifiers") }
    if kind != nil && !list { throw ValidationError("--kind belongs to --list") }
    for id in ids where Catalogue.rules(named: id).isEmpty {
      let nearest = Catalogue.nearest(to: id).joined(separator: ", ")
      throw ValidationError(
        "\"\(Console.printable(id))\" is no identifier; the most alike are \(nearest), and --list "
          + "has all of them"
      )
    }
  }

  func run() throws {
    switch format {
    case .json: try Console.write(Self.json(rules))
    case .text where list: try Console.write(overview())
    case .text: try Console.write(pages())
    }
  }

  /// What was asked for, each once.
  private var rules: [Rule] {
    if list { return Catalogue.rules.filter { kind == nil || $0.kind == kind } }
    var seen: Set<String> = []
    return ids.flatMap { Catalogue.rules(named: $0) }.filter { seen.insert($0.id).inserted }
  }

  private func overview() -> [String] {
    var table = TextTable(["id", "severity", "kind", "what"], indent: "")
    for rule in rules {
      table.add([rule.id, RuleView.brief(rule.severity), rule.kind.rawValue, rule.title])
    }
    return table.lines(colour.style)
  }

  private func pages() -> [String] {
    let pages = rules.map { RuleView.lines($0, colour.style) }
    return Array(pages.joined(separator: [""]))
  }
}
