public import ArgumentParser
internal import SDEIFormats
internal import SDEIWire

/// The command `sdeictl`.
public struct RootCommand: AsyncParsableCommand {
  /// What the command is.
  public static let configuration = CommandConfiguration(
    commandName: "sdeictl",
    abstract: "Reads, shows, checks, converts and replays the SDEI state of virtual machines.",
    discussion: """
      Formats of states: \(FormatID.allCases.map(\.name).joined(separator: ", ")); \
      journals are jsonl (JSON Lines) or sdeij (records). --version says what each is. \
      "-" is standard input or output.

      Examples:
        sdeictl info state.sdei
        sdeictl dump capture.kvm-v5
        sdeictl dump capture.kvm-v5 --to json | jq .events
        sdeictl verify capture.kvm-v5
        sdeictl verify capture.kvm-v5 --to kvm-v7
        sdeictl explain T007
        sdeictl convert capture.kvm-v5 --to sdei -o state.sdei
        gunzip -c migration.gz | sdeictl dump - --events events.json
        sdeictl record --scenario nested-critical --vcpus 4 -o run.jsonl
        sdeictl replay run.jsonl --trace

      Exit status: 0 yes (valid, done), 1 no (a finding of severity error, a loss that was not \
      allowed, a divergence), 2 could not answer (unreadable, undecodable, I/O), 64 wrong usage.
      """,
    version: ToolVersion.text,
    subcommands: [
      DumpCommand.self, InfoCommand.self, VerifyCommand.self, ConvertCommand.self,
      ReplayCommand.self, RecordCommand.self, DialectsCommand.self, ProfilesCommand.self,
      ExplainCommand.self,
    ]
  )

  /// Makes the command.
  public init() {}

  /// Runs the command that the arguments name, and exits.
  public static func start() async {
    OutputFile.ignoreBrokenPipes()
    await main()
  }
}
