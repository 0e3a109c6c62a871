import SDEIJournal
import SDEIModel

/// A reason for which mutants may break no rule and not be reached either.
struct SurvivorClass: Sendable {
  let name: String
  /// Why no rule is missing, or which fact none covers.
  let reason: String
  /// How many of all mutants may be of this class.
  let limit: Int
  let holds: @Sendable (Unreachable) -> Bool

  static let all: [SurvivorClass] = [
    SurvivorClass(
      name: "a bound number of another dispatcher",
      reason: "which number INTERRUPT_BIND gives is the dispatcher's choice (DEN0054C 5.1.14); "
        + "the engine gives the lowest free one",
      limit: 150
    ) { $0.path.hasSuffix(".number") },
    SurvivorClass(
      name: "leftovers in unregister-pending",
      reason: "when a dispatcher forgets a registration whose handler still runs is its own "
        + "matter (DEN0054C 5.1.8); the engine does so at once",
      limit: 60
    ) { error in
      [".entry", ".argument", ".relative", ".routing"].contains { error.path.hasSuffix($0) }
    },
    SurvivorClass(
      name: "event 0 with a source",
      reason: "uncovered: that event 0 has no interrupt, no firmware source and no level "
        + "(DEN0054C 5.1.16.1)",
      limit: 400
    ) { $0.path == "events[0x0].definition" },
    SurvivorClass(
      name: "columns of vCPUs that do not exist",
      reason: "uncovered: masks, requests, power and affinities beyond the number of vCPUs",
      limit: 700
    ) { $0.reason.hasPrefix("it tells of vCPU") },
  ]
}
