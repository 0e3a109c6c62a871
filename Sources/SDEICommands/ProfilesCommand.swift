internal import ArgumentParser
internal import SDEIFormats
internal import SDEIModel
internal import SDEIVerify
internal import SDEIWire

struct ProfilesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "profiles",
    abstract: "Lists destination profiles, shows one, or writes what a state needs.",
    discussion: """
      A profile says what a host accepts and offers its guests; verify --to asks it. The built-in \
      ones describe known implementations; --format json gives the document itself, to start one's \
      own from (schemas/profiles.md).

      Examples:
        sdeictl profiles
        sdeictl profiles kvm-v5 --format json > host-17.json
        sdeictl profiles capture capture.kvm-v5 -o needs.json
      """,
    subcommands: [ProfilesShowCommand.self, ProfilesCaptureCommand.self],
    defaultSubcommand: ProfilesShowCommand.self
  )
}

struct ProfilesShowCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show",
    abstract: "Lists the built-in profiles, or shows one.",
    discussion: """
      Examples:
        sdeictl profiles
        sdeictl profiles kvm-v7
        sdeictl profiles host-17.json --format json
      """
  )

  @Argument(help: "A built-in profile, or a profile's file; without it the built-in ones.")
  var name: String?
  @Option(help: "text or json.") var format: ReportFormat = .text
  @OptionGroup var colour: ColourOptions

  func run() throws {
    guard let name else {
      return try format == .json ? Console.write(list()) : Console.write(overview())
    }
    let profile = try Target(name).profile
    try format == .json
      ? Console.write(profile.encode()) : Console.write(ProfileView(profile).lines(colour.style))
  }

  private func aliases(_ profile: Profile) -> [String] {
    Profile.aliases.filter { $0.name == profile.name }.map(\.alias)
  }

  private func overview() -> [String] {
    var table = TextTable(["profile", "also", "takes", "what"], indent: "")
    for profile in Profile.builtIn {
      table.add([
        profile.name, aliases(profile).joined(separator: ", "), profile.abi?.name ?? "snapshots",
        profile.summary,
      ])
    }
    return table.lines(colour.style)
  }

  private func list() -> [UInt8] {
    var json = JSONWriter()
    json.object { json in
      json.key("schema")
      json.string("sdeictl/profiles/1")
      json.key("profiles")
      json.array { json in
        for profile in Profile.builtIn {
          json.object { json in
            json.key("name")
            json.string(profile.name)
            json.key("aliases")
            json.array { json in for alias in aliases(profile) { json.string(alias) } }
            json.key("summary")
            json.string(profile.summary)
          }
        }
      }
    }
    return json.finish()
  }
}

struct ProfilesCaptureCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "capture",
    abstract: "Writes the profile that a state needs, and no more than that.",
    discussion: """
      A host that offers it will load the state: as many vCPUs and events, the events with their \
      properties, the version, the bind slots and the relative mode that its guest knows. Add the \
      host's abi and defects to ask for those as well.

      Examples:
        sdeictl profiles capture capture.kvm-v5 -o needs.json
        sdeictl verify capture.kvm-v5 --to needs.json
      """
  )

  @Argument(help: "The state; - for standard input.") var input: String
  @OptionGroup var inputOptions: InputOptions
  @OptionGroup var definitions: DefinitionsOption
  @Option(name: [.short, .customLong("output")], help: "The file to write; - for standard output.")
  var output: String
  @Option(help: "The profile's name.") var name = "captured"

  func validate() throws {
    guard !name.isEmpty, isPlainText(name) else {
      throw ValidationError("a name is 1 to 1024 bytes without control characters")
    }
  }

  func run() throws {
    var document = try Files.read(input, inputOptions.inputFormat)
    try definitions.supply(&document)
    guard document.scope == .whole else {
      throw Console.fail(
        "\(Files.displayName(input)) is one part of a state; put the parts together first: "
          + "sdeictl convert PART... --to sdei -o WHOLE"
      )
    }
    guard document.hasState else {
      Console.message(
        "sdeictl: nothing was written: \(Files.displayName(input)) holds no SDEI state, which "
          + "needs nothing; make sure that it is the right file"
      )
      throw ExitStatus.no
    }
    let profile = Profile.capture(document.snapshot, name: name)
    try Files.write(profile.encode(), to: output, isText: true, inputs: [input])
    // What no host can offer is the state's own fault, and not a matter of a destination.
    for finding in Compatibility.check(document, against: profile)
    where finding.severity == .error {
      Console.message(
        "\(Files.displayName(input)) will not load there all the same: "
          + FindingText.line(finding, .plain)
      )
    }
  }
}
