internal import ArgumentParser
internal import SDEIFormats
internal import SDEIModel
internal import SDEIVerify
internal import SDEIWire

struct VerifyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Checks states and journals: valid, and would a destination load them?",
    discussion: """
      Without --to: is the state valid, and would its own kernel load it again? With --to: will \
      that destination load it, and if not, why not? A destination is a built-in profile or a \
      profile's file (sdeictl profiles). With several states or destinations the answer is a matrix.

      All findings are given, not only the first; sdeictl explain ID tells more of one. Errors make \
      the exit status 1, and so does an input without SDEI state where --to is asked; with --strict, \
      so do warnings. An input that can not be read or decoded makes it 2.

      With -r the files in directories are checked; those in which no known form begins are skipped \
      and counted. Reports come in the order of the inputs. A policy gives rules another severity \
      and tolerates findings (schemas/policy.schema.json); a baseline is an earlier report in json \
      or jsonl, whose findings are not new. Both judge the states, not the destinations.

      --previous names the state one operation before, a call or a delivery: then the step between \
      the two is checked as well. A journal is replayed in its dialect, and what was recorded of its \
      steps is judged; sdeictl replay shows the state at the first divergence.

      Examples:
        sdeictl verify capture.kvm-v5
        sdeictl verify run.jsonl
        sdeictl verify after.sdei --previous before.sdei
        sdeictl verify --format json *.sdei | jq .summary
        sdeictl verify -r fleet/ --format jsonl > today.jsonl
        sdeictl verify -r fleet/ --baseline yesterday.jsonl --policy site.json --today 2026-11-30
        sdeictl verify capture.kvm-v5 --to kvm-v7
        sdeictl verify *.sdei --to kvm-v5 --to host-17.json --today 2026-11-30
      """
  )

  @Argument(help: "The states, or directories with -r; - for standard input.")
  var inputs: [String] = []
  @Flag(name: [.short, .long], help: "Check all files in directories.") var recursive = false
  @Option(
    help: ArgumentHelp(
      "A file with further inputs, one on a line; - for standard input.",
      valueName: "FILE"
    )
  )
  var filesFrom: String?
  @Option(help: "The inputs' format; told by their first bytes otherwise.")
  var inputFormat: FormatID?
  @OptionGroup var definitions: DefinitionsOption
  @Flag(help: "Check also what holds only at rest, when everything due was delivered.")
  var quiescent = false
  @Option(
    name: .customLong("to"),
    help: ArgumentHelp(
      "A destination: a built-in profile or a profile's file. May be given again.",
      valueName: "TARGET"
    )
  )
  var targets: [String] = []
  @Option(
    help: ArgumentHelp(
      "The state one operation before the input's.",
      valueName: "STATE"
    )
  )
  var previous: String?
  @OptionGroup(title: "Judging findings") var judging: JudgingOptions
  @OptionGroup(title: "The report") var reporting: ReportingOptions
  @Option(
    help: ArgumentHelp(
      "How many inputs are checked at once; by default one per processor.",
      valueName: "N"
    )
  )
  var jobs: Int?
  @OptionGroup var memory: MemoryOptions
  @OptionGroup var colour: ColourOptions

  func validate() throws {
    guard !inputs.isEmpty || filesFrom != nil else { throw ValidationError("no input is named") }
    if previous != nil && (inputs.count != 1 || recursive || filesFrom != nil) {
      throw ValidationError("--previous compares with one input")
    }
    let others = [filesFrom, previous, judging.policy, judging.baseline, definitions.events]
    guard (inputs + others.compactMap(\.self)).count(where: { $0 == "-" }) <= 1 else {
      throw ValidationError("standard input can be read once only")
    }
    if let jobs, jobs < 1 { throw ValidationError("--jobs is at least 1") }
    if judging.today != nil && targets.isEmpty && judging.policy == nil {
      throw ValidationError("--today belongs to --to or --policy")
    }
  }

  func run() async throws {
    let list = try InputList(inputs, list: filesFrom, isRecursive: recursive)
    let targets = try targets.map { try Target($0) }
    var check = InputCheck(inputFormat: inputFormat, isAtRest: quiescent, targets: targets)
    check.definitions = try definitions.load()
    check.maxMemory = memory.maxMemory
    check.today = judging.today
    check.previous = try previous.map { try InputCheck.previous($0, check) }
    check.policy = try judging.loadPolicy()
    check.baseline = try judging.loadBaseline()
    let options = reporting.options(targets, policy: judging.policy)
    let writer = reporting.writer(
      options,
      colour.style,
      isSingle: list.items.count == 1 && !recursive
    )
    let queue = InputQueue(check: check, workers: min(jobs ?? Processors.count, list.items.count))
    var run = VerifyRun(writer: writer, policy: check.policy, today: check.today, list.items.count)
    try run.begin()
    try await queue.run(list.items) { try run.add($0) }
    try run.finish(options)
    try run.exit(options, isZero: reporting.exitZero)
  }
}
