internal import ArgumentParser
internal import SDEIEngine
internal import SDEIJournal
internal import SDEIModel

/// A built-in scenario, and how it is run.
struct ScenarioOptions: ParsableArguments {
  static var names: String { Scenario.all.map(\.name).joined(separator: ", ") }

  @Option(help: ArgumentHelp("A built-in scenario that the engine runs.", valueName: "NAME"))
  var scenario: Scenario?
  @Option(help: "How many vCPUs the scenario has.") var vcpus: UInt32?
  @Option(help: "What the scenario \"random\" does.") var seed: UInt64?

  /// Refuses options without the scenario that they are about.
  func refuse() throws {
    if vcpus != nil { throw ValidationError("--vcpus belongs to --scenario") }
    if seed != nil { throw ValidationError("--seed belongs to --scenario random") }
  }

  func validate() throws {
    guard let scenario, let vcpus else {
      if scenario != nil { throw ValidationError("--scenario needs --vcpus N") }
      return
    }
    if seed != nil && scenario.name != "random" {
      throw ValidationError("--seed belongs to the scenario random; \(scenario.name) has no chance")
    }
    if vcpus < scenario.minimumVCPUs {
      throw ValidationError(
        "the scenario \(scenario.name) needs at least \(ViewText.count(UInt64(scenario.minimumVCPUs), "vCPU"))"
      )
    }
  }

  /// Runs the scenario to its end.
  func run(
    maxMemory: UInt64,
    start: (Snapshot) throws -> Void = { _ in },
    record: @escaping (Action, Recorded) -> Void = { _, _ in }
  ) throws -> Snapshot {
    guard let scenario else { throw Console.fail("no scenario is named") }
    do {
      let dispatcher = try scenario.run(
        vcpus: vcpus ?? scenario.minimumVCPUs,
        seed: seed ?? 1,
        maxMemory: maxMemory,
        start: start,
        record: record
      )
      return dispatcher.snapshot()
    } catch let error as StartError {
      throw Console.fail("\(error) (--max-memory)")
    }
  }
}
